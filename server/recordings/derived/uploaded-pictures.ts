import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../../../lib/errors.ts';
import { mostThumbnails, pictureLimits } from '../../../lib/thumbnail-times.ts';
import type { Still } from './stills.ts';

/**
 * Reads the pictures in a request; see `recordingPaths.pictures`.
 * @throws AppError `bad-request` when they are too large, or not what the address says
 */
export async function readPictures(request: IncomingMessage): Promise<{ poster: Buffer | null; pictures: Still[] }> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  if (!(announced <= pictureLimits.upload)) throw bad(`Please send at most ${pictureLimits.upload} bytes at a time.`);
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const posterLength = lengthOf(query.get('poster') ?? '0', pictureLimits.poster);
  const listed = (query.get('at') ?? '').split(',').filter((text) => text !== '');
  if (listed.length > mostThumbnails) throw bad(`A recording has at most ${mostThumbnails} pictures.`);
  const places = listed.map((text) => {
    const [, atMs = '', length = ''] = /^(\d{1,10}):(\d{1,6})$/.exec(text) ?? [];
    return { atMs: Number(atMs), length: lengthOf(length, pictureLimits.thumbnail) };
  });
  const bytes = await buffer(request);
  const total = places.reduce((sum, { length }) => sum + length, posterLength);
  if (bytes.length !== total || total === 0) throw bad('The lengths in the address are not those of the pictures.');
  let offset = 0;
  const take = (length: number): Buffer => {
    const jpeg = bytes.subarray(offset, offset + length);
    offset += length;
    if (!isJpeg(jpeg)) throw bad('The pictures must be JPEGs.');
    return jpeg;
  };
  const poster = posterLength > 0 ? take(posterLength) : null;
  return { poster, pictures: places.map(({ atMs, length }) => ({ atMs, jpeg: take(length) })) };
}

/** Whether bytes have the markers at the beginning and the end of a JPEG (ITU-T T.81, B.1.1.3). */
function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUIntBE(0, 3) === 0xffd8ff && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
}

function lengthOf(text: string, most: number): number {
  const length = Number(text);
  if (/^\d+$/.test(text) && length <= most) return length;
  throw bad(`A picture of this kind has at most ${most} bytes.`);
}

function bad(message: string): AppError {
  return new AppError('bad-request', message);
}
