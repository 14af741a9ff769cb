import type { ServerCertificate } from './server-certificate.ts';

const longestMs = 30 * 86_400_000;

/**
 * When a certificate is to be renewed, in milliseconds since the epoch: 30 days before it expires, or after two thirds
 * of its lifetime if that is later, as Let's Encrypt recommends (https://letsencrypt.org/docs/integration-guide/).
 */
export function renewalTime({ validFromMs, expiresAtMs }: ServerCertificate): number {
  return expiresAtMs - Math.min(longestMs, (expiresAtMs - validFromMs) / 3);
}

/**
 * The pauses after failures in a row, in milliseconds; the last one is repeated. Let's Encrypt allows five failed
 * validations of a name in an hour (https://letsencrypt.org/docs/rate-limits/); these are three.
 */
export const retryPausesMs: readonly number[] = [5, 15, 60, 180, 360, 720].map((minutes) => minutes * 60_000);
