import { randomInt } from 'node:crypto';
import { beginsKeyframe } from '../../codecs/payload-formats.ts';
import type { Packetizer } from '../../codecs/rtp-payload.ts';
import { wallMs } from '../media/clock.ts';
import { Consumers } from '../media/consumers.ts';
import type { MediaKind, RtpCodec, RtpConsumer, RtpPacket, RtpSource, SenderClock } from '../media/media-types.ts';
import { PacketHistory } from '../media/rtp/packet-history.ts';
import { readRtpPacket, writeRtpPacket } from '../media/rtp/rtp-packet.ts';
import type { TrackFormat } from './track-format.ts';

const historyPackets: Readonly<Record<MediaKind, number>> = { video: 4096, audio: 256 };
/**
 * A file gives no keyframe on request, so the last one is repeated with all packets since, however old it is. This is
 * a burst to one viewer: beyond this many packets (2.4 MB) the viewer waits for the next keyframe.
 */
const replayablePackets = 2000;
/** Containers round times to the millisecond; an audio decoder expects packets to follow each other exactly. */
const roundingMs = 10;

/** One kind of media from a file, as it enters the pipeline. Its RTP time follows our clock, whatever is played. */
export class FileStream implements RtpSource {
  readonly kind: MediaKind;
  readonly history: PacketHistory;
  readonly hasFixedKeyframes = true;
  packetCount = 0;
  codecs: readonly RtpCodec[] = [];
  senderClock: SenderClock | null = null;
  readonly #consumers: Consumers;
  #format: TrackFormat | null = null;
  #packetizer: Packetizer | null = null;
  #ssrc = 0;
  #sequenceNumber = randomInt(0x10000);
  readonly #startTimestamp = randomInt(2 ** 32);
  #expectedTimestamp = -1;
  /** Null while there is no keyframe that could be repeated. */
  #sinceKeyframe: RtpPacket[] | null = null;

  /** @param consumerFailed called with each error that a consumer throws */
  constructor(kind: MediaKind, consumerFailed: (error: unknown) => void = () => undefined) {
    this.kind = kind;
    this.#consumers = new Consumers(consumerFailed);
    this.history = new PacketHistory(historyPackets[kind]);
  }

  addConsumer(consumer: RtpConsumer): void {
    this.#consumers.add(consumer);
  }

  removeConsumer(consumer: RtpConsumer): void {
    this.#consumers.remove(consumer);
  }

  /** Does nothing: the next keyframe comes when the file has one. */
  requestKeyframe(): void {}

  packetsSinceKeyframe(_now: number): RtpPacket[] {
    return [...(this.#sinceKeyframe ?? [])];
  }

  /** Prepares for frames of a track. @param now milliseconds on the monotonic clock */
  begin(format: TrackFormat, now: number): void {
    // Another codec is another stream, with a new SSRC; with the same codec the stream continues.
    if (this.#format === null || this.#format.payloadType !== format.payloadType) this.#ssrc = randomInt(1, 2 ** 32);
    this.#format = format;
    this.#packetizer = format.createPacketizer();
    this.codecs = [format.codec];
    const { clockRate } = format.codec;
    const clock = { ntpMs: wallMs(now), rtpTimestamp: this.#timestampAt(now, clockRate), ssrc: this.#ssrc };
    this.senderClock = clock;
    this.#consumers.senderClock(clock);
  }

  /**
   * Sends a frame.
   * @param shownAt when it must be seen or heard, in milliseconds on the monotonic clock
   */
  send(frame: Buffer, isKeyframe: boolean, shownAt: number, now: number): void {
    const format = this.#format;
    if (format === null || this.#packetizer === null) return;
    const payloads = this.#packetizer.packetize(frame, isKeyframe);
    const due = this.#timestampAt(shownAt, format.codec.clockRate);
    const isNext = this.#follows(due, format.codec.clockRate);
    const timestamp = isNext ? this.#expectedTimestamp : due;
    this.#expectedTimestamp = format.ticksOf === null ? -1 : (timestamp + format.ticksOf(frame)) >>> 0;
    // The first packet of a keyframe is its start, even if it contains only the data that precedes the picture.
    const { name } = format.codec;
    const isStart = this.kind === 'audio' || payloads.some((payload) => beginsKeyframe(name, payload, 0));
    for (const [index, payload] of payloads.entries()) {
      // Audio has the marker on the first packet after a silence: https://www.rfc-editor.org/rfc/rfc7587#section-4.1
      const marker = this.kind === 'video' ? index === payloads.length - 1 : !isNext;
      this.#sendPayload(payload, { marker, timestamp, isStart: isStart && index === 0 }, format, now);
    }
  }

  /** Clears the history: packets sent so far are no longer repeated. */
  forget(): void {
    this.history.clear();
    this.#sinceKeyframe = null;
    this.#expectedTimestamp = -1;
  }

  /** Reports to consumers that no more media follows. */
  end(): void {
    this.#consumers.ended();
  }

  #sendPayload(
    payload: Buffer,
    { marker, timestamp, isStart }: { marker: boolean; timestamp: number; isStart: boolean },
    { codec, payloadType }: TrackFormat,
    now: number,
  ): void {
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    const header = { payloadType, marker, timestamp, sequenceNumber: this.#sequenceNumber, ssrc: this.#ssrc };
    const bytes = writeRtpPacket(header, payload);
    const packet = readRtpPacket(bytes, codec, now);
    if (packet === null) return;
    packet.keyframeStart = isStart;
    if (this.kind === 'video') this.#remember(packet);
    this.history.add(packet);
    this.packetCount += 1;
    this.#consumers.packet(packet);
  }

  #remember(packet: RtpPacket): void {
    if (packet.keyframeStart) this.#sinceKeyframe = [];
    this.#sinceKeyframe?.push(packet);
    if ((this.#sinceKeyframe?.length ?? 0) > replayablePackets) this.#sinceKeyframe = null;
  }

  /** Whether audio continues exactly where the last packet ended. */
  #follows(timestamp: number, clockRate: number): boolean {
    if (this.#expectedTimestamp < 0) return false;
    return Math.abs((timestamp - this.#expectedTimestamp) | 0) <= (roundingMs * clockRate) / 1000;
  }

  #timestampAt(ms: number, clockRate: number): number {
    return (this.#startTimestamp + Math.round((ms * clockRate) / 1000)) >>> 0;
  }
}
