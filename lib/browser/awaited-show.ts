import type { UpcomingShow } from '../signaling.ts';

/** A show that was announced. `dueAt` is when it begins by the clock of this device, in milliseconds since the epoch. */
export type AwaitedShow = UpcomingShow & { dueAt: number };

/**
 * Takes note of a show at the moment when the server tells of it. What is left counts from there, so that a device
 * whose clock is wrong waits for as long as all others.
 */
export function awaitShow(upcoming: UpcomingShow): AwaitedShow {
  return { ...upcoming, dueAt: Date.now() + upcoming.startsInMs };
}
