import { randomInt } from 'node:crypto';
import type { BroadcastView, Replies } from '../../lib/signaling.ts';
import { encryptedStreamStart } from '../../server/codecs/testing/test-seed.ts';
import type { Measurement } from '../figures/measurement.ts';
import { ReferenceStream, type StreamCounters } from '../media/reference-stream.ts';
import { asksForKeyframe } from '../media/rtcp.ts';
import { isRtcp } from '../media/rtp.ts';
import { within } from '../platform/clock.ts';
import { deferred } from '../platform/deferred.ts';
import { LoadLink, type LoadTarget } from './load-link.ts';
import { LoadTier } from './load-tier.ts';
import { payloadTypes } from './offering-peer.ts';

/** The broadcast with which a presenter goes live. */
export type LoadBroadcast = { key: string; channel: string; title?: string; record?: boolean };

/** The broadcast that a presenter resumes, and the token that allows it. */
export type LoadResumption = { channel: string; resumeToken: string };

/**
 * A presenter without a browser: goes live with the real signalling and sends the {@link ReferenceStream} as soon as
 * its connection is established.
 */
export class LoadPresenter {
  readonly #link: LoadLink;
  readonly #stream: ReferenceStream;
  readonly #live = deferred<void>();
  readonly #phases: string[] = [];
  readonly #target: LoadTarget;
  #tier: LoadTier | null = null;
  #broadcast: BroadcastView | null = null;
  #resumeToken = '';
  #closing: Promise<void> | undefined;

  private constructor(target: LoadTarget, link: LoadLink, stream: ReferenceStream) {
    this.#target = target;
    this.#link = link;
    this.#stream = stream;
    // A caller need not wait for the show to be live.
    this.#live.promise.catch(() => {});
    link.own(link.signaling.on('broadcast:changed', ({ broadcast }) => this.#noteBroadcast(broadcast)));
    link.own(link.signaling.onGone(() => this.#live.reject(new Error('The socket closed before the show was live.'))));
    stream.start();
  }

  /** Goes live. Rejects if the server refuses or does not answer; nothing is left open then. */
  static start(target: LoadTarget, show: LoadBroadcast): Promise<LoadPresenter> {
    const { key, channel, title = 'Load test', record = false } = show;
    return LoadPresenter.#open(target, channel, (link, sdpOffer) =>
      link.signaling.request('broadcast:start', { key, channel, title, record, sdpOffer }),
    );
  }

  /** Resumes a show that is on air or waits for its presenter. Rejects if refused; nothing is left open then. */
  static takeUp(target: LoadTarget, { channel, resumeToken }: LoadResumption): Promise<LoadPresenter> {
    return LoadPresenter.#open(target, channel, (link, sdpOffer) =>
      link.signaling.request('broadcast:resume', { channel, resumeToken, sdpOffer }),
    );
  }

  static async #open(
    target: LoadTarget,
    channel: string,
    ask: (link: LoadLink, sdpOffer: string) => Promise<Replies['broadcast:start']>,
  ): Promise<LoadPresenter> {
    const formats = {
      audio: { ssrc: randomInt(1, 2 ** 32), payloadType: payloadTypes.opus },
      video: { ssrc: randomInt(1, 2 ** 32), payloadType: payloadTypes.vp8 },
    };
    const lines = {
      name: 'presenter',
      audio: { direction: 'SendOnly', ssrc: formats.audio.ssrc },
      video: { direction: 'SendOnly', ssrc: formats.video.ssrc },
      videoCodecs: ['vp8'],
    } as const;
    const stream = new ReferenceStream({
      streamId: randomInt(1, 2 ** 31),
      formats,
      starts: { audio: encryptedStreamStart('audio'), video: encryptedStreamStart('video') },
      send: (kind, packet) => link.peer.send(kind, packet),
    });
    const link = await LoadLink.open(target, lines, (kind, packet) => {
      if (kind !== 'video' || !isRtcp(packet)) return;
      if (asksForKeyframe(packet, formats.video.ssrc)) stream.requestKeyframe();
    });
    const presenter = new LoadPresenter(target, link, stream);
    try {
      await presenter.#goLive(channel, (sdpOffer) => ask(link, sdpOffer));
      return presenter;
    } catch (error) {
      await presenter.close();
      throw error;
    }
  }

  /** The counts of the stream so far. */
  get counters(): Readonly<StreamCounters> {
    return this.#stream.counters;
  }

  /** The broadcast as the server last described it. */
  get broadcast(): BroadcastView | null {
    return this.#broadcast;
  }

  /** The token that allows resuming the show. */
  get resumeToken(): string {
    return this.#resumeToken;
  }

  /** The phases of the broadcast so far, oldest first. */
  get phases(): readonly string[] {
    return this.#phases;
  }

  /** The connection and its socket, for tests that break them. */
  get link(): LoadLink {
    return this.#link;
  }

  /** Resolves once viewers can join; rejects after `timeoutMs` milliseconds, or if the show ends first. */
  waitForLive(timeoutMs = 10_000): Promise<void> {
    return within(timeoutMs, 'Going live', this.#live.promise);
  }

  /** Offers the low tier as well. The show must be live. Rejects if the server refuses. */
  async offerLowTier(): Promise<void> {
    this.#tier ??= await LoadTier.open(this.#target, this.#link.signaling);
  }

  /** Counts the packets sent in a span of the monotonic clock, in microseconds. */
  measure(span: { fromUs: number; toUs: number }): Measurement {
    return this.#stream.measure(span);
  }

  /** Sends nothing until {@link resume}; connection and socket stay open. */
  pause(): void {
    this.#stream.stop();
  }

  /** Sends again, with a keyframe first. */
  resume(): void {
    this.#stream.start();
  }

  /** Ends the show as the button does, and closes. */
  async stop(): Promise<Replies['broadcast:stop']> {
    try {
      return await this.#link.signaling.request('broadcast:stop', {});
    } finally {
      await this.close();
    }
  }

  /** Disconnects without notifying the server, like a crashed browser; may be called twice; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stream.stop();
    await this.#tier?.close();
    await this.#link.close();
  }

  async #goLive(channel: string, ask: (sdpOffer: string) => Promise<Replies['broadcast:start']>): Promise<void> {
    const { broadcast, resumeToken } = await this.#link.negotiate(ask);
    this.#resumeToken = resumeToken;
    this.#noteBroadcast(broadcast);
    const followed = await this.#link.signaling.request('channel:follow', { channel });
    this.#noteBroadcast(followed.broadcast);
  }

  #noteBroadcast(broadcast: BroadcastView | null): void {
    if (broadcast === null) return;
    this.#broadcast = broadcast;
    if (this.#phases.at(-1) !== broadcast.phase) this.#phases.push(broadcast.phase);
    if (broadcast.phase === 'live') this.#live.resolve();
    if (broadcast.phase === 'ended') this.#live.reject(new Error(`The show ended: ${broadcast.endReason}.`));
  }
}
