import { randomInt } from 'node:crypto';
import type { BroadcastView } from '../../lib/signaling.ts';
import { startsVp8Keyframe, vp8DescriptorBytes } from '../../server/codecs/testing/vp8-rtp.ts';
import type { Histogram } from '../figures/histogram.ts';
import { Measurement } from '../figures/measurement.ts';
import { type Deliveries, DeliveryLog } from '../media/delivery-log.ts';
import { Reception } from '../media/reception.ts';
import type { MediaKind } from '../media/reference-stream.ts';
import { lastReportOf, pictureLossIndication, receiverReport } from '../media/rtcp.ts';
import { isRtcp, rtpPayload } from '../media/rtp.ts';
import { StampReader } from '../media/stamp-reader.ts';
import { monotonicUs, within } from '../platform/clock.ts';
import { deferred } from '../platform/deferred.ts';
import { LoadLink, type LoadTarget } from './load-link.ts';

/** The counts of what a viewer received so far. */
export type ViewerCounters = {
  audio: Deliveries;
  video: Deliveries;
  /** Keyframes that began, without repetitions. */
  keyframes: number;
  /** RTP packets in which no stamp ends, e.g. padding; no other count includes them. */
  unstamped: number;
  rtcpPackets: number;
  keyframeRequests: number;
};

/** A packet of video on arrival, from any presenter. */
export type SeenVideo = {
  startsKeyframe: boolean;
  /** The load presenter that sent it; `null` for a packet from another presenter. */
  streamId: number | null;
};

const reportIntervalMs = 1_000;
/** Like a browser, a viewer requests a keyframe if only pictures arrive with which it cannot begin. */
const keyframeTimeoutUs = 300_000;
const clockRates = { audio: 48_000, video: 90_000 } as const;
const cname = 'rostrum-bench';
/** A narrow viewer reports as lost what exceeds this bitrate in kbit/s … */
const narrowKbps = 400;
/** … by more than it carries in so many milliseconds. */
const narrowQueueMs = 250;

/** A viewer without a browser: joins with the real signalling, counts what arrives, and reports once a second. */
export class LoadViewer {
  readonly #link: LoadLink;
  readonly #seen: (video: SeenVideo) => void;
  readonly #downlink: NarrowDownlink | null;
  readonly #ssrc = randomInt(1, 2 ** 31);
  readonly #logs = { audio: new DeliveryLog(), video: new DeliveryLog() } as const;
  readonly #stamps = { audio: new StampReader(), video: new StampReader() } as const;
  readonly #receptions = { audio: new Reception(clockRates.audio), video: new Reception(clockRates.video) } as const;
  readonly #firstKeyframe = deferred<number>();
  readonly #reports: NodeJS.Timeout;
  readonly #counts = { keyframes: 0, unstamped: 0, rtcpPackets: 0, keyframeRequests: 0 };
  #joinedUs = 0;
  #answeredUs = 0;
  #keyframeAskedUs: number | null = null;
  #measurement: Measurement | null = null;
  #broadcast: BroadcastView | null = null;
  #closing: Promise<void> | undefined;

  private constructor(link: LoadLink, seen: (video: SeenVideo) => void, narrow: boolean) {
    this.#link = link;
    this.#downlink = narrow ? new NarrowDownlink() : null;
    this.#seen = seen;
    // A caller need not wait for the picture.
    this.#firstKeyframe.promise.catch(() => {});
    this.#reports = setInterval(() => this.#report(), reportIntervalMs);
    link.own(
      link.signaling.onGone(() =>
        this.#firstKeyframe.reject(new Error('The socket closed before the first picture arrived.')),
      ),
    );
  }

  /**
   * Joins and applies the answer; media may arrive later. Rejects if refused; nothing is left open then. `seen` is
   * called for every packet of video, also from presenters that do not stamp their packets. A `narrow` viewer reports
   * losses, as over a downlink that does not carry the picture.
   */
  static async join(
    target: LoadTarget,
    channel: string,
    { seen = () => {}, narrow = false }: { seen?: (video: SeenVideo) => void; narrow?: boolean } = {},
  ): Promise<LoadViewer> {
    const lines = {
      name: 'viewer',
      audio: { direction: 'RecvOnly' },
      video: { direction: 'RecvOnly' },
      videoCodecs: ['vp8', 'h264'],
    } as const;
    const link = await LoadLink.open(target, lines, (kind, packet) => viewer.#receive(kind, packet));
    const viewer = new LoadViewer(link, seen, narrow);
    try {
      await viewer.#join(channel);
      return viewer;
    } catch (error) {
      await viewer.close();
      throw error;
    }
  }

  /** The counts of what was received so far. */
  get counters(): ViewerCounters {
    return { ...this.#counts, audio: this.#logs.audio.read(), video: this.#logs.video.read() };
  }

  /** The broadcast as it was when this viewer joined. */
  get broadcast(): BroadcastView | null {
    return this.#broadcast;
  }

  /** The connection and its socket, for tests that break them. */
  get link(): LoadLink {
    return this.#link;
  }

  /** The UDP port of the media server to which this viewer is connected; `null` while it is not. */
  get mediaPort(): number | null {
    return this.#link.peer.remotePort;
  }

  /** When it requested to join, in microseconds on the monotonic clock. */
  get joinedUs(): number {
    return this.#joinedUs;
  }

  /** Milliseconds from the request to join until its answer. */
  get answerMs(): number {
    return (this.#answeredUs - this.#joinedUs) / 1000;
  }

  /**
   * Resolves when the first keyframe begins, with the milliseconds since the request to join; rejects if none begins
   * within `timeoutMs` of this call.
   */
  waitForVideo(timeoutMs = 10_000): Promise<number> {
    return within(timeoutMs, 'Waiting for the first keyframe', this.#firstKeyframe.promise);
  }

  /** Counts the packets sent in a span of the monotonic clock (microseconds); viewers may share `delaysUs`. */
  measure(span: { fromUs: number; toUs: number }, delaysUs?: Histogram): Measurement {
    this.#measurement = new Measurement(span, delaysUs);
    return this.#measurement;
  }

  /** Leaves as the button does, and closes. */
  async leave(): Promise<void> {
    try {
      await this.#link.signaling.request('viewer:leave', {});
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
    clearInterval(this.#reports);
    await this.#link.close();
  }

  async #join(channel: string): Promise<void> {
    const { broadcast } = await this.#link.negotiate((sdpOffer) => {
      this.#joinedUs = monotonicUs();
      return this.#link.signaling.request('viewer:join', { channel, sdpOffer });
    });
    this.#answeredUs = monotonicUs();
    this.#broadcast = broadcast;
  }

  #receive(kind: MediaKind, packet: Buffer): void {
    const nowUs = monotonicUs();
    if (isRtcp(packet)) {
      this.#counts.rtcpPackets += 1;
      const middle = lastReportOf(packet);
      if (middle !== null) this.#receptions[kind].receiveReport(middle, nowUs);
      return;
    }
    const payload = rtpPayload(packet);
    if (payload === null) {
      this.#counts.unstamped += 1;
      return;
    }
    const bytes = kind === 'video' ? payload.subarray(vp8DescriptorBytes(payload)) : payload;
    const stamps = this.#stamps[kind].read({ bytes, sequence: packet.readUInt16BE(2) });
    if (kind === 'video') {
      this.#seen({ startsKeyframe: startsVp8Keyframe(payload), streamId: stamps[0]?.streamId ?? null });
    }
    if (this.#downlink?.carries(packet.length, nowUs) !== false) this.#receptions[kind].receive(packet, nowUs);
    // Packets from a browser have no stamps and cannot be counted, but they are seen.
    if (stamps.length === 0) this.#counts.unstamped += 1;
    const fresh = stamps.filter((stamp) => this.#logs[kind].record(stamp));
    for (const stamp of fresh) this.#measurement?.record(stamp.sentUs, nowUs);
    if (kind === 'video' && (stamps.length === 0 || fresh.length > 0)) this.#lookForKeyframe(payload, nowUs);
  }

  #lookForKeyframe(payload: Buffer, nowUs: number): void {
    if (startsVp8Keyframe(payload)) {
      this.#counts.keyframes += 1;
      this.#firstKeyframe.resolve((nowUs - this.#joinedUs) / 1000);
      return;
    }
    if (this.#counts.keyframes > 0) return;
    this.#keyframeAskedUs ??= nowUs;
    if (nowUs - this.#keyframeAskedUs < keyframeTimeoutUs) return;
    this.#keyframeAskedUs = nowUs;
    const mediaSsrc = this.#receptions.video.ssrc;
    if (mediaSsrc === null) return;
    if (this.#link.peer.send('video', pictureLossIndication(this.#ssrc, mediaSsrc))) this.#counts.keyframeRequests += 1;
  }

  #report(): void {
    for (const kind of ['audio', 'video'] as const) {
      const block = this.#receptions[kind].report(monotonicUs());
      if (block !== null) this.#link.peer.send(kind, receiverReport(this.#ssrc, block, cname));
    }
  }
}

/** A downlink as a token bucket: what arrives beyond its bitrate is lost. */
class NarrowDownlink {
  readonly #mostBytes = (narrowKbps / 8) * narrowQueueMs;
  #freeBytes = this.#mostBytes;
  #lastUs = 0;

  carries(bytes: number, nowUs: number): boolean {
    const refilled = ((nowUs - this.#lastUs) / 1_000) * (narrowKbps / 8);
    this.#freeBytes = Math.min(this.#mostBytes, this.#freeBytes + refilled);
    this.#lastUs = nowUs;
    if (this.#freeBytes < bytes) return false;
    this.#freeBytes -= bytes;
    return true;
  }
}
