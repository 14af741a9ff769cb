import type { RecordingMeasure } from '../../lib/signaling.ts';

/** What is known of a recording and its disk. `joinBytes` is what its finished file will take beside its parts. */
type RoomFacts = { recordedMs: number; sizeBytes: number; joinBytes: number; freeBytes: number };

/** A shorter recording says nothing about how fast it grows, in milliseconds. */
const leastMs = 5_000;

/** How long a recording can go on at its rate so far, beside what is known of it. */
export function measureRoom({ recordedMs, sizeBytes, joinBytes, freeBytes }: RoomFacts): RecordingMeasure {
  const facts = { recordedMs, sizeBytes, freeBytes };
  if (recordedMs < leastMs || sizeBytes === 0) return { ...facts, remainingMs: null };
  const bytesPerMs = sizeBytes / recordedMs;
  // Parts stay until they are joined, so each further byte of a recording in parts is needed twice.
  const growth = bytesPerMs * (1 + joinBytes / sizeBytes);
  return { ...facts, remainingMs: Math.max(0, Math.floor((freeBytes - joinBytes) / growth)) };
}
