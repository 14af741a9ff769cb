import { tooManyRequests, type Visitor } from './rate-limits.ts';

/** By default, this many wrong attempts from an address cost nothing: people mistype. */
const usualFreeFailures = 10;
/** The pause after the next failure, which doubles with each further one, up to the longest. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** After this time without an attempt, earlier failures no longer count. */
const forgetMs = 15 * 60_000;
/** Beyond these numbers, the oldest are forgotten. */
const maxAddresses = 50_000;
const maxProven = 10_000;

type Failures = { readonly count: number; readonly lastAt: number; readonly pausedUntil: number };

type KeyGuardOptions = { freeFailures?: number; now?: () => number };

/** What is about to be checked. Keys and passcodes can be guessed; signed links cannot. */
export type CheckPurpose = 'key-check' | 'link-check' | 'passcode-check';

/** An attempt that counts as a failure until it has succeeded, so that many at once gain nothing. */
export type Attempt = { succeeded(): void };

/** Limits how often credentials may be checked for a visitor. */
export interface CheckGate {
  /** Called before every check. @throws AppError `too-many-requests` */
  begin(purpose: CheckPurpose, visitor: Visitor): Attempt;
}

/**
 * Slows down guessing of keys, tokens and passcodes. After some failures from an address, none of its attempts is
 * checked during a pause, which grows with each failure. A socket that was right once does not share the pauses of its
 * address, so that a presenter can work while somebody behind the same router guesses.
 */
export class KeyGuard {
  readonly #now: () => number;
  readonly #freeFailures: number;
  readonly #failures = new Map<string, Failures>();
  readonly #proven = new Set<string>();
  #failed: (address: string, change: 1 | -1) => void = () => {};

  /** @param options `now` is a clock that never goes back, in milliseconds */
  constructor({ freeFailures = usualFreeFailures, now = () => performance.now() }: KeyGuardOptions = {}) {
    this.#freeFailures = freeFailures;
    this.#now = now;
  }

  /**
   * Begins a check, unless the visitor has to wait; call it before anything is compared. Many attempts at once gain
   * nothing, because each counts as a failure meanwhile.
   * @throws AppError `too-many-requests`, which says how long to wait
   */
  begin(visitor: Visitor): Attempt {
    const key = this.#keyOf(visitor);
    const now = this.#now();
    const { pausedUntil } = this.#recent(key, now);
    if (pausedUntil > now) throw tooManyRequests(pausedUntil - now);
    this.#fail(key, 1, now);
    if (key === visitor.address) this.#failed(key, 1);
    return { succeeded: () => this.#succeeded(visitor, key) };
  }

  /** Calls `failed`, the only one, with each address that counts one more failure, or one less. */
  follow(failed: (address: string, change: 1 | -1) => void): void {
    this.#failed = failed;
  }

  /** Counts failures of an address at another web server. */
  charge(address: string, count: number): void {
    if (count > 0) this.#fail(address, count, this.#now());
  }

  #recent(key: string, now: number): Pick<Failures, 'count' | 'pausedUntil'> {
    const known = this.#failures.get(key);
    return known !== undefined && now - known.lastAt < forgetMs ? known : { count: 0, pausedUntil: 0 };
  }

  #fail(key: string, failures: number, now: number): void {
    const count = this.#recent(key, now).count + failures;
    const doubled = firstPauseMs * 2 ** Math.min(count - this.#freeFailures - 1, 30);
    const pauseMs = count <= this.#freeFailures ? 0 : Math.min(longestPauseMs, doubled);
    keepNewest(this.#failures, key, maxAddresses);
    this.#failures.set(key, { count, lastAt: now, pausedUntil: now + pauseMs });
  }

  #succeeded({ address, session }: Visitor, key: string): void {
    const failures = this.#failures.get(key);
    if (failures !== undefined) {
      // Earlier failures still count: otherwise anyone with one valid key could guess others without a pause.
      const count = failures.count - 1;
      this.#failures.set(key, { ...failures, count, pausedUntil: 0 });
      if (key === address) this.#failed(key, -1);
    }
    if (session === undefined) return;
    keepNewest(this.#proven, session, maxProven);
    this.#proven.add(session);
  }

  #keyOf({ address, session }: Visitor): string {
    return session !== undefined && this.#proven.has(session) ? `socket ${session}` : address;
  }
}

/** Makes `key` the newest of a collection that keeps the order of insertion, and removes the oldest beyond `most`. */
function keepNewest(kept: Map<string, unknown> | Set<string>, key: string, most: number): void {
  kept.delete(key);
  for (const oldest of kept.keys()) {
    if (kept.size < most) return;
    kept.delete(oldest);
  }
}
