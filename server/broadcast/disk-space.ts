import type { RecordingMeasure } from '../../lib/signaling.ts';

/** What is known of a recording and its disk. `joinBytes` is what its finished file will take beside its parts. */
type DiskSpaceInfo = { recordedMs: number; sizeBytes: number; joinBytes: number; freeBytes: number };

/** A shorter recording says nothing about how fast it grows, in milliseconds. */
const leastMs = 5_000;

/** How long a recording can go on at its rate so far, beside what is known of it. */
export function measureDiskSpace({ recordedMs, sizeBytes, joinBytes, freeBytes }: DiskSpaceInfo): RecordingMeasure {
  const info = { recordedMs, sizeBytes, freeBytes };
  if (recordedMs < leastMs || sizeBytes === 0) return { ...info, remainingMs: null };
  const bytesPerMs = sizeBytes / recordedMs;
  // Parts stay until they are joined, so each further byte of a recording in parts is needed twice.
  const growth = bytesPerMs * (1 + joinBytes / sizeBytes);
  return { ...info, remainingMs: Math.max(0, Math.floor((freeBytes - joinBytes) / growth)) };
}

/** What broke is tried again this often, in milliseconds, once this much is free, in bytes. */
const retryEveryMs = 5_000;
const minFreeBytes = 100_000_000;

/**
 * The policy for a disk full of recordings: what broke is tried again after a while, once there is enough free space.
 */
export class RetryWithFreeSpace {
  readonly #space: () => Promise<{ freeBytes: number }>;
  #timer: NodeJS.Timeout | undefined;

  /** @param space how much is free, in bytes; a rejection counts as none */
  constructor(space: () => Promise<{ freeBytes: number }>) {
    this.#space = space;
  }

  /**
   * Calls `attempt` once there is enough free space, unless it is cancelled before; it takes the place of any former
   * one.
   */
  later(attempt: () => void): void {
    this.cancel();
    const timer = setTimeout(async () => {
      const { freeBytes } = await this.#space().catch(() => ({ freeBytes: 0 }));
      if (this.#timer !== timer) return;
      if (freeBytes >= minFreeBytes) attempt();
      else this.later(attempt);
    }, retryEveryMs);
    this.#timer = timer;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
