import type { RecordingMeasure } from '../../lib/recording-measure.ts';

/**
 * What is known of a recording and its disk. `joinBytes` is the space that its finished file will take in addition to
 * its parts.
 */
type DiskSpaceInfo = { recordedMs: number; sizeBytes: number; joinBytes: number; freeBytes: number };

/** In milliseconds; the growth rate of a shorter recording cannot be estimated. */
const leastMs = 5_000;

/** Adds the estimated remaining time of a recording, at its rate so far, to what is known of it. */
export function measureDiskSpace({ recordedMs, sizeBytes, joinBytes, freeBytes }: DiskSpaceInfo): RecordingMeasure {
  const info = { recordedMs, sizeBytes, freeBytes };
  if (recordedMs < leastMs || sizeBytes === 0) return { ...info, remainingMs: null };
  const bytesPerMs = sizeBytes / recordedMs;
  // Parts stay on disk until they are joined, so each further byte of a recording in parts takes space twice.
  const growth = bytesPerMs * (1 + joinBytes / sizeBytes);
  return { ...info, remainingMs: Math.max(0, Math.floor((freeBytes - joinBytes) / growth)) };
}

/** A broken recording is retried at this interval, in milliseconds, … */
const retryEveryMs = 5_000;
/** … once this much space is free, in bytes. */
export const minFreeBytes = 100_000_000;
/** Some file systems keep a few blocks back, and a Kurento writes 65,536 bytes at a time. */
const fullDiskBytes = 200_000;

/**
 * The policy for a disk that is full of recordings: a broken recording is retried after a while, once there is enough
 * free space.
 */
export class RetryWithFreeSpace {
  readonly #space: () => Promise<{ freeBytes: number }>;
  #timer: NodeJS.Timeout | undefined;

  /** @param space returns the free space in bytes; a rejection counts as none */
  constructor(space: () => Promise<{ freeBytes: number }>) {
    this.#space = space;
  }

  /** Calls `attempt` once there is enough free space, unless it is cancelled first. It replaces any earlier attempt. */
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

  /** Whether a recorder that writes nothing finds no space to write to. A disk that cannot be asked is not full. */
  async isDiskFull(): Promise<boolean> {
    const { freeBytes } = await this.#space().catch(() => ({ freeBytes: Number.POSITIVE_INFINITY }));
    return freeBytes < fullDiskBytes;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
