import {
  type BroadcastEvent,
  type BroadcastState,
  type EndReason,
  type Interruption,
  nextState,
} from '../../lib/broadcast-state.ts';
import type { Logger } from '../logger.ts';

/** The parts of a lifecycle. Times are in milliseconds. */
type LifecycleParts = {
  /** When the show went live in an earlier run of the server, since the epoch; `null` for a new show. */
  startedAt: number | null;
  /** Media of the show still flows as an earlier owner has left it, and the presenter is about to send it here. */
  isFlowing: boolean;
  /** How long a show is held for a presenter who has left; 0 ends it immediately. */
  presenterGraceMs: number;
  /** The minimum time that a show waits for media from a presenter who has not left, and for the media server. */
  mediaGraceMs: number;
  logger: Logger;
  changed: () => void;
  /** The presenter did not return in time, or there is nothing to wait for: the show must end. */
  over: (reason: EndReason) => void;
};

/** How long the presenter of a show that still flows may take to send it here, in milliseconds. */
const returnMs = 5_000;

/** The state of one broadcast, and the grace period of an interrupted one: it ends unless media comes back in time. */
export class BroadcastLifecycle {
  readonly #parts: LifecycleParts;
  #state: BroadcastState;
  #grace: NodeJS.Timeout | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    const since = parts.startedAt;
    // The server went away, not the presenter.
    const until = Date.now() + this.#mediaGraceMs;
    if (since === null) this.#state = { phase: 'starting' };
    else if (parts.isFlowing) {
      this.#state = { phase: 'live', since };
      this.#grace = setTimeout(() => this.interrupt('presenter'), returnMs);
    } else {
      this.#state = { phase: 'interrupted', since, until, by: 'presenter' };
      this.#await(until);
    }
  }

  get state(): BroadcastState {
    return this.#state;
  }

  /** When the show went live, in milliseconds since the epoch; `null` before and after. */
  get startedAt(): number | null {
    return 'since' in this.#state ? this.#state.since : null;
  }

  /** Media arrives from the presenter: the show begins, or continues. */
  mediaArrived(): void {
    clearTimeout(this.#grace);
    const before = this.#state.phase;
    if (!this.#apply({ type: 'media-arrived', at: Date.now() })) return;
    this.#parts.logger.info(before === 'starting' ? 'The broadcast is live' : 'The broadcast continues');
  }

  /**
   * No media arrives, but the presenter has not left: sound and picture have stopped, a link broke, or the media server
   * is unavailable. A show that is on waits, however short the grace period is; one that is still starting is over.
   */
  interrupt(by: Interruption): void {
    this.#interrupt(by, this.#mediaGraceMs);
  }

  /** The presenter has left. A show that is on waits for the grace period, or ends immediately if there is none. */
  presenterGone(): void {
    const { presenterGraceMs, over } = this.#parts;
    if (presenterGraceMs === 0) over('presenter-gone');
    else this.#interrupt('presenter', presenterGraceMs);
  }

  #interrupt(by: Interruption, graceMs: number): void {
    const { logger, over } = this.#parts;
    const before = this.#state.phase;
    const event = { type: 'interrupted', by, at: Date.now(), graceMs } as const;
    if (this.#apply(event)) {
      if (before !== 'interrupted') logger.warn({ by }, 'The broadcast is interrupted');
      this.#await(event.at + graceMs);
    } else if (before === 'starting') {
      over(by === 'presenter' ? 'presenter-gone' : 'media-failed');
    }
  }

  get #mediaGraceMs(): number {
    return Math.max(this.#parts.presenterGraceMs, this.#parts.mediaGraceMs);
  }

  end(reason: EndReason): void {
    clearTimeout(this.#grace);
    this.#apply({ type: 'end', reason, at: Date.now() });
    this.#parts.logger.info({ reason }, 'The broadcast has ended');
  }

  /** Nothing is decided here any more. */
  abandon(): void {
    clearTimeout(this.#grace);
    this.#apply({ type: 'end', reason: 'server-stopped', at: Date.now() });
    this.#parts.logger.info('The broadcast goes on elsewhere');
  }

  #await(until: number): void {
    clearTimeout(this.#grace);
    const giveUp = () => {
      const byServer = this.#state.phase === 'interrupted' && this.#state.by === 'media-server';
      this.#parts.over(byServer ? 'media-failed' : 'presenter-gone');
    };
    this.#grace = setTimeout(giveUp, Math.max(0, until - Date.now()));
  }

  /** Applies `event`; returns whether it changed anything. */
  #apply(event: BroadcastEvent): boolean {
    const next = nextState(this.#state, event);
    if (next === null) {
      this.#parts.logger.debug({ event: event.type, phase: this.#state.phase }, 'The event does not apply');
      return false;
    }
    this.#state = next;
    this.#parts.changed();
    return true;
  }
}
