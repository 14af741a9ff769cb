import { BandwidthEstimator } from './bandwidth/bandwidth-estimator.ts';
import { Consumers } from './consumers.ts';
import type { MediaKind, RtpCodec, RtpConsumer, RtpPacket, RtpSource, RtpStats, SenderClock } from './media-types.ts';
import { KeyframeRequestThrottle } from './rtcp/keyframe-throttle.ts';
import { NackGenerator } from './rtcp/nack.ts';
import { negativeAcknowledgement, pictureLossIndication, receiverEstimatedMaximumBitrate } from './rtcp/rtcp.ts';
import { ReceiveStatistics, type ReportBlock } from './rtcp/stream-statistics.ts';
import type { Lateness } from './rtp/capture-stall.ts';
import { type ExtensionIds, noExtensions } from './rtp/header-extensions.ts';
import { LastKeyframe, PacketHistory } from './rtp/packet-history.ts';
import { SenderTime } from './rtp/rtp-clock.ts';
import type { ReceivedPacket } from './rtp/rtp-packet.ts';

/** Two seconds of high-bitrate video, and five of audio. */
const historyPackets: Readonly<Record<MediaKind, number>> = { video: 2048, audio: 256 };
/** A second stream of the same kind is accepted only after the first one has been silent for this long. */
const ssrcSwitchAfterMs = 500;

/**
 * A peer that sends video, but no keyframe for this long although one is requested twice a second, does not receive our
 * packets: its network has changed, and our packets still go to its old address.
 */
const notHearingAfterMs = 3000;

/** Sends RTCP to the peer; returns false when there is no connection. */
export interface RtcpSender {
  sendRtcp(packet: Buffer): boolean;
}

/** The outcome for a received packet. */
export type Reception = 'forwarded' | 'duplicate' | 'foreign';

/** Optional callbacks for the owner of an incoming stream. */
type IncomingStreamEvents = {
  /** The peer seems not to receive our packets; called repeatedly for as long as that lasts. */
  peerNotHearing?: () => void;
  /** Called with each error that a consumer throws. */
  consumerFailed?: (error: unknown) => void;
};

/** The receiving half of a peer link for one kind: counts packets, requests lost ones again, and forwards them. */
export class IncomingStream implements RtpSource {
  readonly kind: MediaKind;
  readonly history: PacketHistory;
  packetCount = 0;
  codecs: readonly RtpCodec[] = [];
  /** The ids of the header extensions that the peer may use. */
  extensionIds: ExtensionIds = noExtensions;
  /** Whether the peer retransmits; often not for audio: https://www.rfc-editor.org/rfc/rfc4585#section-4.2 */
  canRepeat: boolean;
  readonly #localSsrc: number;
  readonly #rtcp: RtcpSender;
  /** For the present SSRC only. */
  #statistics = new ReceiveStatistics();
  readonly #nack = new NackGenerator();
  readonly #keyframes = new KeyframeRequestThrottle();
  readonly #lastKeyframe = new LastKeyframe();
  readonly #bandwidthEstimator = new BandwidthEstimator();
  readonly #due: number[] = [];
  readonly #senderTime = new SenderTime();
  #sibling: IncomingStream | null = null;
  readonly #consumers: Consumers;
  #ssrc = -1;
  #codec: RtpCodec | null = null;
  #lastArrivalAt = 0;
  #nackCount = 0;
  #pliCount = 0;
  #remb = 0;
  readonly #peerNotHearing: () => void;

  /**
   * @param localSsrc the SSRC with which our reports about this stream are sent
   */
  constructor(kind: MediaKind, localSsrc: number, rtcp: RtcpSender, events: IncomingStreamEvents = {}) {
    this.#peerNotHearing = events.peerNotHearing ?? (() => undefined);
    this.#consumers = new Consumers(events.consumerFailed ?? (() => undefined));
    this.kind = kind;
    this.canRepeat = kind === 'video';
    this.#localSsrc = localSsrc;
    this.#rtcp = rtcp;
    this.history = new PacketHistory(historyPackets[kind]);
  }

  /** The sender's clock from its last report, or corrected after a stall that it has not reported yet. */
  get senderClock(): SenderClock | null {
    return this.#senderTime.current;
  }

  /** How late packets are since a moment on the monotonic clock; null when none has arrived. */
  lateness(sinceAt: number): Lateness | null {
    return this.#senderTime.lateness(sinceAt);
  }

  /** Sets the stream of the other kind that comes from the same peer over the same path. */
  setSibling(sibling: IncomingStream): void {
    this.#sibling = sibling;
  }

  get sentCodec(): RtpCodec | null {
    return this.#codec;
  }

  /** The peer's SSRC; −1 before the first packet. */
  get ssrc(): number {
    return this.#ssrc;
  }

  packetsSinceKeyframe(now: number): RtpPacket[] {
    return this.#lastKeyframe.packetsSince(this.history, this.#nack, now);
  }

  /** Kilobits per second; 0 means no ceiling. */
  setMaximumBitrate(kbps: number): void {
    this.#bandwidthEstimator.setCeiling(kbps);
    if (this.#ssrc >= 0) this.sendMaximumBitrate();
  }

  addConsumer(consumer: RtpConsumer): void {
    this.#consumers.add(consumer);
  }

  removeConsumer(consumer: RtpConsumer): void {
    this.#consumers.remove(consumer);
    if (this.#consumers.size === 0) this.#keyframes.forget();
  }

  requestKeyframe(): void {
    this.#wantKeyframe();
    this.#askForKeyframe(performance.now());
  }

  /** Processes a packet and delivers it to the consumers before it returns. */
  receive(packet: ReceivedPacket): Reception {
    const now = packet.arrivedAt;
    if (packet.ssrc !== this.#ssrc && !this.#switchSource(packet)) return 'foreign';
    const stored = this.history.find(packet.sequenceNumber);
    if (stored !== null && stored.timestamp === packet.timestamp) return 'duplicate';
    this.#lastArrivalAt = now;
    this.packetCount += 1;
    this.#codec = packet.codec;
    this.#statistics.packetArrived(
      packet.sequenceNumber,
      packet.timestamp,
      packet.bytes.length - packet.payloadOffset,
      packet.codec.clockRate,
      now,
    );
    if (this.kind === 'audio') packet.keyframeStart = true;
    else {
      if (this.#lastKeyframe.packetArrived(packet)) this.#keyframes.answered();
      this.#bandwidthEstimator.packetArrived(packet);
    }
    this.history.add(packet);
    this.#trackLoss(packet.sequenceNumber, now);
    this.#consumers.packet(packet);
    const clock = this.#senderTime.packetArrived(packet, this.#latenessOfSibling);
    if (clock !== null) this.#consumers.senderClock(clock);
    return 'forwarded';
  }

  /** @param clock the peer's clock, converted to our own wall clock */
  receiveSenderReport(clock: SenderClock, middleOfNtp: number, now: number): void {
    this.#statistics.senderReportArrived(middleOfNtp, now);
    this.#senderTime.reported(clock);
    this.#consumers.senderClock(clock);
  }

  /** Repeats requests that have not been answered; called every 20 ms or so. */
  tick(now: number): void {
    if (this.#nack.waiting) this.#sendNack(now);
    if (this.#keyframes.pending && now - this.#lastArrivalAt < 1000) {
      this.#askForKeyframe(now);
      // In a stream that never had a keyframe, it is unknown whether one would be recognized.
      if (this.#lastKeyframe.isKnown && this.#keyframes.unansweredMs(now) >= notHearingAfterMs) this.#peerNotHearing();
    }
    if (this.kind === 'video' && this.#bandwidthEstimator.isDue(now)) this.#judge(now);
  }

  /** The block for the next receiver report, once a second; null when nothing has arrived yet. */
  report(now: number): ReportBlock | null {
    if (this.#ssrc < 0) return null;
    return this.#statistics.report(this.#ssrc, now);
  }

  /** Sends the peer its maximum bitrate (REMB); video only. */
  sendMaximumBitrate(): void {
    if (this.kind === 'audio') return;
    const { bps } = this.#bandwidthEstimator;
    const packet = receiverEstimatedMaximumBitrate(this.#localSsrc, Math.max(0, this.#ssrc), bps);
    if (this.#rtcp.sendRtcp(packet)) this.#remb = bps;
  }

  stats(): RtpStats {
    const statistics = this.#statistics;
    return {
      kind: this.kind,
      direction: 'inbound',
      ssrc: Math.max(0, this.#ssrc),
      packets: statistics.packets,
      bytes: statistics.bytes,
      packetsLost: statistics.packetsLost,
      fractionLost: statistics.fractionLost,
      jitter: this.#codec === null ? 0 : statistics.jitter / this.#codec.clockRate,
      roundTripTime: this.#nackCount > 0 ? this.#nack.roundTripMs / 1000 : 0,
      firCount: 0,
      pliCount: this.#pliCount,
      nackCount: this.#nackCount,
      remb: this.#remb,
      bitrate: 0,
    };
  }

  close(): void {
    this.#consumers.clear();
    this.#keyframes.forget();
    this.#nack.reset();
    this.history.clear();
  }

  /** Updates the bitrate that the peer is asked for. A decrease is sent immediately, all else with the next report. */
  #judge(now: number): void {
    this.#bandwidthEstimator.update(this.#nack, now);
    if (this.#remb > 0 && this.#bandwidthEstimator.bps < this.#remb) this.sendMaximumBitrate();
  }

  #switchSource(packet: ReceivedPacket): boolean {
    const isFirst = this.#ssrc < 0;
    if (!isFirst && packet.arrivedAt - this.#lastArrivalAt < ssrcSwitchAfterMs) return false;
    this.#ssrc = packet.ssrc;
    this.history.clear();
    this.#nack.reset();
    this.#bandwidthEstimator.streamChanged();
    this.#statistics = new ReceiveStatistics();
    this.#nackCount = 0;
    this.#pliCount = 0;
    this.#lastKeyframe.reset();
    this.#senderTime.reset();
    if (isFirst) this.sendMaximumBitrate();
    else if (this.#consumers.size > 0) {
      this.#keyframes.forget();
      this.#wantKeyframe();
    }
    return true;
  }

  readonly #latenessOfSibling = (sinceAt: number) => this.#sibling?.lateness(sinceAt) ?? null;

  /** Audio has no keyframes. */
  #wantKeyframe(): void {
    if (this.kind === 'video') this.#keyframes.request();
  }

  #trackLoss(sequenceNumber: number, now: number): void {
    if (!this.canRepeat) return;
    const arrival = this.#nack.packetArrived(sequenceNumber, now);
    if (arrival === 'gap') this.#sendNack(now);
    else if (arrival === 'lost') this.requestKeyframe();
  }

  #sendNack(now: number): void {
    const due = this.#due;
    due.length = 0;
    const givenUp = this.#nack.collectDue(now, due);
    // All decoders downstream would request a keyframe now; one request here saves them the round trip.
    if (givenUp > 0) this.requestKeyframe();
    if (due.length === 0) return;
    this.#nackCount += 1;
    this.#rtcp.sendRtcp(negativeAcknowledgement(this.#localSsrc, this.#ssrc, due));
  }

  #askForKeyframe(now: number): void {
    if (this.#ssrc < 0 || !this.#keyframes.due(now)) return;
    this.#keyframes.attempted(now);
    if (!this.#rtcp.sendRtcp(pictureLossIndication(this.#localSsrc, this.#ssrc))) return;
    this.#keyframes.sent(now);
    this.#pliCount += 1;
  }
}
