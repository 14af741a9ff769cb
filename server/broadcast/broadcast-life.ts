import {
  type BroadcastEvent,
  type BroadcastState,
  type EndReason,
  type Interruption,
  nextState,
} from '../../lib/broadcast-state.ts';
import type { Logger } from '../logger.ts';

/** What a life is made of. Times are in milliseconds. */
type LifeParts = {
  /** When the show went live in an earlier life of the server, since the epoch; `null` for one that starts. */
  startedAt: number | null;
  /** How long an interrupted show is held; 0 ends it at once. */
  graceMs: number;
  logger: Logger;
  changed: () => void;
  /** Nobody came back in time, or there is nothing to wait for: the show has to end. */
  over: (reason: EndReason) => void;
};

/** The state of one broadcast, and the time of grace that an interrupted one has. */
export class BroadcastLife {
  readonly #parts: LifeParts;
  #state: BroadcastState;
  #grace: NodeJS.Timeout | undefined;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    const since = parts.startedAt;
    const until = Date.now() + parts.graceMs;
    this.#state = since === null ? { phase: 'starting' } : { phase: 'interrupted', since, until, by: 'presenter' };
    if (since !== null) this.#await(until);
  }

  get state(): BroadcastState {
    return this.#state;
  }

  /** When the show went live, in milliseconds since the epoch; `null` before and after. */
  get startedAt(): number | null {
    return 'since' in this.#state ? this.#state.since : null;
  }

  /** The presenter is seen or heard: the show begins, or goes on. */
  mediaArrived(): void {
    clearTimeout(this.#grace);
    const before = this.#state.phase;
    if (!this.#apply({ type: 'media-arrived', at: Date.now() })) return;
    this.#parts.logger.info(before === 'starting' ? 'the broadcast is live' : 'the broadcast goes on');
  }

  /** Lets the show wait if it is on and may; what only starts, or may not wait, is over. */
  interrupt(by: Interruption): void {
    const { graceMs, logger, over } = this.#parts;
    if (this.#apply({ type: 'interrupted', by, at: Date.now(), graceMs })) {
      logger.warn({ by }, 'the broadcast is interrupted');
      this.#await(Date.now() + graceMs);
    } else if (this.#state.phase !== 'interrupted') {
      over(by === 'presenter' ? 'presenter-gone' : 'media-failed');
    }
  }

  end(reason: EndReason): void {
    clearTimeout(this.#grace);
    this.#apply({ type: 'end', reason, at: Date.now() });
    this.#parts.logger.info({ reason }, 'the broadcast has ended');
  }

  #await(until: number): void {
    clearTimeout(this.#grace);
    const giveUp = () => {
      const byServer = this.#state.phase === 'interrupted' && this.#state.by === 'media-server';
      this.#parts.over(byServer ? 'media-failed' : 'presenter-gone');
    };
    this.#grace = setTimeout(giveUp, Math.max(0, until - Date.now()));
  }

  /** Whether `event` changed anything. */
  #apply(event: BroadcastEvent): boolean {
    const next = nextState(this.#state, event);
    if (next === null) {
      this.#parts.logger.debug({ event: event.type, phase: this.#state.phase }, 'the event does not apply');
      return false;
    }
    this.#state = next;
    this.#parts.changed();
    return true;
  }
}
