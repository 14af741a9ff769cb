import { randomBytes, timingSafeEqual } from 'node:crypto';

/** A random text that lets whoever holds it take a broadcast up again. */
export function createResumeToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Whether two tokens are the same; how long that takes says nothing about where they differ. */
export function isSameToken(given: string, own: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(own)];
  return a.length === b.length && timingSafeEqual(a, b);
}
