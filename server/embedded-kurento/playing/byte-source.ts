import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Source } from 'mediabunny';
import { brokenMedia, invalidUri, PlayerFault, unknownMedia } from './player-fault.ts';

/** The address that a player reads from. */
export type MediaAddress =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

/**
 * Reads a player's address: `http:` or `https:`, optionally with a name and a password, otherwise a file.
 * @param toPath returns the file that an address refers to; throws an Error with a sentence when there is none
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

/** `fetch` refuses a login in the address, so it moves to a header: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function readUrl(uri: string): MediaAddress {
  if (!URL.canParse(uri)) throw invalidUri(`'${uri}' is not a URL.`);
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

/** The container library takes a tenth of a second to load, so a server without players does not load it. */
export type Mediabunny = typeof import('mediabunny');

/** The bytes of a file or a URL, and how they can be read. */
export type ByteSource = {
  readonly source: Source;
  /** False when bytes arrive in order only, so that seeking is impossible. Known after the first bytes. */
  readonly isRandomAccess: () => boolean;
};

/** Cache for a remote file, in bytes: data read ahead, and data that a server without ranges cannot repeat. */
const remoteCacheBytes = 32 * 1024 * 1024;
/** A failed request is repeated this many times, each after `retryAfterS` seconds. */
const retries = 2;
const retryAfterS = 0.5;

const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  ENOTDIR: 'there is no such file.',
  EACCES: 'the media server may not read this file.',
  EPERM: 'the media server may not read this file.',
};

/**
 * Opens the file or URL; the reader of the bytes closes it.
 * @param onFault called with failures that occur while no read is pending
 * @throws PlayerFault INVALID_URI when there is no such file
 */
export async function openBytes(
  mediabunny: Mediabunny,
  address: MediaAddress,
  onFault: (error: unknown) => void,
): Promise<ByteSource> {
  if (address.kind === 'file') return openFile(mediabunny, address.path, onFault);
  let isRandomAccess = true;
  const source = new mediabunny.UrlSource(address.url, {
    requestInit: { headers: { ...address.headers } },
    maxCacheSize: remoteCacheBytes,
    getRetryDelay: (attempts, error) => (error instanceof PlayerFault || attempts > retries ? null : retryAfterS),
    fetchFn: async (input, init) => {
      const response = await fetch(input, init);
      if (!response.ok) throw invalidUri(`'${address.url}' was answered with ${response.status}.`);
      isRandomAccess = response.status === 206;
      // A response with a known length would be read to its end for the index there, before anything is played.
      return isRandomAccess ? response : withoutLength(response);
    },
    handleUnhandledError: onFault,
  });
  return { source, isRandomAccess: () => isRandomAccess };
}

function withoutLength(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete('Content-Length');
  return new Response(response.body, { status: response.status, headers });
}

async function openFile(
  { CustomSource }: Mediabunny,
  path: string,
  onFault: (error: unknown) => void,
): Promise<ByteSource> {
  const { file, size } = await openRegularFile(path);
  const source = new CustomSource({
    getSize: () => size,
    read: async (start, end) => {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw brokenMedia(`'${path}' has become shorter while it was played.`);
      return bytes;
    },
    dispose: () => void file.close().catch(onFault),
    prefetchProfile: 'fileSystem',
    handleUnhandledError: onFault,
  });
  return { source, isRandomAccess: () => true };
}

async function openRegularFile(path: string): Promise<{ file: FileHandle; size: number }> {
  try {
    // Opening a pipe would wait for its writer.
    const found = await stat(path);
    const { size } = found;
    if (!found.isFile()) throw invalidUri(`'${path}' is not a file.`);
    if (size === 0) throw unknownMedia(`'${path}' is empty.`);
    return { file: await open(path, 'r'), size };
  } catch (error) {
    if (error instanceof PlayerFault) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw invalidUri(`'${path}': ${fileFaults[code] ?? `${String(error)}.`}`, { cause: error });
  }
}
