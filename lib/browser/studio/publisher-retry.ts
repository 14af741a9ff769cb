import type { ErrorBody } from '../../errors.ts';
import { Retry } from '../signaling/retry.ts';

/** Few presenters wait for the same media server, so their attempts need not be spread over time. */
const mediaServerRetryMs = 1_000;
/** A server that stops has closed its sockets after this time, in milliseconds. */
const soonMs = 150;
/** If the server reports no media for this long on a connected link, we believe the server and replace the link. */
const noMediaTimeoutMs = 2_500;

/**
 * Decides when a presenter's connection makes its next attempt: after a loss, with a growing delay, and when the server
 * reports no media on a connected link.
 */
export class PublisherRetry {
  readonly #attempt: () => void;
  readonly #retry: Retry;
  #noMediaTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param attempt makes the next attempt; it calls {@link cancel} first */
  constructor(backoffMs: (attempt: number) => number, attempt: () => void) {
    this.#retry = new Retry(backoffMs);
    this.#attempt = attempt;
  }

  /** True while an attempt after a loss is scheduled. */
  get isDue(): boolean {
    return this.#retry.isDue;
  }

  /** Makes the next attempt immediately. */
  now(): void {
    this.#retry.reset();
    this.#attempt();
  }

  /** Makes the next attempt at the next owner of the channel, in a moment. */
  soon(): void {
    this.#retry.reset();
    this.#retry.schedule(soonMs, this.#attempt);
  }

  /** Schedules the next attempt, with the delay that suits the error. */
  afterLoss({ code }: ErrorBody): void {
    this.#retry.later(this.#attempt, code === 'media-server-unavailable' ? mediaServerRetryMs : undefined);
  }

  /** A link is connected: the delay after the next loss is short again. */
  succeeded(): void {
    this.#retry.reset();
  }

  /** The server reports no media. The timeout runs from the first call until {@link mediaArrived}. */
  awaitMedia(): void {
    this.#noMediaTimer ??= setTimeout(this.#attempt, noMediaTimeoutMs);
  }

  /** The server reports media. */
  mediaArrived(): void {
    clearTimeout(this.#noMediaTimer);
    this.#noMediaTimer = undefined;
  }

  /** Cancels every scheduled attempt. */
  cancel(): void {
    this.#retry.cancel();
    this.mediaArrived();
  }
}
