import type { ResilientViewer } from '../load/resilient-viewer.ts';
import { wait } from '../platform/clock.ts';

const timeoutMs = 30_000;

/**
 * Waits until all `viewers` have pictures of a new source, and returns after how many milliseconds each of them had.
 * `faultMs` is when the fault happened, in wall clock milliseconds.
 * @throws Error with the reasons if one of them has none in time
 */
export async function waitForPictures(viewers: readonly ResilientViewer[], faultMs: number): Promise<number[]> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const times = viewers.map(({ pictures }) => pictures.firstBeginningAfter(faultMs));
    const back = times.filter((at) => at !== null);
    if (back.length === viewers.length) return back.map((at) => at - faultMs);
    if (Date.now() > deadlineMs) {
      const troubles = new Set(viewers.filter((_, index) => times[index] === null).map(({ trouble }) => trouble));
      throw new Error(`${viewers.length - back.length} viewers did not come back: ${[...troubles].join('; ')}`);
    }
    await wait(20);
  }
}
