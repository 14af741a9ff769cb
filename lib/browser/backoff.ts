/** How long to wait between attempts, in milliseconds. */
export type Backoff = { firstMs: number; maxMs: number };

/** What publisher and watcher use: the first repetition at once as far as people notice, and never rare. */
export const linkBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * The wait in milliseconds before attempt number `attempt` (0 is the first repetition). It doubles each time up to
 * the maximum. Half of it is left to chance (`random` gives 0 to 1), so that an audience which was cut off at one
 * moment does not come back at one moment.
 */
export function backoffMs(attempt: number, backoff: Backoff = linkBackoff, random: () => number = Math.random): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
