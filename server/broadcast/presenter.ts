import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { AppError } from '../../lib/errors.ts';
import type { BroadcastView, PictureFlow } from '../../lib/signaling.ts';
import { resumeRefused } from './broadcast-errors.ts';
import type { PresenterListener } from './broadcast-types.ts';
import { kindsOf, type LinkListener, type MediaCodecs, type MediaKind } from './media-gateway.ts';

/** The events of a presenter that the broadcast handles. */
type PresenterEvents = {
  /** Media flows. Called again for each kind. */
  arrived(): void;
  /** No media arrived within the timeout. */
  missing(): void;
  /** Media has stopped flowing, although the link may still be up. */
  silent(): void;
  /** The picture started or stopped flowing, or the negotiation showed that there is none. */
  picture(flow: PictureFlow): void;
  /** The link has failed for good. */
  failed(error: AppError): void;
};

/** Monitors the presenter's link, from the request until someone else presents or no one does. */
export class PresenterMonitor implements LinkListener {
  readonly peerId: string;
  readonly listener: PresenterListener;
  readonly #events: PresenterEvents;
  readonly #mediaTimer: NodeJS.Timeout;
  readonly #flowing = new Set<MediaKind>();
  readonly #unplayable = new Set<MediaKind>();
  #kinds: readonly MediaKind[] | null = null;
  #isOver = false;

  /** @param mediaTimeoutMs how long the first media may take to arrive, in milliseconds */
  constructor(peer: { peerId: string; listener: PresenterListener }, mediaTimeoutMs: number, events: PresenterEvents) {
    this.peerId = peer.peerId;
    this.listener = peer.listener;
    this.#events = events;
    this.#mediaTimer = setTimeout(() => events.missing(), mediaTimeoutMs);
  }

  /** The kinds that the presenter sends; `null` until the link is negotiated. */
  get kinds(): readonly MediaKind[] | null {
    return this.#kinds;
  }

  /** The link was negotiated with these codecs. */
  negotiated(codecs: MediaCodecs): void {
    this.#kinds = kindsOf(codecs);
    this.#tellPicture();
  }

  /** Stops waiting for media: it arrived, or the show is over. */
  stopWaiting(): void {
    clearTimeout(this.#mediaTimer);
  }

  /** Someone else presents, or no one does. Nothing is reported from now on. */
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

  /** The show goes on with the other kind, and the studio shows this. */
  unplayable(kind: MediaKind): void {
    if (this.#isOver) return;
    this.#unplayable.add(kind);
    this.listener.kindsUnplayable([...this.#unplayable]);
  }

  failed(error: AppError): void {
    if (!this.#isOver) this.#events.failed(error);
  }

  moveWanted(): void {
    if (!this.#isOver) this.listener.moveWanted();
  }

  #tellPicture(): void {
    if (this.#isOver || this.#kinds === null) return;
    if (this.#kinds.includes('video')) this.#events.picture(this.#flowing.has('video') ? 'flowing' : 'still');
    else this.#events.picture('none');
  }
}

/** A random token whose holder may resume the broadcast. */
export function createResumeToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Whether two tokens are the same. Compares in constant time, so that the duration does not reveal where they differ.
 */
export function isSameToken(given: string, own: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(own)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @throws AppError `resume-refused` unless `token` is that of the broadcast */
export function requireResumeToken(broadcast: { resumeToken: string; view(): BroadcastView }, token: string): void {
  if (!isSameToken(token, broadcast.resumeToken)) throw resumeRefused(broadcast.view().interruption?.until ?? null);
}
