import type { Broadcast } from '../broadcast/broadcast.ts';
import type { Logger } from '../logger.ts';
import type { Conversations } from './conversations.ts';

/** How long a raised hand stays up after the last page of its owner has gone, in milliseconds; a reload takes less. */
const handGraceMs = 60_000;

type AttendanceParts = { conversations: Conversations; logger: Logger; handGraceMs?: number | undefined };

/** The participants of one conversation: how many pages each has, and when those left who have none, in that order. */
type Attendees = { pages: Map<string, number>; leftAt: Map<string, number>; timer: NodeJS.Timeout | undefined };

/**
 * Who is there, in each conversation: the participants with at least one page. It lowers the hands of those who have
 * gone. After a restart of the server, nobody is there at first, and everybody has the same time to come back.
 */
export class Attendance {
  readonly #parts: AttendanceParts;
  readonly #graceMs: number;
  readonly #shows = new WeakMap<Broadcast, Attendees>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
    this.#graceMs = parts.handGraceMs ?? handGraceMs;
  }

  /** A page of a participant is there. */
  arrive(broadcast: Broadcast, participant: string): void {
    const { pages, leftAt } = this.#attendeesOf(broadcast);
    pages.set(participant, (pages.get(participant) ?? 0) + 1);
    leftAt.delete(participant);
  }

  /** A page that was there is gone. */
  depart(broadcast: Broadcast, participant: string): void {
    const attendees = this.#attendeesOf(broadcast);
    const { pages, leftAt } = attendees;
    const left = (pages.get(participant) ?? 1) - 1;
    if (left > 0) {
      pages.set(participant, left);
      return;
    }
    pages.delete(participant);
    leftAt.set(participant, performance.now());
    this.#lookIn(this.#graceMs, broadcast, attendees);
  }

  /** Lowers no more hands. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #attendeesOf(broadcast: Broadcast): Attendees {
    const present = this.#shows.get(broadcast);
    if (present !== undefined) return present;
    const attendees: Attendees = { pages: new Map(), leftAt: new Map(), timer: undefined };
    this.#shows.set(broadcast, attendees);
    // The hands that were up before a restart.
    this.#lookIn(this.#graceMs, broadcast, attendees);
    return attendees;
  }

  #lookIn(ms: number, broadcast: Broadcast, attendees: Attendees): void {
    if (this.#isClosed || attendees.timer !== undefined) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      attendees.timer = undefined;
      void this.#look(broadcast, attendees);
    }, ms);
    this.#timers.add(timer);
    attendees.timer = timer;
  }

  /** Lowers the hands of those who have been away for long, and looks again when others have. Never rejects. */
  async #look(broadcast: Broadcast, attendees: Attendees): Promise<void> {
    const isOver = () => broadcast.phase === 'ended';
    if (isOver()) return;
    const { pages, leftAt } = attendees;
    const now = performance.now();
    let nextMs = this.#graceMs;
    for (const [participant, at] of leftAt) {
      nextMs = at + this.#graceMs - now;
      if (nextMs > 0) break;
      leftAt.delete(participant);
    }
    try {
      const conversation = await this.#parts.conversations.of(broadcast);
      const isAway = (id: string) => !pages.has(id) && !leftAt.has(id);
      const { channel } = broadcast;
      const lowering = conversation.hands
        .filter(({ by }) => isAway(by))
        .map(({ by, name }) =>
          conversation.change(
            { id: by, isPresenter: false },
            { name: 'hand:raise', body: { channel, name, isUp: false } },
          ),
        );
      await Promise.all(lowering);
    } catch (error) {
      if (isOver()) return;
      const { id: broadcastId } = broadcast;
      this.#parts.logger.warn({ broadcastId, err: error }, 'The hands of those who left could not be lowered yet');
      this.#lookIn(this.#graceMs, broadcast, attendees);
    }
    if (leftAt.size > 0) this.#lookIn(Math.max(1, nextMs), broadcast, attendees);
  }
}
