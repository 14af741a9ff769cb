import { matchCodec, type NegotiatedCodec } from './codecs.ts';
import type { RtcpSender } from './incoming-stream.ts';
import type { MediaKind, RtpConsumer, RtpPacket, RtpSink, RtpSource, RtpStats, SenderClock } from './media-types.ts';
import type { ReportBlock } from './receive-statistics.ts';
import { Replay } from './replay.ts';
import { SenderReports } from './sender-reports.ts';
import { sequenceDistance } from './sequence.ts';

/** Sends one packet to the peer; false when the connection does not stand. */
export interface PacketSender extends RtcpSender {
  sendRtp(packet: Buffer): boolean;
}

/** After so many packets nothing from before the start can arrive any more. */
const GUARDED_PACKETS = 1000;
/** How often a viewer may have the past repeated; a decoder that just got it asks no more. */
const REPLAY_INTERVAL_MS = 1000;
/** What a viewer may have repeated within a second; more is not loss but a flood. */
const RETRANSMISSIONS_PER_SECOND = 1000;

/**
 * The sending half of a peer link for one kind. It gives every packet this viewer's SSRC, payload type, sequence
 * number and timestamp by writing them into the shared bytes right before they are sent.
 */
export class OutgoingStream implements RtpSink, RtpConsumer {
  readonly kind: MediaKind;
  readonly ssrc: number;
  packetCount = 0;
  codecs: readonly NegotiatedCodec[] = [];
  readonly #sender: PacketSender;
  readonly #reports: SenderReports;
  #source: RtpSource | null = null;
  #open = false;
  /** False until the first packet of the present source; a decoder starts at a keyframe. */
  #running = false;
  #inputSsrc = -1;
  #inputPayloadType = -1;
  #outputPayloadType = -1;
  /** What this viewer cannot decode, so that it is not looked up for every packet. */
  #refusedPayloadType = -1;
  #clockRate = 90_000;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #startSequence = 0;
  #guard = 0;
  #highestSequence: number;
  #lastTimestamp: number;
  #lastSentAt = -1;
  #replay: Replay | null = null;
  #replayedAt = Number.NEGATIVE_INFINITY;
  #payloadBytes = 0;
  #retransmissionsLeft = RETRANSMISSIONS_PER_SECOND;
  #reportDue = false;
  #firCount = 0;
  #pliCount = 0;
  #nackCount = 0;
  #remb = 0;

  constructor(kind: MediaKind, ssrc: number, sender: PacketSender) {
    this.kind = kind;
    this.ssrc = ssrc;
    this.#sender = sender;
    this.#reports = new SenderReports(ssrc);
    // Random starts, as https://www.rfc-editor.org/rfc/rfc3550#section-5.1 asks for.
    this.#highestSequence = Math.floor(Math.random() * 0x8000);
    this.#lastTimestamp = Math.floor(Math.random() * 0x80000000);
  }

  /** Whether anything is being sent. */
  get sending(): boolean {
    return this.#running;
  }

  setSource(source: RtpSource | null): void {
    if (source === this.#source) return;
    this.#source?.removeConsumer(this);
    this.#source = source;
    this.#running = false;
    this.#inputPayloadType = -1;
    this.#refusedPayloadType = -1;
    if (this.#open) this.#attach();
  }

  /** The connection is about to stand: a keyframe that is asked for now will be there in time. */
  prepare(): void {
    if (this.#open || this.codecs.length === 0 || this.#source === null) return;
    const source = this.#source;
    if (packetsSinceKeyframe(source, performance.now()).length > 0) return;
    source.requestKeyframe();
  }

  /** The connection stands: packets may flow from here on. */
  open(): void {
    if (this.#open || this.codecs.length === 0) return;
    this.#open = true;
    this.#attach();
  }

  /** The connection is gone: nothing is asked of the source any more. */
  close(): void {
    this.#open = false;
    this.#running = false;
    this.#source?.removeConsumer(this);
  }

  onPacket(packet: RtpPacket): void {
    if (!this.#running || packet.ssrc !== this.#inputSsrc) {
      if (!this.#begin(packet)) return;
    } else if (this.#guard > 0) {
      this.#guard -= 1;
      if (sequenceDistance(this.#startSequence, packet.sequenceNumber) < 0) return;
    }
    if (packet.payloadType !== this.#inputPayloadType && !this.#adoptCodec(packet)) return;
    if (!this.#send(packet)) return;
    this.packetCount += 1;
    this.#payloadBytes += packet.bytes.length - packet.payloadOffset;
    const sequence = (packet.sequenceNumber + this.#sequenceOffset) & 0xffff;
    if (sequenceDistance(this.#highestSequence, sequence) > 0) {
      this.#highestSequence = sequence;
      this.#lastTimestamp = (packet.timestamp + this.#timestampOffset) >>> 0;
      this.#lastSentAt = packet.arrivedAt;
    }
    if (this.#reportDue) this.sendReport(packet.arrivedAt);
  }

  onSenderClock(_clock: SenderClock): void {
    if (this.#reportDue) this.sendReport(performance.now());
  }

  /** Answers a NACK out of the source's history. */
  retransmit(lost: readonly number[]): void {
    this.#nackCount += 1;
    const history = this.#source?.history;
    if (!this.#running || history === undefined) return;
    const now = performance.now();
    for (const sequence of lost) {
      const original = (sequence - this.#sequenceOffset) & 0xffff;
      // What was sent before the present source began is not in its history: the number would name another packet.
      if (this.#guard > 0 && sequenceDistance(this.#startSequence, original) < 0) continue;
      if (sequenceDistance(this.#highestSequence, sequence) > 0) continue;
      const packet = history.find(original);
      if (packet === null || packet.ssrc !== this.#inputSsrc) continue;
      if (packet.payloadType !== this.#inputPayloadType) continue;
      if (this.#retransmissionsLeft <= 0) return;
      this.#retransmissionsLeft -= 1;
      const offset = this.#timestampOffset;
      this.#timestampOffset = offset + (this.#replay?.shiftOf(packet.sequenceNumber, now) ?? 0);
      const isSent = this.#send(packet);
      this.#timestampOffset = offset;
      if (!isSent) return;
      this.packetCount += 1;
      this.#payloadBytes += packet.bytes.length - packet.payloadOffset;
    }
  }

  /** The viewer lost the picture. */
  keyframeRequested(isFir: boolean): void {
    if (isFir) this.#firCount += 1;
    else this.#pliCount += 1;
    if (this.#open) this.#askForKeyframe(performance.now());
  }

  /** What the viewer could take in bit/s: kept for the statistics, and never followed. */
  maximumBitrateReceived(bps: number): void {
    this.#remb = bps;
  }

  reportReceived(block: ReportBlock, now: number): void {
    this.#reports.received(block, now);
  }

  /** Sends a sender report when the source's clock is known; called once a second and when a stream begins. */
  sendReport(now: number): void {
    this.#retransmissionsLeft = RETRANSMISSIONS_PER_SECOND;
    const clock = this.#source?.senderClock ?? null;
    if (!this.#running || clock === null || clock.ssrc !== this.#inputSsrc) return;
    const totals = { packets: this.packetCount, payloadBytes: this.#payloadBytes };
    const report = this.#reports.make(clock, this.#clockRate, this.#timestampOffset, totals, now);
    if (this.#sender.sendRtcp(report)) this.#reportDue = false;
  }

  stats(): RtpStats {
    const { block } = this.#reports;
    return {
      kind: this.kind,
      direction: 'outbound',
      ssrc: this.ssrc,
      packets: this.packetCount,
      bytes: this.#payloadBytes,
      packetsLost: block?.packetsLost ?? 0,
      fractionLost: block?.fractionLost ?? 0,
      jitter: (block?.jitter ?? 0) / this.#clockRate,
      roundTripTime: this.#reports.roundTripMs / 1000,
      firCount: this.#firCount,
      pliCount: this.#pliCount,
      nackCount: this.#nackCount,
      remb: this.#remb,
    };
  }

  #attach(): void {
    const source = this.#source;
    if (source === null) return;
    source.addConsumer(this);
    if (this.kind === 'audio' || this.#replaySince(source)) return;
    source.requestKeyframe();
  }

  /** A source that cannot make a keyframe has its last one repeated, for this viewer alone. */
  #askForKeyframe(now: number): void {
    const source = this.#source;
    if (source?.hasFixedKeyframes !== true) source?.requestKeyframe();
    else if (now - this.#replayedAt >= REPLAY_INTERVAL_MS) this.#replaySince(source);
  }

  /**
   * Begins with what came since the last keyframe.
   * @returns false when the source has nothing fit for it
   */
  #replaySince(source: RtpSource): boolean {
    const now = performance.now();
    const packets = packetsSinceKeyframe(source, now);
    const first = packets[0];
    if (first === undefined || !this.#begin(first)) return false;
    const replay = new Replay(packets, this.#clockRate, now);
    this.#replay = replay;
    this.#replayedAt = now;
    this.#alignTimestamps(first.timestamp + replay.shiftOf(first.sequenceNumber, now), now);
    const offset = this.#timestampOffset;
    for (const packet of packets) {
      this.#timestampOffset = offset + replay.shiftOf(packet.sequenceNumber, now);
      this.onPacket(packet);
    }
    this.#timestampOffset = offset;
    return true;
  }

  /** Joins a stream on: numbers and time go on from what this viewer got last. */
  #begin(packet: RtpPacket): boolean {
    // A stream that restarted under another SSRC needs its keyframe as well, and will send one by itself.
    this.#running = false;
    if (!packet.keyframeStart || !this.#adoptCodec(packet)) return false;
    this.#running = true;
    this.#replay = null;
    this.#inputSsrc = packet.ssrc;
    this.#startSequence = packet.sequenceNumber;
    this.#guard = GUARDED_PACKETS;
    this.#sequenceOffset = (this.#highestSequence + 1 - packet.sequenceNumber) & 0xffff;
    this.#alignTimestamps(packet.timestamp, packet.arrivedAt);
    this.#reportDue = true;
    return true;
  }

  /** Lets `timestamp` be now: as much later than the last one that was sent as time has passed since. */
  #alignTimestamps(timestamp: number, now: number): void {
    const elapsedMs = this.#lastSentAt < 0 ? 0 : now - this.#lastSentAt;
    const elapsedTicks = Math.max(1, Math.round((elapsedMs * this.#clockRate) / 1000));
    this.#timestampOffset = (this.#lastTimestamp + elapsedTicks - timestamp) | 0;
  }

  #adoptCodec(packet: RtpPacket): boolean {
    if (packet.payloadType === this.#refusedPayloadType) return false;
    const codec = matchCodec(packet.codec, this.codecs);
    if (codec === null) {
      this.#refusedPayloadType = packet.payloadType;
      return false;
    }
    this.#inputPayloadType = packet.payloadType;
    this.#outputPayloadType = codec.payloadType;
    this.#clockRate = packet.codec.clockRate;
    return true;
  }

  #send(packet: RtpPacket): boolean {
    const bytes = packet.bytes;
    const sequence = packet.sequenceNumber + this.#sequenceOffset;
    const timestamp = (packet.timestamp + this.#timestampOffset) | 0;
    const ssrc = this.ssrc;
    bytes[1] = packet.marker ? this.#outputPayloadType | 0x80 : this.#outputPayloadType;
    bytes[2] = sequence >> 8;
    bytes[3] = sequence;
    bytes[4] = timestamp >>> 24;
    bytes[5] = timestamp >>> 16;
    bytes[6] = timestamp >>> 8;
    bytes[7] = timestamp;
    bytes[8] = ssrc >>> 24;
    bytes[9] = ssrc >>> 16;
    bytes[10] = ssrc >>> 8;
    bytes[11] = ssrc;
    return this.#sender.sendRtp(bytes);
  }
}

function packetsSinceKeyframe(source: RtpSource, now: number): RtpPacket[] {
  return source.packetsSinceKeyframe?.(now) ?? [];
}
