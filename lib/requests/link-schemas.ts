import { z } from 'zod';

/** An SDP. Browsers send some kilobytes. */
export const sdpSchema = z.string().min(1).max(100_000);

/**
 * The name of a link beside a socket's main one: a lower tier of the picture, or what contribution-links.ts names. The
 * socket's own requests choose the names, so that a foreign link cannot be meant.
 */
const linkNameSchema = z.string().min(1).max(64);

/** An ICE candidate as browsers provide it (RFC 8839 §5.1); an empty `candidate` means that there are no more. */
export const candidateSchema = z.strictObject({
  candidate: z.string().max(2_000),
  sdpMid: z.string().max(64).nullable().default(null),
  sdpMLineIndex: z.number().int().min(0).max(32).nullable().default(null),
  /** The name of the link that it belongs to; the main link without one. */
  link: linkNameSchema.optional(),
});
