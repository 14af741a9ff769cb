import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { AppError } from '../../lib/errors.ts';
import type { PictureFlow } from '../../lib/signaling.ts';
import type { PeerListener } from './broadcast-types.ts';
import { kindsOf, type LinkListener, type MediaCodecs, type MediaKind } from './media-gateway.ts';

/** What the broadcast wants to know of its presenter. */
type PresenterEvents = {
  /** Media flows; called again for each kind. */
  arrived(): void;
  /** No media came within the timeout. */
  missing(): void;
  /** Nothing flows any more, though the link may stand. */
  silent(): void;
  /** The picture started or stopped flowing, or the negotiation showed that there is none. */
  picture(flow: PictureFlow): void;
  /** The link is beyond repair. */
  failed(error: AppError): void;
};

/** Monitors the link of whoever presents, from the request until somebody else presents or nobody does. */
export class PresenterMonitor implements LinkListener {
  readonly peerId: string;
  readonly listener: PeerListener;
  readonly #events: PresenterEvents;
  readonly #mediaTimer: NodeJS.Timeout;
  readonly #flowing = new Set<MediaKind>();
  readonly #unplayable = new Set<MediaKind>();
  #kinds: readonly MediaKind[] | null = null;
  #isOver = false;

  /** @param mediaTimeoutMs how long the presenter has until the first media, in milliseconds */
  constructor(peer: { peerId: string; listener: PeerListener }, mediaTimeoutMs: number, events: PresenterEvents) {
    this.peerId = peer.peerId;
    this.listener = peer.listener;
    this.#events = events;
    this.#mediaTimer = setTimeout(() => events.missing(), mediaTimeoutMs);
  }

  /** The kinds that the presenter sends; `null` until the link is negotiated. */
  get kinds(): readonly MediaKind[] | null {
    return this.#kinds;
  }

  /** The link was negotiated, for these codecs. */
  negotiated(codecs: MediaCodecs): void {
    this.#kinds = kindsOf(codecs);
    this.#tellPicture();
  }

  /** Media is not waited for any more: it came, or the show is over. */
  stopWaiting(): void {
    clearTimeout(this.#mediaTimer);
  }

  /** Somebody else presents, or nobody: nothing is told any more. */
  close(): void {
    this.stopWaiting();
    this.#isOver = true;
  }

  candidateFound(candidate: Parameters<LinkListener['candidateFound']>[0]): void {
    this.listener.candidateFound(candidate);
  }

  flowChanged(kind: MediaKind, flowing: boolean): void {
    if (this.#isOver) return;
    if (flowing) {
      this.stopWaiting();
      this.#flowing.add(kind);
      this.#events.arrived();
    } else if (this.#flowing.delete(kind) && this.#flowing.size === 0) {
      this.#events.silent();
    }
    if (kind === 'video') this.#tellPicture();
  }

  /** The show goes on with the other kind, and the studio says so. */
  unplayable(kind: MediaKind): void {
    if (this.#isOver) return;
    this.#unplayable.add(kind);
    this.listener.kindsUnplayable([...this.#unplayable]);
  }

  failed(error: AppError): void {
    if (!this.#isOver) this.#events.failed(error);
  }

  #tellPicture(): void {
    if (this.#isOver || this.#kinds === null) return;
    if (this.#kinds.includes('video')) this.#events.picture(this.#flowing.has('video') ? 'flowing' : 'still');
    else this.#events.picture('none');
  }
}

/** A random text that lets whoever holds it take a broadcast up again. */
export function createResumeToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Whether two tokens are the same; how long that takes says nothing about where they differ. */
export function isSameToken(given: string, own: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(own)];
  return a.length === b.length && timingSafeEqual(a, b);
}
