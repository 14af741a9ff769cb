import { randomInt } from 'node:crypto';

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const randomLength = 8;
const maxSlugLength = 64;
const idPattern = /^\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,64}-[a-z2-9]{8}$/;

/**
 * An id for a recording: its day, its channel and 40 random bits, such as `2026-11-22-math-101-k3v9x2pm`. It sorts
 * by day, cannot be guessed from another, and is safe in addresses and as a folder's name.
 */
export function createRecordingId(channel: string, startedAt: number): string {
  const day = new Date(startedAt).toISOString().slice(0, 10);
  const slug = channel
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxSlugLength)
    .replaceAll(/^-+|-+$/g, '');
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${day}-${slug || 'show'}-${random}`;
}

/** Whether `text` can be a recording's id; whatever else, it names no path but one folder. */
export function isRecordingId(text: string): boolean {
  return text.length <= 96 && idPattern.test(text);
}
