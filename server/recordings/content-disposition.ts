import type { Recording } from '../../lib/recording.ts';
import { extensionOf } from './recording-parts.ts';

const maxTitleLength = 100;

/**
 * A name under which people find a recording again, such as `math-101 – Fractions – 2026-11-22 14.05.webm`; the time
 * is that of the server's place.
 */
export function downloadName(recording: Recording): string {
  const began = new Date(recording.startedAt);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [began.getFullYear(), two(began.getMonth() + 1), two(began.getDate())].join('-');
  const time = `${two(began.getHours())}.${two(began.getMinutes())}`;
  const parts = [recording.channel, recording.title, `${day} ${time}`].map(safeInNames).filter((part) => part !== '');
  return `${parts.join(' – ')}.${extensionOf(recording.contentType)}`;
}

/** The header that makes a browser save under `name` (RFC 6266 §4), with a fallback in ASCII. */
export function attachment(name: string): string {
  const fallback = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll('–', '-')
    .replaceAll(/[^ -~]/g, '_')
    .replaceAll(/["\\%]/g, '_');
  // RFC 8187 §3.2.1 allows less unescaped than encodeURIComponent leaves.
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${fallback}"; filename*=UTF-8''${encoded}`;
}

/** Without what file systems refuse, what hides a name's true end (directional marks), and halves of characters. */
function safeInNames(text: string): string {
  const wellFormed = Buffer.from(text, 'utf8').toString('utf8').replaceAll('\uFFFD', '');
  const plain = wellFormed
    .replaceAll(/[\p{Control}\p{Format}]/gu, ' ')
    .replaceAll(/[/\\:*?"<>|]/g, ' ')
    .replaceAll(/\s+/g, ' ');
  return [...plain]
    .slice(0, maxTitleLength)
    .join('')
    .replaceAll(/^[ .]+|[ .]+$/g, '');
}
