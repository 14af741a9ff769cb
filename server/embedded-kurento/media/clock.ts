/** Milliseconds on the monotonic clock, with fractions. */
export function monotonicMs(): number {
  return performance.now();
}

/** Milliseconds since 1970 that never jump: the wall clock at process start, continued monotonically. */
export function wallMs(monotonic: number): number {
  return performance.timeOrigin + monotonic;
}

/** Seconds between 1900, the NTP epoch, and 1970: https://www.rfc-editor.org/rfc/rfc5905#section-6 */
const ntpEpochSeconds = 2_208_988_800;

/** NTP's 32.32 format. */
export type NtpTime = { seconds: number; fraction: number };

export function toNtp(unixMs: number): NtpTime {
  const seconds = Math.floor(unixMs / 1000);
  const fraction = Math.floor(((unixMs - seconds * 1000) / 1000) * 2 ** 32);
  return { seconds: (seconds + ntpEpochSeconds) >>> 0, fraction: fraction >>> 0 };
}

/** Milliseconds since 1970. */
export function fromNtp(seconds: number, fraction: number): number {
  return (seconds - ntpEpochSeconds) * 1000 + (fraction / 2 ** 32) * 1000;
}

/** The middle 32 bits, with which reports refer to each other: https://www.rfc-editor.org/rfc/rfc3550#section-4 */
export function middleOfNtp(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
