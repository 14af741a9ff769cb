import { BandwidthProbe } from './bandwidth/bandwidth-probe.ts';
import { FrameDropper } from './bandwidth/frame-dropper.ts';
import type { RtcpSender } from './incoming-stream.ts';
import type { MediaKind, RtpConsumer, RtpPacket, RtpSink, RtpSource, RtpStats, SenderClock } from './media-types.ts';
import { KeyframeBackoff } from './rtcp/keyframe-throttle.ts';
import { Retransmissions } from './rtcp/nack.ts';
import { SenderReports } from './rtcp/sender-reports.ts';
import { type ReportBlock, SentBitrate } from './rtcp/stream-statistics.ts';
import type { ExtensionIds } from './rtp/header-extensions.ts';
import { KeyframeBurst } from './rtp/packet-history.ts';
import { PacketRewriter } from './rtp/packet-rewriter.ts';
import { sequenceDistance } from './rtp/rtp-packet.ts';
import { AdoptedCodec, type NegotiatedCodec } from './sdp/codec-negotiation.ts';
import { hasFreshKeyframe, SourceSwitch } from './source-switch.ts';

/** Sends one packet to the peer; returns false when there is no connection. */
export interface PacketSender extends RtcpSender {
  sendRtp(packet: Buffer): boolean;
}

/** After this many packets, no packet from before the start can still arrive. */
const guardedPackets = 1000;
/** The minimum time between two bursts; a decoder that just got one does not ask again. */
const burstIntervalMs = 1000;

/**
 * The sending half of a peer link for one kind. It gives each packet this viewer's SSRC, payload type, sequence
 * number, timestamp and picture numbers by writing them into the shared bytes right before they are sent.
 */
export class OutgoingStream implements RtpSink, RtpConsumer {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly probe = new BandwidthProbe(() => this.#reports.roundTripMs);
  readonly keyframeBackoff = new KeyframeBackoff();
  packetCount = 0;
  codecs: readonly NegotiatedCodec[] = [];
  readonly #sender: PacketSender;
  readonly #rewriter: PacketRewriter;
  readonly #reports: SenderReports;
  readonly #bitrate = new SentBitrate();
  readonly #retransmissions = new Retransmissions();
  readonly #frameDropper = new FrameDropper();
  readonly #switch = new SourceSwitch((source, keyframe) => {
    this.#replaceSource(source);
    source.addConsumer(this);
    this.onPacket(keyframe);
  });
  #source: RtpSource | null = null;
  #open = false;
  /** False until the first packet of the present source; a decoder starts at a keyframe. */
  #running = false;
  #inputSsrc = -1;
  readonly #adopted = new AdoptedCodec();
  #startSequence = 0;
  #guard = 0;
  #keyframeBurst: KeyframeBurst | null = null;
  #burstAt = Number.NEGATIVE_INFINITY;
  #payloadBytes = 0;
  #bytesPerSecond = 0;
  readonly #feedback = { firCount: 0, pliCount: 0, nackCount: 0, remb: 0 };

  constructor(kind: MediaKind, ssrc: number, sender: PacketSender) {
    this.kind = kind;
    this.ssrc = ssrc;
    this.#sender = sender;
    this.#rewriter = new PacketRewriter(ssrc);
    this.#reports = new SenderReports(ssrc);
  }

  setExtensionIds(ids: ExtensionIds): void {
    this.#rewriter.extensionIds = ids;
  }

  setSource(source: RtpSource | null): void {
    this.#switch.cancel();
    if (source === this.#source) return;
    // A picture goes on until the next one has a keyframe.
    const goesOn = this.#running && this.kind === 'video' && source !== null && source.hasFixedKeyframes !== true;
    if (goesOn && !hasFreshKeyframe(source)) {
      this.#switch.await(source);
      return;
    }
    this.#replaceSource(source);
    if (this.#open) this.#attach();
    else this.prepare();
  }

  #replaceSource(source: RtpSource | null): void {
    this.#source?.removeConsumer(this);
    this.#source = source;
    this.#running = false;
    this.#adopted.forget();
  }

  /**
   * The connection is being established. A keyframe that is requested now will have arrived when it is, and is then
   * sent in a burst.
   */
  prepare(): void {
    if (this.#open || this.codecs.length === 0 || this.#source === null) return;
    const burst = this.#source.packetsSinceKeyframe?.(performance.now()) ?? [];
    if (burst.length === 0) this.#source.requestKeyframe();
  }

  /** The connection is established: packets may flow from now on. */
  open(): void {
    if (this.#open || this.codecs.length === 0) return;
    this.#open = true;
    this.#attach();
  }

  /** The connection is lost: nothing more is requested from the source. */
  close(): void {
    this.#open = false;
    this.#running = false;
    this.#source?.removeConsumer(this);
    this.#source = this.#switch.cancel() ?? this.#source;
  }

  onPacket(packet: RtpPacket): void {
    if (!this.#running || packet.ssrc !== this.#inputSsrc) {
      if (!this.#begin(packet)) return;
    } else if (this.#guard > 0) {
      this.#guard -= 1;
      if (sequenceDistance(this.#startSequence, packet.sequenceNumber) < 0) return;
    }
    if (this.#frameDropper.isOn && !this.#passesFrameDropper(packet)) return;
    if (packet.payloadType !== this.#adopted.payloadType && !this.#adoptCodec(packet)) return;
    if (!this.#sendAligned(packet, packet.arrivedAt)) return;
    this.packetCount += 1;
    this.#payloadBytes += packet.bytes.length - packet.payloadOffset;
    this.#rewriter.noteSent(packet);
    if (packet.keyframeStart && this.kind === 'video') this.keyframeBackoff.keyframeSent(packet.arrivedAt);
    if (this.probe.isOn) this.probe.pad(packet, this);
    // The packets of a burst arrived before they are sent.
    if (this.#reports.isDue) this.sendReport(Math.max(packet.arrivedAt, performance.now()));
  }

  onSenderClock(clock: SenderClock): void {
    const now = performance.now();
    if (this.#reports.isDue || this.#reports.isWrong(clock, this.#adopted.clockRate, now)) this.sendReport(now);
  }

  /** Answers a NACK from the source's history. */
  retransmit(lost: readonly number[], now = performance.now()): void {
    this.#feedback.nackCount += 1;
    if (this.probe.isOn) this.probe.nacked();
    if (!this.#running) return;
    for (const sequence of lost) {
      if (sequenceDistance(this.#rewriter.highestSequence, sequence) > 0) continue;
      const packet = this.#sentBefore(sequence - this.#rewriter.sequenceOffset);
      if (packet === null) continue;
      const bytes = packet.bytes.length - packet.payloadOffset;
      if (!this.#retransmissions.allows(sequence, bytes, now, this.#reports.roundTripMs)) continue;
      if (!this.#sendAligned(packet, now)) return;
      this.packetCount += 1;
      this.#payloadBytes += bytes;
    }
  }

  /** Sends a packet of the present source once more, as padding. Returns its size in bytes; 0 if it was not sent. */
  repeat(sequenceNumber: number, now: number): number {
    const packet = this.#sentBefore(sequenceNumber);
    return packet !== null && this.#sendAligned(packet, now) ? packet.bytes.length : 0;
  }

  /** The viewer lost the picture and requests a keyframe. */
  keyframeRequested(isFir: boolean, now = performance.now()): void {
    this.#feedback[isFir ? 'firCount' : 'pliCount'] += 1;
    // Audio has no keyframes, whatever a viewer requests.
    if (!this.#open || this.kind === 'audio') return;
    // A viewer that has no picture yet is always served.
    if (this.keyframeBackoff.requested(now, this.#reports.roundTripMs) || !this.#running) this.#askForKeyframe(now);
  }

  /** The viewer's own bandwidth estimate in bit/s: kept for the statistics, and never acted on. */
  maximumBitrateReceived(bps: number): void {
    this.#feedback.remb = bps;
  }

  reportReceived(block: ReportBlock, now: number): void {
    this.#reports.received(block, now);
    if (this.probe.isOn) this.probe.reported();
    if (this.kind === 'video') this.#frameDropper.reported(block.fractionLost, this.#bytesPerSecond, now);
  }

  /** Called once a second. */
  everySecond(now: number): void {
    this.#bitrate.look(this.#payloadBytes, now);
    this.#bytesPerSecond = this.#retransmissions.renew(this.#payloadBytes);
    if (this.#keyframeBurst?.isOver(now) === true) this.#keyframeBurst = null;
    if (!this.#running) return;
    if (!this.#switch.repeat() && this.keyframeBackoff.due(now)) this.#askForKeyframe(now);
    this.sendReport(now);
  }

  /** Sends a sender report when the source's clock is known; called once a second and when a stream begins. */
  sendReport(now: number): void {
    const clock = this.#source?.senderClock ?? null;
    if (!this.#running || clock === null || clock.ssrc !== this.#inputSsrc) return;
    const totals = { packets: this.packetCount, payloadBytes: this.#payloadBytes };
    const report = this.#reports.make(clock, this.#adopted.clockRate, this.#rewriter.timestampOffset, totals, now);
    if (this.#sender.sendRtcp(report)) this.#reports.delivered(clock, now);
  }

  stats(): RtpStats {
    return {
      kind: this.kind,
      direction: 'outbound',
      ssrc: this.ssrc,
      packets: this.packetCount,
      bytes: this.#payloadBytes,
      ...this.#reports.reception(this.#adopted.clockRate),
      ...this.#feedback,
      bitrate: this.#bitrate.bps,
    };
  }

  #attach(): void {
    const source = this.#source;
    source?.addConsumer(this);
    if (source !== null && this.kind === 'video' && !this.#sendBurst(source)) source.requestKeyframe();
  }

  /** If the source cannot produce a keyframe, its last one is sent again, to this viewer only. */
  #askForKeyframe(now: number): void {
    const source = this.#source;
    if (source?.hasFixedKeyframes !== true) source?.requestKeyframe();
    else if (now - this.#burstAt >= burstIntervalMs) this.#sendBurst(source);
  }

  /** Starts with the packets since the last keyframe; returns false when the source has nothing suitable. */
  #sendBurst(source: RtpSource): boolean {
    const now = performance.now();
    const packets = source.packetsSinceKeyframe?.(now) ?? [];
    const first = packets[0];
    if (first === undefined || !this.#begin(first)) return false;
    const keyframeBurst = new KeyframeBurst(packets.at(-1) ?? first, now);
    this.#keyframeBurst = keyframeBurst;
    this.#burstAt = now;
    const timestamp = first.timestamp + keyframeBurst.shiftOf(first.sequenceNumber, first.timestamp, now);
    this.#rewriter.alignTimestamps(timestamp, this.#adopted.clockRate, now);
    for (const packet of packets) this.onPacket(packet);
    return true;
  }

  /** Starts with a new source: numbers and timestamps continue from the last packet that this viewer got. */
  #begin(packet: RtpPacket): boolean {
    // A stream that restarted with another SSRC needs its keyframe as well, and sends one without being asked.
    this.#running = false;
    if (!packet.keyframeStart || !this.#adoptCodec(packet)) return false;
    this.#running = true;
    this.#keyframeBurst = null;
    this.#frameDropper.reset();
    if (packet.ssrc !== this.#inputSsrc) this.keyframeBackoff.reset();
    this.#inputSsrc = packet.ssrc;
    this.#joinNumbers(packet);
    this.#rewriter.alignTimestamps(packet.timestamp, this.#adopted.clockRate, packet.arrivedAt);
    this.#reports.isDue = true;
    return true;
  }

  /** Continues the viewer's numbering with this packet, so that packets left out before it leave no gap. */
  #joinNumbers(packet: RtpPacket): void {
    this.#startSequence = packet.sequenceNumber;
    this.#guard = guardedPackets;
    this.#rewriter.join(packet);
  }

  #passesFrameDropper(packet: RtpPacket): boolean {
    const wasPaused = this.#frameDropper.isPaused;
    const passes = this.#frameDropper.allows(packet);
    if (passes && wasPaused) this.#joinNumbers(packet);
    return passes;
  }

  /** A packet of the present source, by its number there, which may be out of 16 bits; `null` if it is not known. */
  #sentBefore(sequenceNumber: number): RtpPacket | null {
    // Packets from before the present source are not in its history: the number would refer to another packet.
    if (this.#guard > 0 && sequenceDistance(this.#startSequence, sequenceNumber) < 0) return null;
    const packet = this.#source?.history?.find(sequenceNumber & 0xffff) ?? null;
    return packet?.ssrc === this.#inputSsrc && packet.payloadType === this.#adopted.payloadType ? packet : null;
  }

  #adoptCodec(packet: RtpPacket): boolean {
    const codec = this.#adopted.adopt(packet, this.codecs);
    if (codec !== null) this.#rewriter.payloadType = codec.payloadType;
    return codec !== null;
  }

  /** Also correct for packets of the keyframe burst, whenever they are sent. */
  #sendAligned(packet: RtpPacket, now: number): boolean {
    const shift = this.#keyframeBurst?.shiftOf(packet.sequenceNumber, packet.timestamp, now) ?? 0;
    return this.#sender.sendRtp(this.#rewriter.rewrite(packet, shift));
  }
}
