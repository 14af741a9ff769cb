/** A part of a text: plain, or an address to which it links. */
export type TextPart = { text: string; href: string | null };

const address = /\bhttps?:\/\/[^\s<>"'`\\^{}|]+/giu;
/** What stands behind an address in a sentence and is no part of it. */
const trailing = /[.,;:!?…。、，！？"'’”»\]]+$/u;

/**
 * Finds the addresses in a text. Only `http` and `https` are links. Each is shown as it was written, so that people see
 * where it leads; one with a name or password before the host, which can look like another host, is no link.
 */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(address)) {
    const written = withoutTrailing(match[0]);
    const href = hrefOf(written);
    if (href === null) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index), href: null });
    parts.push({ text: written, href });
    done = match.index + written.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), href: null });
  return parts;
}

function withoutTrailing(written: string): string {
  const shorter = written.replace(trailing, '');
  // A parenthesis belongs to the address if it was opened in it.
  const isOpened = shorter.split('(').length >= shorter.split(')').length;
  return shorter.endsWith(')') && !isOpened ? withoutTrailing(shorter.slice(0, -1)) : shorter;
}

function hrefOf(written: string): string | null {
  if (!URL.canParse(written)) return null;
  const { protocol, username, password, href } = new URL(written);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && username === '' && password === '' ? href : null;
}
