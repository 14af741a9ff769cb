import { type EncodedFrame, readEncodedFrames } from '../../server/codecs/testing/encoded-frames.ts';
import type { StreamStart } from '../../server/codecs/testing/test-seed.ts';
import { writeVp8Descriptor } from '../../server/codecs/testing/vp8-rtp.ts';
import { Measurement } from '../figures/measurement.ts';
import { monotonicUs } from '../platform/clock.ts';
import { senderReport } from './rtcp.ts';
import { rtpHeaderBytes, writeRtpHeader } from './rtp.ts';
import { writeStamp } from './stamp.ts';
import { FrameBudget, frameIntervalUs, packetIntervalUs, type StreamShape, streamShapes } from './video-frames.ts';

/** The kinds of media in the reference stream. */
export type MediaKind = 'audio' | 'video';

/** The counts of the stream so far. */
export type StreamCounters = {
  audioPackets: number;
  videoPackets: number;
  frames: number;
  keyframes: number;
  /** How often a receiver requested a keyframe. */
  keyframeRequests: number;
  /** Packets that the network did not accept; they have no counter and are not missing anywhere. */
  notSent: number;
  /** How often the process was so late that it skipped frames. */
  stalls: number;
};

const audioPayloadBytes = 100;
const audioIntervalUs = 20_000;
const keyframeIntervalUs = 10e6;
/** An encoder does not answer keyframe requests more often than this. */
const keyframeSpacingUs = 300_000;
const reportIntervalUs = 1e6;
const tickMs = 4;
const stallUs = 500_000;
const cname = 'rostrum-bench';

type QueuedPacket = { dueUs: number; write: () => Buffer };

/**
 * 20 ms of silence in Opus, as a packet with padding: stereo, CELT, one frame, and padding, which decoders skip
 * (https://www.rfc-editor.org/rfc/rfc6716#section-3.2.5).
 */
const silence = { table: 0xff, onePaddedFrame: 0x41, frame: [0xff, 0xfe] } as const;

/**
 * The stream with which all media servers are compared: VP8 at 30 frames a second and 1.5 Mbit/s, and Opus in 20 ms
 * packets, 223 packets a second. The pictures come from an encoder, and each is in the first packet of its frame. The
 * rest of that packet and the other packets pad the frame to its size; decoders do not look at them. The stream begins
 * with `start()`. With a `shape` of its own it is a lower tier, which has no sound.
 */
export class ReferenceStream {
  readonly counters: StreamCounters = {
    audioPackets: 0,
    videoPackets: 0,
    frames: 0,
    keyframes: 0,
    keyframeRequests: 0,
    notSent: 0,
    stalls: 0,
  };
  readonly #send: (kind: MediaKind, packet: Buffer) => boolean;
  readonly #streamId: number;
  readonly #formats: Record<MediaKind, { ssrc: number; payloadType: number }>;
  readonly #shape: StreamShape;
  readonly #hasSound: boolean;
  readonly #budget: FrameBudget;
  readonly #pictures: readonly EncodedFrame[] = readEncodedFrames('small-box.ivf');
  readonly #queue: QueuedPacket[] = [];
  readonly #octets: Record<MediaKind, number> = { audio: 0, video: 0 };
  readonly #sequences: Record<MediaKind, number>;
  readonly #firstPictureId: number;
  #timer: NodeJS.Timeout | undefined;
  #nextAudioUs = 0;
  #nextFrameUs = 0;
  #nextReportUs = 0;
  #lastKeyframeUs = Number.NEGATIVE_INFINITY;
  #keyframeWanted = true;
  /** The next picture, counted from its keyframe. */
  #nextPicture = 0;
  #audioTimestamp: number;
  #videoTimestamp: number;
  #measurement: Measurement | null = null;

  /** `send` returns whether the network accepted the packet; it must not keep the buffer. */
  constructor(parts: {
    send: (kind: MediaKind, packet: Buffer) => boolean;
    streamId: number;
    formats: Record<MediaKind, { ssrc: number; payloadType: number }>;
    /** The first numbers of each kind. */
    starts: Record<MediaKind, StreamStart>;
    shape?: StreamShape;
  }) {
    this.#shape = parts.shape ?? streamShapes.high;
    this.#hasSound = parts.shape === undefined;
    this.#budget = new FrameBudget(this.#shape);
    this.#send = parts.send;
    this.#streamId = parts.streamId;
    this.#formats = parts.formats;
    const { audio, video } = parts.starts;
    this.#sequences = { audio: audio.sequenceNumber, video: video.sequenceNumber };
    this.#audioTimestamp = audio.timestamp;
    this.#videoTimestamp = video.timestamp;
    this.#firstPictureId = video.pictureId;
  }

  /** Begins to send, or continues after {@link stop}, with a keyframe. */
  start(): void {
    if (this.#timer !== undefined) return;
    const nowUs = monotonicUs();
    this.#nextAudioUs = nowUs;
    this.#nextFrameUs = nowUs;
    this.#nextReportUs = nowUs;
    this.#keyframeWanted = true;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Stops sending; may be called twice. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#queue.length = 0;
  }

  /** Notes that a receiver requests a keyframe. */
  requestKeyframe(): void {
    this.counters.keyframeRequests += 1;
    this.#keyframeWanted = true;
  }

  /** Counts the packets sent from `fromUs` until before `toUs`; one measurement at a time. */
  measure(span: { fromUs: number; toUs: number }): Measurement {
    this.#measurement = new Measurement(span);
    return this.#measurement;
  }

  #tick(): void {
    const nowUs = monotonicUs();
    this.#catchUp(nowUs);
    for (; this.#hasSound && this.#nextAudioUs <= nowUs; this.#nextAudioUs += audioIntervalUs) this.#sendAudio();
    for (; this.#nextFrameUs <= nowUs; this.#nextFrameUs += frameIntervalUs) this.#queueFrame(this.#nextFrameUs);
    for (let next = this.#queue[0]; next !== undefined && next.dueUs <= nowUs; next = this.#queue[0]) {
      this.#queue.shift();
      this.#sendMedia('video', next.write());
    }
    if (this.#nextReportUs <= nowUs) {
      this.#nextReportUs += reportIntervalUs;
      this.#sendReports();
    }
  }

  #catchUp(nowUs: number): void {
    const lateUs = nowUs - this.#nextFrameUs;
    if (lateUs < stallUs) return;
    this.counters.stalls += 1;
    const frames = Math.floor(lateUs / frameIntervalUs);
    this.#nextFrameUs += frames * frameIntervalUs;
    this.#videoTimestamp += frames * 3000;
    const sounds = Math.floor((nowUs - this.#nextAudioUs) / audioIntervalUs);
    this.#nextAudioUs += sounds * audioIntervalUs;
    this.#audioTimestamp += sounds * 960;
    this.#nextReportUs = nowUs;
  }

  #sendAudio(): void {
    const packet = Buffer.alloc(rtpHeaderBytes + audioPayloadBytes);
    this.#writeHeader('audio', packet, { marker: false, timestamp: this.#audioTimestamp });
    const { table, onePaddedFrame, frame } = silence;
    const paddingBytes = audioPayloadBytes - 3 - frame.length;
    packet.set([table, onePaddedFrame, paddingBytes, ...frame], rtpHeaderBytes);
    this.#audioTimestamp += 960;
    this.#sendMedia('audio', packet);
  }

  #queueFrame(frameUs: number): void {
    const isWanted = this.#keyframeWanted && frameUs - this.#lastKeyframeUs >= keyframeSpacingUs;
    const isDue = frameUs - this.#lastKeyframeUs >= keyframeIntervalUs || this.#nextPicture >= this.#pictures.length;
    const keyframe = isWanted || isDue;
    if (keyframe) {
      this.#keyframeWanted = false;
      this.#nextPicture = 0;
      this.#lastKeyframeUs = frameUs;
      this.counters.keyframes += 1;
    }
    const picture = this.#pictures[this.#nextPicture]?.units[0] ?? Buffer.alloc(0);
    this.#nextPicture += 1;
    const pictureId = this.#firstPictureId + this.counters.frames;
    const timestamp = this.#videoTimestamp;
    const packets = this.#budget.next(keyframe);
    const intervalUs = packetIntervalUs(this.#shape);
    const firstDueUs = Math.max(frameUs, (this.#queue.at(-1)?.dueUs ?? 0) + intervalUs);
    for (let index = 0; index < packets; index += 1) {
      const place = { first: index === 0, last: index === packets - 1, picture, pictureId, timestamp };
      const dueUs = firstDueUs + index * intervalUs;
      this.#queue.push({ dueUs, write: () => this.#writeVideo(place) });
    }
    this.counters.frames += 1;
    this.#videoTimestamp += 3000;
  }

  #writeVideo(place: { first: boolean; last: boolean; picture: Buffer; pictureId: number; timestamp: number }): Buffer {
    const packet = Buffer.alloc(this.#shape.packetBytes);
    this.#writeHeader('video', packet, { marker: place.last, timestamp: place.timestamp });
    const { pictureId } = place;
    const descriptor = { pictureIdBits: 15, pictureId, hasLayers: false, baseNumber: 0 } as const;
    const start = rtpHeaderBytes + writeVp8Descriptor(place.first, descriptor).copy(packet, rtpHeaderBytes);
    // There is room for the picture before the stamp: the largest one takes less than half a packet.
    if (place.first) place.picture.copy(packet, start);
    return packet;
  }

  #writeHeader(kind: MediaKind, packet: Buffer, header: { marker: boolean; timestamp: number }): void {
    writeRtpHeader(packet, { ...header, ...this.#formats[kind], sequence: this.#sequences[kind] });
  }

  #sendMedia(kind: MediaKind, packet: Buffer): void {
    const counter = kind === 'audio' ? this.counters.audioPackets : this.counters.videoPackets;
    const sentUs = monotonicUs();
    writeStamp(packet, { streamId: this.#streamId, counter, sentUs });
    if (!this.#send(kind, packet)) {
      this.counters.notSent += 1;
      return;
    }
    this.#sequences[kind] += 1;
    this.#octets[kind] += packet.length - rtpHeaderBytes;
    if (kind === 'audio') this.counters.audioPackets += 1;
    else this.counters.videoPackets += 1;
    this.#measurement?.record(sentUs);
  }

  #sendReports(): void {
    const { audioPackets, videoPackets } = this.counters;
    const common = { wallClockMs: Date.now(), cname };
    const audio = { ssrc: this.#formats.audio.ssrc, timestamp: this.#audioTimestamp, packets: audioPackets };
    const video = { ssrc: this.#formats.video.ssrc, timestamp: this.#videoTimestamp, packets: videoPackets };
    if (this.#hasSound) this.#send('audio', senderReport({ ...common, ...audio, octets: this.#octets.audio }));
    this.#send('video', senderReport({ ...common, ...video, octets: this.#octets.video }));
  }
}
