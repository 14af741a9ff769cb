import type { TranscodedCodec } from '../pipe-messages.ts';
import { fromAnnexB } from './annex-b.ts';
import { type AvCodecContext, type AvFrame, type AvLibrary, type AvPacket, av } from './av-library.ts';
import { PictureScaler } from './picture-scaler.ts';

/** Ticks of video per millisecond. */
const ticksPerMs = 90;
/** Keyframes are made on request only. */
const keyframeInterval = 100_000;
/** Pictures with more pixels are encoded by two threads. */
const smallPixels = 640 * 480;

type Encoder = { name: string; options: Readonly<Record<string, string>> };

const libvpx = { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0', 'max-intra-rate': '450' };
const encoders: Readonly<Partial<Record<TranscodedCodec, Encoder>>> = {
  VP8: { name: 'libvpx', options: libvpx },
  VP9: { name: 'libvpx-vp9', options: { ...libvpx, 'row-mt': '1' } },
  // Every receiver of H.264 over WebRTC knows this profile: https://www.rfc-editor.org/rfc/rfc7742#section-6.2
  H264: {
    name: 'libx264',
    options: { preset: 'superfast', tune: 'zerolatency', profile: 'baseline', 'forced-idr': '1' },
  },
};

/** Below this, in bit/s, there is no picture to speak of. */
const leastBitrate = 30_000;

/** The bitrate of a picture of this size, in bit/s, unless it is limited: 1.8 Mbit/s for 1280 × 720, 0.6 for 640 × 360. */
function pictureBitrate(width: number, height: number): number {
  return Math.round(60 * (width * height) ** 0.75);
}

/** Receives an encoded frame; the bytes are the receiver's. */
export type EncodedListener = (data: Buffer, isKeyframe: boolean, atMs: number) => void;

/** Encodes pictures as they come, each at once; another size begins with a keyframe. */
export class PictureEncoder {
  readonly #library: AvLibrary;
  readonly #codec: TranscodedCodec;
  readonly #take: EncodedListener;
  readonly #packet: AvPacket;
  readonly #scaler: PictureScaler;
  #context: AvCodecContext | null = null;
  #lastTicks = Number.NEGATIVE_INFINITY;
  #wantsKeyframe = true;
  #maxBps = Number.POSITIVE_INFINITY;

  constructor(library: AvLibrary, codec: TranscodedCodec, take: EncodedListener) {
    this.#library = library;
    this.#codec = codec;
    this.#take = take;
    this.#packet = new library.Packet();
    this.#packet.alloc();
    this.#scaler = new PictureScaler(library);
  }

  /** Makes the next picture a keyframe. */
  requestKeyframe(): void {
    this.#wantsKeyframe = true;
  }

  /** Limits the bitrate, in bit/s; null for that of the size. A change begins with a keyframe. */
  limit(maxBps: number | null): void {
    const limit = maxBps === null ? Number.POSITIVE_INFINITY : Math.max(leastBitrate, maxBps);
    if (limit === this.#maxBps) return;
    const context = this.#context;
    const before = context && this.#bitrateFor(context.width, context.height);
    this.#maxBps = limit;
    if (context !== null && this.#bitrateFor(context.width, context.height) !== before) this.#close();
  }

  /**
   * Encodes a picture. One that is not later than the one before is left out.
   * @throws Error when the encoder cannot be opened
   */
  encode(picture: AvFrame, atMs: number): void {
    const ticks = Math.round(atMs * ticksPerMs);
    if (ticks <= this.#lastTicks) return;
    // Encoders take pictures of even size in one format.
    const frame = this.#scaler.plain(picture);
    const context = this.#contextFor(frame.width, frame.height);
    this.#lastTicks = ticks;
    frame.pts = BigInt(ticks);
    frame.pictType = this.#wantsKeyframe ? av.keyPicture : av.noPictureType;
    if (context.sendFrameSync(frame) < 0) {
      this.#close();
      return;
    }
    this.#wantsKeyframe = false;
    while (context.receivePacketSync(this.#packet) >= 0) {
      const data = this.#packet.data ?? Buffer.alloc(0);
      const own = this.#codec === 'H264' ? fromAnnexB(data) : Buffer.from(data);
      this.#take(own, this.#packet.isKeyframe, Number(this.#packet.pts) / ticksPerMs);
      this.#packet.unref();
    }
  }

  close(): void {
    this.#close();
    this.#scaler.close();
    this.#packet.free();
  }

  #close(): void {
    this.#context?.freeContext();
    this.#context = null;
    this.#wantsKeyframe = true;
  }

  #bitrateFor(width: number, height: number): number {
    return Math.round(Math.min(pictureBitrate(width, height), this.#maxBps));
  }

  #contextFor(width: number, height: number): AvCodecContext {
    if (this.#context !== null && this.#context.width === width && this.#context.height === height) {
      return this.#context;
    }
    this.#close();
    const { name, options } = encoders[this.#codec] ?? { name: '', options: {} };
    const encoder = this.#library.Codec.findEncoderByName(name);
    if (encoder === null) throw new Error(`${this.#codec} cannot be encoded`);
    const context = new this.#library.CodecContext();
    context.allocContext3(encoder);
    context.width = width;
    context.height = height;
    context.pixelFormat = av.yuv420;
    context.timeBase = new this.#library.Rational(1, ticksPerMs * 1000);
    context.framerate = new this.#library.Rational(30, 1);
    context.gopSize = keyframeInterval;
    context.maxBFrames = 0;
    const bitrate = BigInt(this.#bitrateFor(width, height));
    context.bitRate = bitrate;
    context.rcMaxRate = bitrate;
    context.rcMinRate = this.#codec === 'H264' ? 0n : bitrate;
    context.rcBufferSize = Number(bitrate);
    context.threadCount = width * height > smallPixels ? 2 : 1;
    for (const [option, value] of Object.entries(options)) context.setOption(option, value);
    if (context.open2Sync(encoder, null) < 0) {
      context.freeContext();
      throw new Error(`The encoder for ${this.#codec} could not be opened for ${width} × ${height}`);
    }
    this.#context = context;
    this.#wantsKeyframe = true;
    return context;
  }
}
