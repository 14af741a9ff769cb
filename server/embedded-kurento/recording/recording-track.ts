import { createPayloadFormat } from '../../codecs/payload-formats.ts';
import type { RecordedCodec } from '../../codecs/rtp-payload.ts';
import type { MediaKind, RtpCodec, RtpPacket, RtpSink, RtpSource, SenderClock } from '../media/media-types.ts';
import type { Lateness } from '../media/rtp/capture-stall.ts';
import { RtpClock } from '../media/rtp/rtp-clock.ts';
import { FrameAssembler, type HeldPacket, type ReceivedFrame } from './frame-assembler.ts';
import { RtpReorderBuffer } from './rtp-reorder-buffer.ts';

/** How often a keyframe is requested while one is missing, in milliseconds. */
const keyframeTimeoutMs = 1000;

/** Receives the output of a track. */
export type TrackListener = {
  frame(track: RecordingTrack, frame: ReceivedFrame): void;
  /** Media arrived with a codec that the file cannot hold. */
  codecRefused(track: RecordingTrack, codec: RtpCodec): void;
  /** How late the other track's packets are since a time on the clock of arrivals; null when none has arrived. */
  latenessOfOther(track: RecordingTrack, sinceAt: number): Lateness | null;
  /** The source has ended, and all its media has been passed on. */
  ended(track: RecordingTrack): void;
};

/** The codec in our spelling if the file can hold it; otherwise `null`. */
export type CodecReader = (codec: RtpCodec) => RecordedCodec | null;

/** One kind of media for a file: takes RTP from any source that feeds it and outputs whole frames. */
export class RecordingTrack implements RtpSink {
  readonly kind: MediaKind;
  readonly codecs: readonly RtpCodec[];
  readonly #readCodec: CodecReader;
  readonly #listener: TrackListener;
  readonly #reorder: RtpReorderBuffer<HeldPacket>;
  readonly #consumer = {
    onPacket: (packet: RtpPacket) => this.#take(packet),
    onSenderClock: (clock: SenderClock) => this.#clock?.tell(clock),
    onEnded: () => this.#end(),
  };
  /** Packets after a gap for which it is not yet known whether the network caused it, or the sender. */
  #observed: HeldPacket[] = [];
  #source: RtpSource | null = null;
  #assembler: FrameAssembler | null = null;
  #clock: RtpClock | null = null;
  #codec: RecordedCodec | null = null;
  #codecName = '';
  #isOpen = false;
  #hasEnded = false;
  #packetCount = 0;
  #keyframeAskedAt = Number.NEGATIVE_INFINITY;

  constructor(kind: MediaKind, codecs: readonly RtpCodec[], readCodec: CodecReader, listener: TrackListener) {
    this.kind = kind;
    this.codecs = codecs;
    this.#readCodec = readCodec;
    this.#listener = listener;
    this.#reorder = new RtpReorderBuffer({
      packet: (packet) => this.#assembler?.push(packet),
      lost: () => this.#assembler?.lost(),
    });
  }

  get packetCount(): number {
    return this.#packetCount;
  }

  /** The codec of the received media, once any has arrived. */
  get codec(): RecordedCodec | null {
    return this.#codec;
  }

  /** Whether more media may arrive: there is a source, and it has not ended. */
  get isFed(): boolean {
    return this.#source !== null && !this.#hasEnded;
  }

  setSource(source: RtpSource | null): void {
    if (source === this.#source) return;
    this.#hasEnded = false;
    this.#source?.removeConsumer(this.#consumer);
    this.#source = source;
    // The new source may use sequence numbers that happen to look like those of the old one.
    this.#flush();
    this.#clock = null;
    if (source === null) return;
    source.addConsumer(this.#consumer);
    if (this.#isOpen) this.#begin(source);
  }

  /** Lets media through from here on, video from its next keyframe. */
  open(): void {
    this.#flush();
    this.#reorder.reset();
    this.#assembler?.restart();
    this.#isOpen = true;
    if (this.#source !== null) this.#begin(this.#source);
  }

  /** Outputs the packets that still wait for their turn, then lets nothing through. */
  close(): void {
    if (this.#isOpen) this.#flush();
    this.#isOpen = false;
  }

  /** Gives up on packets that are overdue. `now` is on the clock of `RtpPacket.arrivedAt`. */
  tick(now: number): void {
    this.#judgeGap(now);
    this.#reorder.expire(now);
  }

  /** How late packets are since a time on the clock of arrivals; null when none has arrived. */
  lateness(sinceAt: number): Lateness | null {
    return this.#clock?.stalls.lateness(sinceAt) ?? null;
  }

  /** Requests a keyframe, at most once per `keyframeTimeoutMs`. */
  requestKeyframe(now: number): void {
    if (now - this.#keyframeAskedAt < keyframeTimeoutMs) return;
    this.#keyframeAskedAt = now;
    this.#source?.requestKeyframe();
  }

  #begin(source: RtpSource): void {
    const refused = source.codecs[0];
    const isUnrecoverable = source.codecs.length > 0 && source.codecs.every((codec) => this.#readCodec(codec) === null);
    if (isUnrecoverable && refused !== undefined) {
      this.#listener.codecRefused(this, refused);
      return;
    }
    this.#keyframeAskedAt = Number.NEGATIVE_INFINITY;
    source.requestKeyframe();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#flush();
    this.#listener.ended(this);
  }

  #take(packet: RtpPacket): void {
    this.#packetCount += 1;
    this.#hasEnded = false;
    if (!this.#isOpen) return;
    const isSameStream = this.#clock?.ssrc === packet.ssrc && packet.codec.name === this.#codecName;
    const clock = isSameStream ? this.#clock : this.#startStream(packet);
    if (clock === null) return;
    const { sequenceNumber, timestamp, marker, arrivedAt } = packet;
    // The packet's bytes are only borrowed; a payload that waits for its frame must be our own copy.
    const payload = Buffer.from(packet.bytes.subarray(packet.payloadOffset));
    const held = { sequenceNumber, timestamp, marker, arrivedAt, clock, payload };
    const streamMs = clock.advance(timestamp, arrivedAt);
    clock.stalls.arrived(streamMs, arrivedAt);
    const { gapAtMs } = clock.stalls;
    if (gapAtMs !== null && streamMs >= gapAtMs) {
      this.#observed.push(held);
      this.#judgeGap();
    } else this.#pass(held);
  }

  #pass(packet: HeldPacket): void {
    packet.clock.observe(packet.timestamp, packet.arrivedAt);
    this.#reorder.push(packet);
  }

  /** Passes on packets after a gap once the cause of the gap is known. */
  #judgeGap(now?: number): void {
    const clock = this.#clock;
    const gapAtMs = clock?.stalls.gapAtMs ?? null;
    if (clock === null || gapAtMs === null) return;
    const verdict = clock.stalls.judge((sinceAt) => this.#listener.latenessOfOther(this, sinceAt), now);
    if (verdict.kind === 'open') return;
    clock.gapJudged(verdict.kind === 'stall' ? verdict : null);
    for (const packet of this.#observed.splice(0)) this.#pass(packet);
  }

  /** Outputs all packets that wait for their turn. */
  #flush(): void {
    this.#judgeGap(Number.POSITIVE_INFINITY);
    this.#reorder.flush();
  }

  /** A new SSRC is a new sender, or the old one restarted: nothing of the former stream carries over. */
  #startStream(packet: RtpPacket): RtpClock | null {
    this.#flush();
    const codec = this.#readCodec(packet.codec);
    if (codec === null || (this.#codec !== null && this.#codec !== codec)) {
      this.#listener.codecRefused(this, packet.codec);
      return null;
    }
    this.#codec = codec;
    this.#codecName = packet.codec.name;
    this.#reorder.reset();
    this.#assembler = new FrameAssembler(createPayloadFormat(codec), {
      frame: (frame) => this.#listener.frame(this, frame),
      keyframeNeeded: (arrivedAt) => this.requestKeyframe(arrivedAt),
    });
    const clock = new RtpClock(packet.ssrc, packet.codec.clockRate, packet.timestamp);
    const reportedClock = this.#source?.senderClock;
    if (reportedClock !== null && reportedClock !== undefined) clock.tell(reportedClock);
    this.#clock = clock;
    return clock;
  }
}
