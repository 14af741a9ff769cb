import { z } from 'zod';
import { jpegSize } from '../jpeg-size.ts';
import { thumbnailLimits } from '../thumbnail.ts';

/*
 * The part of the contract in signaling.ts about the preview pictures of the front page.
 */

/**
 * A JPEG. Its size is checked, too: a few bytes can describe a picture of a gigabyte, which every browser in the lobby
 * would decode.
 */
const thumbnailSchema = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length <= thumbnailLimits.bytes, `A preview has at most ${thumbnailLimits.bytes} bytes.`)
  .refine(isSmallJpeg, `A preview is a JPEG of at most ${thumbnailLimits.side} × ${thumbnailLimits.side} pixels.`);

function isSmallJpeg(bytes: Uint8Array): boolean {
  const size = jpegSize(bytes);
  return size !== null && Math.max(size.width, size.height) <= thumbnailLimits.side;
}

export const thumbnailRequestSchemas = {
  /**
   * What the show looks like now, for the front page, in place of the picture before; for its presenter. It is not kept
   * while the camera is off, while the show is interrupted, or if previews are not allowed.
   */
  'broadcast:thumbnail': z.strictObject({ image: thumbnailSchema }),
  /** Allow previews of the show, or forbid them, which removes the current one; for its presenter. At first, they are allowed. */
  'thumbnail:allow': z.strictObject({ allowed: z.boolean() }),
} as const;

/** The data in the replies. */
export type ThumbnailReplies = {
  /** Another device of the presenter may have forbidden previews. */
  'broadcast:thumbnail': { allowed: boolean };
  'thumbnail:allow': { allowed: boolean };
};
