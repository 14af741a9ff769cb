import { performance } from 'node:perf_hooks';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import {
  av1Packet,
  h264Packet,
  isConcealment,
  opusPacket,
  vp8Frame,
  vp9Packet,
} from '../../../codecs/testing/test-frames.ts';
import { streamStart } from '../../../codecs/testing/test-seed.ts';
import type { MediaKind, RtpCodec, RtpConsumer, RtpPacket, RtpSource, SenderClock } from '../../media/media-types.ts';

/*
 * For tests: sources that send known frames as RTP, and a reader for the resulting file.
 */

export const vp8: RtpCodec = { name: 'VP8', clockRate: 90_000, channels: 1, fmtp: '' };
export const h264: RtpCodec = { name: 'H264', clockRate: 90_000, channels: 1, fmtp: '' };
export const vp9: RtpCodec = { name: 'VP9', clockRate: 90_000, channels: 1, fmtp: '' };
export const av1: RtpCodec = { name: 'AV1', clockRate: 90_000, channels: 1, fmtp: '' };
export const opus: RtpCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };

/** Frames that are payloads already, by codec. */
const framesInOnePacket: Readonly<Record<string, typeof h264Packet>> = {
  H264: h264Packet,
  VP9: vp9Packet,
  AV1: av1Packet,
};

/** A sender of one kind, whose clocks and network the test defines. Its numbers begin at random by default. */
export class TestSource implements RtpSource {
  readonly kind: MediaKind;
  readonly codecs: readonly RtpCodec[];
  readonly codec: RtpCodec;
  ssrc: number;
  senderClock: SenderClock | null = null;
  packetCount = 0;
  keyframeRequests = 0;
  onKeyframeRequest: () => void = () => {};
  readonly #consumers = new Set<RtpConsumer>();
  #sequenceNumber: number;
  readonly #startTimestamp: number;

  constructor(
    kind: MediaKind,
    codec: RtpCodec,
    start: { ssrc?: number; sequenceNumber?: number; timestamp?: number } = {},
  ) {
    this.kind = kind;
    this.codec = codec;
    this.codecs = [codec];
    this.ssrc = start.ssrc ?? (kind === 'video' ? 1111 : 2222);
    const drawn = streamStart(`${kind} ${this.ssrc}`);
    this.#sequenceNumber = start.sequenceNumber ?? drawn.sequenceNumber;
    this.#startTimestamp = start.timestamp ?? drawn.timestamp;
  }

  addConsumer(consumer: RtpConsumer): void {
    this.#consumers.add(consumer);
  }

  removeConsumer(consumer: RtpConsumer): void {
    this.#consumers.delete(consumer);
  }

  requestKeyframe(): void {
    this.keyframeRequests += 1;
    this.onKeyframeRequest();
  }

  get consumerCount(): number {
    return this.#consumers.size;
  }

  timestampAt(captureMs: number): number {
    return (this.#startTimestamp + Math.round((captureMs * this.codec.clockRate) / 1000)) >>> 0;
  }

  /** Creates the packets of a frame without sending them: VP8 in pieces of 1000 bytes, all else whole. */
  packetise(frame: Buffer, captureMs: number, arrivedAt: number): RtpPacket[] {
    const isVp8 = this.codec.name === 'VP8';
    const pieces: Buffer[] = [];
    for (let offset = 0; offset < frame.length; offset += 1000) {
      const piece = frame.subarray(offset, offset + 1000);
      pieces.push(isVp8 ? Buffer.concat([Buffer.from([offset === 0 ? 0x10 : 0x00]), piece]) : piece);
    }
    return pieces.map((piece, i) => this.packet(piece, captureMs, arrivedAt, i === pieces.length - 1));
  }

  /** One packet with the next sequence number, without sending it. */
  packet(payload: Buffer, captureMs: number, arrivedAt: number, marker: boolean): RtpPacket {
    const sequenceNumber = this.#sequenceNumber;
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    return {
      bytes: Buffer.concat([header, payload]),
      payloadOffset: 12,
      payloadType: 96,
      marker,
      sequenceNumber,
      timestamp: this.timestampAt(captureMs),
      ssrc: this.ssrc,
      codec: this.codec,
      arrivedAt,
      keyframeStart: false,
    };
  }

  deliver(packets: readonly RtpPacket[]): void {
    for (const packet of packets) {
      this.packetCount += 1;
      for (const consumer of this.#consumers) consumer.onPacket(packet);
    }
  }

  send(frame: Buffer, captureMs: number, arrivedAt: number): void {
    this.deliver(this.packetise(frame, captureMs, arrivedAt));
  }

  /** Reports the end of the source. */
  end(): void {
    for (const consumer of this.#consumers) consumer.onEnded?.();
  }

  /** Sends a sender report, which states that `captureMs` was `wallMs` on the sender's wall clock. */
  report(captureMs: number, wallMs = captureMs): void {
    const ntpMs = 1_700_000_000_000 + wallMs;
    this.senderClock = { ntpMs, rtpTimestamp: this.timestampAt(captureMs), ssrc: this.ssrc };
    for (const consumer of this.#consumers) consumer.onSenderClock(this.senderClock);
  }
}

/** A show of video at 25 frames and audio at 50 packets a second, in the order of arrival. */
export class TestShow {
  readonly video: TestSource;
  readonly audio: TestSource;
  /** The arrival of media captured at 0 ms; ahead of the real clock, so that no timer considers it late. */
  readonly startMs = performance.now() + 3_600_000;
  /** The network's delays, in milliseconds. */
  videoDelayMs = 30;
  audioDelayMs = 30;
  keyframeEveryMs = 2000;
  /** The size of the picture, in pixels. */
  size = { width: 640, height: 360 };
  sends: Record<MediaKind, boolean> = { audio: true, video: true };
  /** Takes the packets of a frame in transit; returns those that arrive, in their order. */
  network: (packets: RtpPacket[], captureMs: number) => RtpPacket[] = (packets) => packets;
  #wantsKeyframe = true;

  constructor(video = new TestSource('video', vp8), audio = new TestSource('audio', opus)) {
    this.video = video;
    this.audio = audio;
    video.onKeyframeRequest = () => {
      this.#wantsKeyframe = true;
    };
  }

  /** Sends everything captured from `fromMs` up to, but not including, `toMs`. */
  run(fromMs: number, toMs: number, each: (captureMs: number) => void = () => {}): void {
    for (let captureMs = fromMs; captureMs < toMs; captureMs += 20) {
      each(captureMs);
      if (this.sends.video && captureMs % 40 === 0) this.#sendVideo(captureMs);
      if (this.sends.audio) this.#sendAudio(captureMs);
    }
  }

  #sendVideo(captureMs: number): void {
    const isKeyframe = this.#wantsKeyframe || captureMs % this.keyframeEveryMs === 0;
    this.#wantsKeyframe = false;
    const frame = this.#videoFrame(isKeyframe, captureMs);
    const packets = this.video.packetise(frame, captureMs, this.startMs + captureMs + this.videoDelayMs);
    this.video.deliver(this.network(packets, captureMs));
  }

  /** The mark contains the frame's time of capture. */
  #videoFrame(isKeyframe: boolean, captureMs: number): Buffer {
    const make = framesInOnePacket[this.video.codec.name];
    if (make !== undefined) return make(isKeyframe, captureMs, this.size);
    const frame = vp8Frame(isKeyframe, 7, 2000, this.size.width, this.size.height);
    frame.writeUInt32BE(captureMs, 100);
    return frame;
  }

  #sendAudio(captureMs: number): void {
    const frame = opusPacket(captureMs / 20);
    const packets = this.audio.packetise(frame, captureMs, this.startMs + captureMs + this.audioDelayMs);
    this.audio.deliver(this.network(packets, captureMs));
  }
}

/** A packet read back; `captureMs` comes from the mark in it. */
export type ReadPacket = { timeMs: number; captureMs: number; isKey: boolean; size: number };

/** Reads back a whole file. */
export async function readRecording(path: string): Promise<{
  durationMs: number;
  headerDurationMs: number | null;
  codecs: string[];
  width: number | null;
  height: number | null;
  video: ReadPacket[];
  audio: ReadPacket[];
  /** The packets that the recorder inserted for sound that never arrived. */
  concealed: ReadPacket[];
}> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const videoTrack = await input.getPrimaryVideoTrack();
    const audioTrack = await input.getPrimaryAudioTrack();
    const headerSeconds = await input.getDurationFromMetadata();
    const video: ReadPacket[] = [];
    const audio: ReadPacket[] = [];
    const concealed: ReadPacket[] = [];
    for (const [track, packets] of [[videoTrack, video] as const, [audioTrack, audio] as const]) {
      if (track === null) continue;
      for await (const packet of new EncodedPacketSink(track).packets()) {
        const bytes = Buffer.from(packet.data);
        if (track === audioTrack && isConcealment(bytes)) {
          concealed.push({ timeMs: packet.timestamp * 1000, captureMs: -1, isKey: true, size: bytes.length });
          continue;
        }
        const mark = track === videoTrack ? () => bytes.readUInt32BE(100) : () => bytes.readUInt16LE(1) * 20;
        const captureMs = bytes.length < (track === videoTrack ? 104 : 3) ? -1 : mark();
        packets.push({ timeMs: packet.timestamp * 1000, captureMs, isKey: packet.type === 'key', size: bytes.length });
      }
    }
    return {
      durationMs: (await input.computeDuration()) * 1000,
      headerDurationMs: headerSeconds === null ? null : headerSeconds * 1000,
      codecs: [videoTrack, audioTrack].flatMap((track) => (track?.codec ? [track.codec] : [])),
      width: videoTrack?.codedWidth ?? null,
      height: videoTrack?.codedHeight ?? null,
      video,
      audio,
      concealed,
    };
  } finally {
    input.dispose();
  }
}
