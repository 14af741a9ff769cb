import type { Recording } from '../../lib/recording.ts';
import { extensionOf } from './recording-parts.ts';

/** The longest file name that common file systems accept, in bytes. */
const maxNameBytes = 255;

/** What Windows takes for devices, with any extension. */
const reservedNames = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/**
 * A file name by which people recognise a recording, such as `math-101 – Fractions – 2026-11-22 14.05.webm`, in the
 * server's local time. It has at most 255 bytes in UTF-8; a title that is too long for that is cut.
 * @param extension of what is downloaded, if it is not the recording itself
 */
export function downloadName(recording: Recording, extension = extensionOf(recording.contentType)): string {
  const began = new Date(recording.startedAt);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [began.getFullYear(), two(began.getMonth() + 1), two(began.getDate())].join('-');
  const ending = `${day} ${two(began.getHours())}.${two(began.getMinutes())}.${extension}`;
  const bytesLeft = maxNameBytes - Buffer.byteLength(` – ${ending}`);
  const channel = cutToBytes(safeInNames(recording.channel), bytesLeft);
  const title = cutToBytes(safeInNames(recording.title), bytesLeft - Buffer.byteLength(` – ${channel}`));
  return [channel, title, ending].filter((part) => part !== '').join(' – ');
}

/**
 * A file name that is a recording's title, as far as file systems allow, and its channel if nothing of the title is
 * left. `suffix` stands before the extension. It has at most 255 bytes in UTF-8.
 */
export function fileNameOf(
  { title, channel, contentType }: Pick<Recording, 'title' | 'channel' | 'contentType'>,
  suffix = '',
): string {
  const ending = `${suffix}.${extensionOf(contentType)}`;
  const name = cutToBytes(safeInNames(title), maxNameBytes - Buffer.byteLength(ending)) || safeInNames(channel);
  return `${reservedNames.test(name) ? `${name}_` : name}${ending}`;
}

/** The header that makes a browser save a file under `name` (RFC 6266 §4), with a fallback in ASCII. */
export function attachment(name: string): string {
  const fallback = name
    .normalize('NFKD')
    .replaceAll(/[\p{Mark}\u200C\u200D]/gu, '')
    .replaceAll('–', '-')
    .replaceAll(/[^ -~]/g, '_')
    .replaceAll(/["\\%]/g, '_');
  // RFC 8187 §3.2.1 allows fewer unescaped characters than encodeURIComponent leaves.
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${cutBeforeExtension(fallback)}"; filename*=UTF-8''${encoded}`;
}

/**
 * Removes characters that file systems refuse, those that hide a name's true end (directional marks), and halves of
 * characters. Joiners stay, because several scripts and many emoji need them, and so do the tags of flags.
 */
function safeInNames(text: string): string {
  const wellFormed = Buffer.from(text, 'utf8').toString('utf8').replaceAll('\uFFFD', '');
  return trimEnds(
    wellFormed
      .replaceAll(/(?<!\u{1F3F4}[\u{E0020}-\u{E007E}]*)[\u{E0020}-\u{E007F}]/gu, ' ')
      .replaceAll(/(?!\u200C|\u200D|[\u{E0020}-\u{E007F}])[\p{Control}\p{Format}]/gu, ' ')
      .replaceAll(/[/\\:*?"<>|]/g, ' ')
      .replaceAll(/\s+/g, ' '),
  );
}

/** The beginning of `text` with at most `maxBytes` in UTF-8. It never ends inside of a user-perceived character. */
function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  // Grapheme clusters are the same in every language.
  for (const { segment, index } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    end = index + segment.length;
  }
  return end === text.length ? text : trimEnds(text.slice(0, end));
}

/** Shortens a name, because one character may become many in ASCII. The time and the extension at the end stay. */
function cutBeforeExtension(name: string): string {
  if (name.length <= maxNameBytes) return name;
  const [ending = ''] = /(?: - [^-]+-\d\d-\d\d [\d.]+)?\.[a-z0-9]+$/.exec(name) ?? [];
  return `${name.slice(0, maxNameBytes - ending.length)}${ending}`;
}

/** Removes spaces, dots and joiners at the ends, where they have no meaning or a different one. */
function trimEnds(text: string): string {
  return text.replaceAll(/^[ .\u200C\u200D]+|[ .\u200C\u200D]+$/gu, '');
}
