import { openTabStorage, type StoredValues } from '../page/browser-storage.ts';
import type { Retry } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { ViewerEvent } from './viewer-state.ts';

/** The parts of a viewer session that a place in the line moves. */
export type LinePlaceParts = {
  channel: string;
  apply: (event: ViewerEvent) => void;
  /** Joins the stream: a seat is held, or another attempt is due. */
  join: () => void;
  retry: Retry;
};

/**
 * A viewer's place in the line for a full stream. The ticket for it is kept in the tab's storage, so that a reload does
 * not cost the place.
 */
export class WaitingPlace {
  readonly #parts: LinePlaceParts;
  readonly #memory: StoredValues;
  #ticket: string | null;
  /** The socket over which we wait; `null` while we do not. */
  #signaling: Signaling | null = null;

  constructor(parts: LinePlaceParts, memory = openTabStorage()) {
    this.#parts = parts;
    this.#memory = memory;
    this.#ticket = memory.getItem(this.#name);
  }

  /** Takes a place in the line, or returns to the one that was taken before. */
  wait(signaling: Signaling): void {
    this.#signaling = signaling;
    const isCurrent = () => this.#signaling === signaling;
    signaling.request('line:wait', { channel: this.#parts.channel, ticket: this.#ticket }).then(
      (place) => {
        if (!isCurrent()) return;
        this.#keep(place.ticket);
        this.moved(place.position);
      },
      () => {
        if (!isCurrent()) return;
        this.pause();
        this.#parts.retry.later(this.#parts.join);
      },
    );
  }

  /** The server announced another position. */
  moved(position: number): void {
    if (this.#signaling === null) return;
    if (position > 0) {
      this.#parts.apply({ type: 'queued', position });
      return;
    }
    this.pause();
    this.#parts.apply({ type: 'called' });
    this.#parts.join();
  }

  /** Waits no longer over this socket; the server keeps the place for a while. */
  pause(): void {
    this.#signaling = null;
  }

  /** Gives the place up: the viewer got in, or leaves. */
  leave(): void {
    this.#ticket = null;
    this.#memory.removeItem(this.#name);
    if (this.#signaling?.connected) this.#signaling.request('line:leave', {}).catch(() => undefined);
    this.pause();
  }

  #keep(ticket: string): void {
    this.#ticket = ticket;
    try {
      this.#memory.setItem(this.#name, ticket);
    } catch {
      // Storage may be full or forbidden; then only a reload loses the place.
    }
  }

  get #name(): string {
    return `rostrum:place:${this.#parts.channel}`;
  }
}
