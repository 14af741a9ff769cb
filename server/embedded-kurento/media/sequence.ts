/**
 * How far `to` lies ahead of `from` on the circle of 16-bit sequence numbers (RFC 3550 §5.1): −32768 … 32767,
 * negative when `to` is the older one.
 */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** The same for 32-bit RTP timestamps: −2³¹ … 2³¹ − 1 ticks. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}
