import type { AppError } from '../../lib/errors.ts';
import type { PeerListener } from './broadcast-types.ts';
import type { LinkListener, MediaKind } from './media-gateway.ts';

/** What the broadcast wants to know of its presenter. */
export type PresenterEvents = {
  /** Media flows; told again for each kind. */
  arrived(): void;
  /** Nothing flows any more, though the line may stand. */
  silent(): void;
  /** The link is beyond repair. */
  failed(error: AppError): void;
};

/** Watches the link of whoever presents: what the media server tells of it, in the words of the broadcast. */
export class PresenterWatch implements LinkListener {
  readonly peerId: string;
  readonly listener: PeerListener;
  readonly #events: PresenterEvents;
  readonly #flowing = new Set<MediaKind>();
  #isOver = false;

  constructor(peer: { peerId: string; listener: PeerListener }, events: PresenterEvents) {
    this.peerId = peer.peerId;
    this.listener = peer.listener;
    this.#events = events;
  }

  /** Somebody else presents, or nobody: nothing is told any more. */
  stop(): void {
    this.#isOver = true;
  }

  candidateFound(candidate: Parameters<LinkListener['candidateFound']>[0]): void {
    this.listener.candidateFound(candidate);
  }

  flowChanged(kind: MediaKind, flowing: boolean): void {
    if (this.#isOver) return;
    if (flowing) {
      this.#flowing.add(kind);
      this.#events.arrived();
    } else if (this.#flowing.delete(kind) && this.#flowing.size === 0) {
      this.#events.silent();
    }
  }

  failed(error: AppError): void {
    if (!this.#isOver) this.#events.failed(error);
  }
}
