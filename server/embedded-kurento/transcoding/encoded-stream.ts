import { randomInt } from 'node:crypto';
import { beginsKeyframe } from '../../codecs/payload-formats.ts';
import type { Packetizer } from '../../codecs/rtp-payload.ts';
import { monotonicMs } from '../media/clock.ts';
import { Consumers } from '../media/consumers.ts';
import type { MediaKind, RtpCodec, RtpConsumer, RtpPacket, RtpSource, SenderClock } from '../media/media-types.ts';
import { PacketHistory } from '../media/rtp/packet-history.ts';
import { readRtpPacket, writeRtpPacket } from '../media/rtp/rtp-packet.ts';
import type { EncodedCodec } from './codecs.ts';
import type { PipedFrame } from './pipe-messages.ts';

const historyPackets: Readonly<Record<MediaKind, number>> = { video: 2048, audio: 256 };
/** A keyframe that is older than this is not worth a burst to a new viewer, nor is one with so many packets behind it. */
const burstMaxAgeMs = 1_000;
const burstMaxPackets = 300;
/** A new keyframe is encoded at most this often, in milliseconds, whichever viewers need one. */
const keyframeIntervalMs = 500;

/** The use that is made of a stream, and what it needs. */
type EncodedStreamEvents = {
  /** There is a consumer: encode. */
  wanted(): void;
  /** There is none any more. */
  unwanted(): void;
  requestKeyframe(): void;
  consumerFailed(error: unknown): void;
};

/** What the transcoder encodes in one codec, as packets, for all that take that codec. */
export class EncodedStream implements RtpSource {
  readonly kind: MediaKind;
  readonly codecs: readonly RtpCodec[];
  readonly history: PacketHistory;
  packetCount = 0;
  senderClock: SenderClock | null = null;
  readonly #encoded: EncodedCodec;
  readonly #events: EncodedStreamEvents;
  readonly #consumers: Consumers;
  #packetizer: Packetizer;
  #ssrc = randomInt(1, 2 ** 32);
  #stream = -1;
  #sequenceNumber = randomInt(0x10000);
  readonly #startTimestamp = randomInt(2 ** 32);
  #sinceKeyframe: RtpPacket[] = [];
  #keyframeAskedAt = Number.NEGATIVE_INFINITY;

  constructor(kind: MediaKind, encoded: EncodedCodec, events: EncodedStreamEvents) {
    this.kind = kind;
    this.#encoded = encoded;
    this.codecs = [encoded.codec];
    this.#events = events;
    this.#consumers = new Consumers((error) => events.consumerFailed(error));
    this.history = new PacketHistory(historyPackets[kind]);
    this.#packetizer = encoded.createPacketizer();
  }

  get isWanted(): boolean {
    return this.#consumers.size > 0;
  }

  addConsumer(consumer: RtpConsumer): void {
    const wasWanted = this.isWanted;
    this.#consumers.add(consumer);
    if (!wasWanted) this.#events.wanted();
  }

  removeConsumer(consumer: RtpConsumer): void {
    const wasWanted = this.isWanted;
    this.#consumers.remove(consumer);
    if (wasWanted && !this.isWanted) {
      this.#sinceKeyframe = [];
      this.#events.unwanted();
    }
  }

  /** Before there is a consumer, there is nothing to make a keyframe of: the first picture will be one. */
  requestKeyframe(): void {
    const now = monotonicMs();
    if (this.kind === 'audio' || !this.isWanted || now - this.#keyframeAskedAt < keyframeIntervalMs) return;
    this.#keyframeAskedAt = now;
    this.#events.requestKeyframe();
  }

  packetsSinceKeyframe(now: number): RtpPacket[] {
    const [first] = this.#sinceKeyframe;
    const isWorthIt = first !== undefined && now - first.arrivedAt <= burstMaxAgeMs;
    return isWorthIt && this.#sinceKeyframe.length <= burstMaxPackets ? [...this.#sinceKeyframe] : [];
  }

  /** What was captured at `ntpMs` (since 1970) has the time `atMs` in frames of stream `stream`. */
  setClock(stream: number, atMs: number, ntpMs: number): void {
    this.#enter(stream);
    this.senderClock = { ntpMs, rtpTimestamp: this.#timestampAt(atMs), ssrc: this.#ssrc };
    this.#consumers.senderClock(this.senderClock);
  }

  /** Sends a frame. */
  take({ stream, data, isKeyframe, atMs }: PipedFrame): void {
    // What was under way when another stream began.
    if (this.#stream >= 0 && stream !== this.#stream && ((this.#stream - stream) & 0xff) < 0x80) return;
    this.#enter(stream);
    const { name } = this.#encoded.codec;
    const payloads = this.#packetizer.packetize(data, isKeyframe);
    const isStart = this.kind === 'audio' || (isKeyframe && payloads.some((bytes) => beginsKeyframe(name, bytes, 0)));
    const timestamp = this.#timestampAt(atMs);
    for (const [index, payload] of payloads.entries()) {
      const marker = this.kind === 'video' && index === payloads.length - 1;
      this.#send(payload, { marker, timestamp, isStart: isStart && index === 0 });
    }
  }

  /** Another stream has another clock, so it is one for the viewers as well. */
  #enter(stream: number): void {
    if (stream === this.#stream) return;
    if (this.#stream >= 0) {
      this.#ssrc = randomInt(1, 2 ** 32);
      this.#packetizer = this.#encoded.createPacketizer();
    }
    this.#stream = stream;
    this.senderClock = null;
    this.history.clear();
    this.#sinceKeyframe = [];
  }

  #send(
    payload: Buffer,
    { marker, timestamp, isStart }: { marker: boolean; timestamp: number; isStart: boolean },
  ): void {
    const { codec, payloadType } = this.#encoded;
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    const header = { payloadType, marker, timestamp, sequenceNumber: this.#sequenceNumber, ssrc: this.#ssrc };
    const bytes = writeRtpPacket(header, payload);
    const packet = readRtpPacket(bytes, codec, monotonicMs());
    if (packet === null) return;
    packet.keyframeStart = isStart;
    if (this.kind === 'video') this.#remember(packet);
    this.history.add(packet);
    this.packetCount += 1;
    this.#consumers.packet(packet);
  }

  #remember(packet: RtpPacket): void {
    if (packet.keyframeStart) this.#sinceKeyframe = [packet];
    else if (this.#sinceKeyframe.length > 0 && this.#sinceKeyframe.length <= burstMaxPackets) {
      this.#sinceKeyframe.push(packet);
    }
  }

  #timestampAt(atMs: number): number {
    const ticks = Math.round((atMs * this.#encoded.codec.clockRate) / 1000) + this.#startTimestamp;
    // Times since 1970 exceed 32 bits many times over.
    return ((ticks % 2 ** 32) + 2 ** 32) % 2 ** 32;
  }
}
