import { z } from 'zod';
import { lowerTierSchema } from './ladder-requests.ts';

/** An SDP. Browsers send some kilobytes. */
export const sdpSchema = z.string().min(1).max(100_000);

/** An ICE candidate as browsers provide it (RFC 8839 §5.1); an empty `candidate` means that there are no more. */
export const candidateSchema = z.strictObject({
  candidate: z.string().max(2_000),
  sdpMid: z.string().max(64).nullable().default(null),
  sdpMLineIndex: z.number().int().min(0).max(32).nullable().default(null),
  /** The tier whose link it belongs to; the main link without one. */
  tier: lowerTierSchema.optional(),
});
