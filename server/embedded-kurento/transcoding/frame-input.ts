import { withParameterSets } from '../../codecs/h264-file.ts';
import { createPayloadFormat } from '../../codecs/payload-formats.ts';
import type { PayloadFormat } from '../../codecs/rtp-payload.ts';
import { monotonicMs, wallMs } from '../media/clock.ts';
import type { MediaKind, RtpCodec, RtpPacket, RtpSink, RtpSource, SenderClock } from '../media/media-types.ts';
import { RtpClock } from '../media/rtp/rtp-clock.ts';
import { FrameAssembler, type HeldPacket, type ReceivedFrame } from '../recording/frame-assembler.ts';
import { RtpReorderBuffer } from '../recording/rtp-reorder-buffer.ts';
import { decodedCodec, decodedCodecs } from './codecs.ts';
import { nowMs, type TranscoderProcess } from './transcoder-process.ts';

/** How often a keyframe is requested while one is missing, in milliseconds. */
const keyframeIntervalMs = 500;
/** How often packets that are overdue are given up, in milliseconds. */
const tickMs = 100;
/** Each packet is a frame: https://www.rfc-editor.org/rfc/rfc3551#section-4.5.14 */
const wholePackets: PayloadFormat = {
  isFramePerPacket: true,
  read: (bytes) => ({ bytes, isFrameStart: true }),
  assemble: (parts) => ({ data: Buffer.concat(parts), isKeyframe: true, setup: null }),
};

/** The stream that is decoded now: `stream` tells it from those before it. */
export type DecodedStream = { readonly stream: number; readonly clock: RtpClock };

/** What the owner of an input learns about its streams. */
type StreamEvents = {
  /** Another stream begins, with a clock of its own. */
  begun(stream: DecodedStream): void;
  /** The sender has reported its clock. */
  clock(clock: SenderClock): void;
  /** The number of the stream before the first. */
  readonly lastStream: number;
};

const unheard: StreamEvents = { begun: () => undefined, clock: () => undefined, lastStream: 0 };

/** Takes packets of one kind from any source, and passes whole frames to the transcoder, where they are decoded. */
export class FrameInput implements RtpSink {
  readonly kind: MediaKind;
  readonly codecs: readonly RtpCodec[];
  readonly id: number;
  packetCount = 0;
  readonly #process: TranscoderProcess;
  readonly #events: StreamEvents;
  readonly #reorder: RtpReorderBuffer<HeldPacket>;
  readonly #consumer = {
    onPacket: (packet: RtpPacket) => this.#take(packet),
    onSenderClock: (clock: SenderClock) => this.#notify(clock),
  };
  #source: RtpSource | null = null;
  #assembler: FrameAssembler | null = null;
  #current: DecodedStream | null = null;
  #codecName = '';
  #streams = 0;
  #skips = false;
  #keyframeAskedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(kind: MediaKind, process: TranscoderProcess, events: StreamEvents = unheard) {
    this.kind = kind;
    this.codecs = decodedCodecs[kind];
    this.#process = process;
    this.#events = events;
    this.#streams = events.lastStream;
    this.#reorder = new RtpReorderBuffer({
      packet: (packet) => this.#assembler?.push(packet),
      lost: () => this.#assembler?.lost(),
    });
    this.id = process.open({
      keyframeNeeded: () => this.#requestKeyframe(),
      restarted: () => this.#restart(),
    });
    process.make({ do: 'input', id: this.id, kind });
  }

  get source(): RtpSource | null {
    return this.#source;
  }

  setSource(source: RtpSource | null): void {
    if (source === this.#source) return;
    this.#source?.removeConsumer(this.#consumer);
    this.#source = source;
    this.#reorder.reset();
    this.#current = null;
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (source === null) return;
    this.#timer = setInterval(() => this.#reorder.expire(monotonicMs()), tickMs).unref();
    source.addConsumer(this.#consumer);
    this.#restart();
  }

  close(): void {
    this.setSource(null);
    this.#process.drop(this.id);
  }

  /** Begins at a keyframe: at the last one if that was a moment ago, otherwise at a new one. */
  #restart(): void {
    this.#keyframeAskedAt = Number.NEGATIVE_INFINITY;
    const source = this.#source;
    if (source === null || this.kind === 'audio') return;
    const packets = source.packetsSinceKeyframe?.(monotonicMs()) ?? [];
    if (packets.length === 0 || this.#current !== null) this.#requestKeyframe();
    else for (const packet of packets) this.#take(packet);
  }

  #requestKeyframe(): void {
    const now = monotonicMs();
    if (now - this.#keyframeAskedAt < keyframeIntervalMs) return;
    this.#keyframeAskedAt = now;
    this.#source?.requestKeyframe();
  }

  #notify(clock: SenderClock): void {
    if (clock.ssrc !== this.#current?.clock.ssrc) return;
    this.#current.clock.tell(clock);
    this.#events.clock(clock);
  }

  #take(packet: RtpPacket): void {
    this.packetCount += 1;
    const isSame = this.#current?.clock.ssrc === packet.ssrc && this.#codecName === packet.codec.name;
    const current = isSame ? this.#current : this.#begin(packet);
    if (current === null) return;
    const { sequenceNumber, timestamp, marker, arrivedAt } = packet;
    current.clock.observe(timestamp, arrivedAt);
    // The packet's bytes are only borrowed.
    const payload = Buffer.from(packet.bytes.subarray(packet.payloadOffset));
    this.#reorder.push({ sequenceNumber, timestamp, marker, arrivedAt, payload, clock: current.clock });
  }

  /** Another stream begins: another sender, or the same one with another codec. */
  #begin(packet: RtpPacket): DecodedStream | null {
    const codec = decodedCodec(packet.codec);
    if (codec === null) return null;
    this.#reorder.reset();
    this.#streams = (this.#streams + 1) & 0xff;
    const current = {
      stream: this.#streams,
      clock: new RtpClock(packet.ssrc, packet.codec.clockRate, packet.timestamp),
    };
    const known = this.#source?.senderClock ?? null;
    if (known !== null) current.clock.tell(known);
    this.#current = current;
    this.#codecName = packet.codec.name;
    const format = codec === 'PCMU' || codec === 'PCMA' ? wholePackets : createPayloadFormat(codec);
    this.#assembler = new FrameAssembler(format, {
      frame: (frame) => this.#send(frame, current),
      keyframeNeeded: () => this.#requestKeyframe(),
    });
    this.#process.make({ do: 'stream', id: this.id, stream: current.stream, codec });
    this.#events.begun(current);
    return current;
  }

  #send(frame: ReceivedFrame, { stream, clock }: DecodedStream): void {
    if (this.#skips && !frame.isKeyframe) return;
    const atMs = clock.toMs(frame.timestamp);
    // Without a report, what arrives has just been captured, as far as one can know.
    const offsetMs = clock.senderOffsetMs ?? wallMs(clock.arrivalOffsetMs);
    const needsSets = this.#codecName === 'H264' && frame.isKeyframe && frame.setup?.codecPrivate;
    const data = needsSets ? Buffer.from(withParameterSets(frame.data, needsSets)) : frame.data;
    const sent = { id: this.id, isKeyframe: frame.isKeyframe, stream, atMs, capturedMs: atMs + offsetMs };
    this.#skips = !this.#process.send({ ...sent, sentMs: nowMs(), data }) && this.kind === 'video';
    if (this.#skips) this.#requestKeyframe();
  }
}
