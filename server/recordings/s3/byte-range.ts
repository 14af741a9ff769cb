import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { sendError } from '../../access/json-answers.ts';

/** A file as it is served. `modifiedAt` is in milliseconds since the epoch; HTTP counts in seconds. */
export type Representation = { etag: string; modifiedAt: number; sizeBytes: number };

/** Which answer a request gets: the whole file, the bytes from `first` to `last`, inclusive, or none. */
export type ByteAnswer =
  | { status: 200 }
  | { status: 206; first: number; last: number }
  | { status: 304 }
  | { status: 412 }
  | { status: 416 };

/**
 * Decides about the conditions and the range of a GET or HEAD request (RFC 9110 §13.2.2, §14.2), as `send` does for
 * files on disk: entity tags are compared weakly, and several ranges are answered with the whole file.
 */
export function answerBytes(headers: IncomingHttpHeaders, file: Representation): ByteAnswer {
  if (isPreconditionFailed(headers, file)) return { status: 412 };
  if (isFresh(headers, file)) return { status: 304 };
  const { range } = headers;
  if (range === undefined || !isRangeFresh(headers['if-range'], file)) return { status: 200 };
  return readRange(range, file.sizeBytes);
}

/** The entity tag that `send` gives a file on disk, so that it stays the same when the file moves to the store. */
export function fileTag({ sizeBytes, writtenAt }: { sizeBytes: number; writtenAt: number }): string {
  return `W/"${sizeBytes.toString(16)}-${writtenAt.toString(16)}"`;
}

/** RFC 9110 §14.1.1. A text that is no range of bytes is ignored. */
function readRange(text: string, sizeBytes: number): ByteAnswer {
  const [, unit, list = ''] = /^\s*([a-z]+)\s*=(.*)$/i.exec(text) ?? [];
  if (unit?.toLowerCase() !== 'bytes') return { status: 200 };
  const ranges = list.split(',').map((part) => /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part));
  const [range] = ranges;
  if (ranges.length !== 1 || !range) return { status: 200 };
  const [, from = '', to = ''] = range;
  if (from === '' && to === '') return { status: 200 };
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < first) return { status: 416 };
  return first > last ? { status: 416 } : { status: 206, first, last };
}

function isPreconditionFailed(headers: IncomingHttpHeaders, file: Representation): boolean {
  const match = headers['if-match'];
  if (match !== undefined) return match.trim() !== '*' && !hasTag(match, file.etag);
  const since = dateOf(headers['if-unmodified-since']);
  return since !== null && secondOf(file.modifiedAt) > since;
}

function isFresh(headers: IncomingHttpHeaders, file: Representation): boolean {
  if (/(?:^|,)\s*no-cache\s*(?:,|$)/i.test(headers['cache-control'] ?? '')) return false;
  const match = headers['if-none-match'];
  if (match !== undefined) return match.trim() === '*' || hasTag(match, file.etag);
  const since = dateOf(headers['if-modified-since']);
  return since !== null && secondOf(file.modifiedAt) <= since;
}

function isRangeFresh(condition: string | string[] | undefined, file: Representation): boolean {
  if (typeof condition !== 'string') return true;
  if (condition.includes('"')) return hasTag(condition, file.etag);
  const since = dateOf(condition);
  return since !== null && secondOf(file.modifiedAt) <= since;
}

function hasTag(list: string, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return list.split(',').some((tag) => opaque(tag) === opaque(etag));
}

function dateOf(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

/** Answers a request for bytes that the file does not have (416), or on a condition that is not met (412). */
export function sendNoBytes(response: ServerResponse, status: 412 | 416): void {
  const message = status === 416 ? 'The file does not have this range.' : 'The file is not the one that you have.';
  sendError(response, status, { code: 'bad-request', message });
}
