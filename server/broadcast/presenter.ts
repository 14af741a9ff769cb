import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { AppError } from '../../lib/errors.ts';
import type { PictureFlow } from '../../lib/signaling.ts';
import type { PeerListener } from './broadcast-types.ts';
import { kindsOf, type LinkListener, type MediaCodecs, type MediaKind } from './media-gateway.ts';

/** What the broadcast wants to know of its presenter. */
type PresenterEvents = {
  /** Media flows; told again for each kind. */
  arrived(): void;
  /** Nothing flows any more, though the line may stand. */
  silent(): void;
  /** The picture started or stopped flowing, or the negotiation showed that there is none. */
  picture(flow: PictureFlow): void;
  /** The link is beyond repair. */
  failed(error: AppError): void;
};

/** Watches the link of whoever presents: what the media server tells of it, in the words of the broadcast. */
export class PresenterWatch implements LinkListener {
  readonly peerId: string;
  readonly listener: PeerListener;
  readonly #events: PresenterEvents;
  readonly #flowing = new Set<MediaKind>();
  readonly #unplayable = new Set<MediaKind>();
  /** The kinds that the presenter sends; `null` until the link is negotiated. */
  #kinds: readonly MediaKind[] | null = null;
  #isOver = false;

  constructor(peer: { peerId: string; listener: PeerListener }, events: PresenterEvents) {
    this.peerId = peer.peerId;
    this.listener = peer.listener;
    this.#events = events;
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
    if (kind === 'video') this.#tellPicture();
  }

  /** The show goes on with the other kind, and the studio says so. */
  unplayable(kind: MediaKind): void {
    if (this.#isOver) return;
    this.#unplayable.add(kind);
    this.listener.narrowed([...this.#unplayable]);
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

/** The place of whoever presents: one at a time, who has a while to be seen or heard there. */
export class PresenterSeat {
  readonly #mediaTimeoutMs: number;
  #taken: PresenterWatch | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param mediaTimeoutMs how long a presenter has until the first media, in milliseconds */
  constructor(mediaTimeoutMs: number) {
    this.#mediaTimeoutMs = mediaTimeoutMs;
  }

  /** Whoever presents; `null` while nobody does. */
  get presenter(): PresenterWatch | null {
    return this.#taken;
  }

  /** Lets `presenter` be the one who presents. `missing` is called if {@link settle} is not in time. */
  take(presenter: PresenterWatch, missing: () => void): void {
    this.leave();
    this.#taken = presenter;
    this.#timer = setTimeout(missing, this.#mediaTimeoutMs);
  }

  /** The presenter was seen or heard, or it does not matter any more. */
  settle(): void {
    clearTimeout(this.#timer);
  }

  /** Nobody presents any more. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#taken?.stop();
    this.#taken = null;
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
