import { AppError } from '../../lib/errors.ts';
import { type Rate, RateLimit } from './rate-limit.ts';

/** Who asks: an address as {@link ClientAddresses.of} returns it, and the id of a socket, if it is one. */
export type Visitor = { readonly address: string; readonly session?: string };

/**
 * The limits for each address. A school or a company is one address: a thousand people may open a link at the same
 * moment, and come back at the same moment after a restart.
 */
const perAddress = {
  page: { count: 2_000, perMs: 10_000 },
  connect: { count: 1_000, perMs: 10_000 },
  join: { count: 1_000, perMs: 10_000 },
  start: { count: 300, perMs: 60_000 },
  download: { count: 2_000, perMs: 60_000 },
  chat: { count: 1_000, perMs: 60_000 },
  vote: { count: 2_000, perMs: 60_000 },
  reaction: { count: 3_000, perMs: 10_000 },
  // Each lobby fetches a preview of each show every ten seconds, and they are small and in memory.
  preview: { count: 20_000, perMs: 60_000 },
} as const satisfies Record<string, Rate>;

/** The limits for each socket, which is one page. */
const perSession = {
  message: { count: 200, perMs: 10_000 },
  candidate: { count: 300, perMs: 10_000 },
  join: { count: 60, perMs: 60_000 },
  start: { count: 60, perMs: 60_000 },
  chat: { count: 6, perMs: 10_000 },
  vote: { count: 30, perMs: 60_000 },
  reaction: { count: 30, perMs: 10_000 },
} as const satisfies Record<string, Rate>;

/** The kinds of events that are limited. */
export type Purpose = keyof typeof perAddress | keyof typeof perSession;

/** The error for somebody who asks for too much; `waitMs` is the time until the next attempt can succeed. */
export function tooManyRequests(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new AppError('too-many-requests', `Too many requests. Please try again in ${seconds} s.`);
}

/** Limits how often an address, and each socket, may ask for what costs the server something. */
export class RateLimits {
  readonly #perAddress: ReadonlyMap<string, RateLimit>;
  readonly #perSession: ReadonlyMap<string, RateLimit>;
  #spent: (purpose: Purpose, address: string) => void = () => {};

  /** @param factor multiplies every limit; 0 means that nothing is limited */
  constructor(factor: number) {
    this.#perAddress = limitsOf(perAddress, factor);
    this.#perSession = limitsOf(perSession, factor);
  }

  /**
   * Counts one event. It decides at once, so that requests stay in the order in which they came.
   * @throws AppError `too-many-requests`, which says when the next one is allowed
   */
  spend(purpose: Purpose, { address, session }: Visitor): void {
    const waitMs =
      (session === undefined ? 0 : this.#perSession.get(purpose)?.spend(session)) ||
      this.#perAddress.get(purpose)?.spend(address);
    if (waitMs) throw tooManyRequests(waitMs);
    if (this.#perAddress.has(purpose)) this.#spent(purpose, address);
  }

  /** Calls `spent`, the only one, with every event that counted for its address. */
  follow(spent: (purpose: Purpose, address: string) => void): void {
    this.#spent = spent;
  }

  /** Counts events of an address that another web server allowed. */
  charge(purpose: Purpose, address: string, count: number): void {
    this.#perAddress.get(purpose)?.charge(address, count);
  }
}

function limitsOf(rates: Readonly<Record<string, Rate>>, factor: number): ReadonlyMap<string, RateLimit> {
  if (factor === 0) return new Map();
  return new Map(
    Object.entries(rates).map(([purpose, { count, perMs }]) => [
      purpose,
      new RateLimit({ count: Math.max(1, count * factor), perMs }),
    ]),
  );
}
