import type { PoolMember } from './pool-member.ts';

/** How long a media server is avoided after an edge failed there, in milliseconds: doubled with each further failure. */
const avoidedMs = { first: 10_000, most: 300_000 };

/** The media servers that one show avoids for a while. */
export class AvoidedMembers {
  /** For how long and until when each is avoided, in milliseconds on the monotonic clock. */
  readonly #avoided = new Map<PoolMember, { forMs: number; until: number }>();

  has(member: PoolMember): boolean {
    return (this.#avoided.get(member)?.until ?? 0) > performance.now();
  }

  /** The media servers may be unable to reach each other, which a further attempt would not change. */
  add(member: PoolMember): void {
    const former = this.#avoided.get(member)?.forMs;
    const forMs = former === undefined ? avoidedMs.first : Math.min(former * 2, avoidedMs.most);
    this.#avoided.set(member, { forMs, until: performance.now() + forMs });
  }
}
