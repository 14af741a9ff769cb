import { invalidUri } from './player-fault.ts';

/** Where a player reads from. */
export type MediaAddress =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

/**
 * Reads a player's address: `http:` and `https:` with a name and a password if need be, else a file.
 * @param toPath the file that an address means; throws an Error with a sentence when it means none
 * @throws PlayerFault INVALID_URI
 */
export function readMediaAddress(uri: string, toPath: (uri: string) => string): MediaAddress {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return readUrl(uri);
  if (scheme !== undefined && scheme !== 'file') {
    throw invalidUri(`'${scheme}:' cannot be played here; use a file: or an http(s): URL.`);
  }
  try {
    return { kind: 'file', path: toPath(uri) };
  } catch (error) {
    throw invalidUri(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Requests take no login from the address, so that it moves into a header: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function readUrl(uri: string): MediaAddress {
  if (!URL.canParse(uri)) throw invalidUri(`'${uri}' is no URL.`);
  const url = new URL(uri);
  const login = `${decode(url.username)}:${decode(url.password)}`;
  url.username = '';
  url.password = '';
  const headers: Record<string, string> =
    login === ':' ? {} : { Authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  return { kind: 'url', url: url.href, headers };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
