import type { TranscodedCodec } from '../pipe-messages.ts';
import { toAnnexB } from './annex-b.ts';
import type { AvCodecContext, AvFrame, AvLibrary } from './av-library.ts';

/** Ticks of video per millisecond. */
const ticksPerMs = 90;
const decoders: Readonly<Partial<Record<TranscodedCodec, string>>> = {
  VP8: 'vp8',
  VP9: 'vp9',
  H264: 'h264',
  AV1: 'libdav1d',
};

/** Receives pictures. The frame is only borrowed: who keeps it must reference it. */
export type PictureListener = {
  picture(frame: AvFrame, atMs: number): void;
  /** Nothing can be decoded before the next keyframe. */
  keyframeNeeded(): void;
};

/** Decodes one stream of pictures; after a fault, from its next keyframe on. */
export class PictureDecoder {
  readonly #library: AvLibrary;
  readonly #codec: TranscodedCodec;
  readonly #context: AvCodecContext;
  readonly #listener: PictureListener;
  readonly #frame: AvFrame;
  #awaitsKeyframe = true;

  /** @throws Error when there is no such decoder */
  constructor(library: AvLibrary, codec: TranscodedCodec, listener: PictureListener) {
    this.#library = library;
    this.#codec = codec;
    this.#listener = listener;
    const decoder = library.Codec.findDecoderByName(decoders[codec] ?? '');
    if (decoder === null) throw new Error(`${codec} cannot be decoded`);
    this.#context = new library.CodecContext();
    this.#context.allocContext3(decoder);
    // Several threads would each hold a picture back.
    this.#context.threadCount = 1;
    this.#context.pktTimebase = new library.Rational(1, ticksPerMs * 1000);
    if (this.#context.open2Sync(decoder, null) < 0) throw new Error(`The decoder for ${codec} could not be opened`);
    this.#frame = new library.Frame();
    this.#frame.alloc();
  }

  /** Decodes a frame; the listener is called before this returns. */
  decode(data: Buffer, isKeyframe: boolean, atMs: number): void {
    if (this.#awaitsKeyframe && !isKeyframe) {
      this.#listener.keyframeNeeded();
      return;
    }
    this.#awaitsKeyframe = false;
    const packet = new this.#library.Packet();
    packet.alloc();
    packet.data = this.#codec === 'H264' ? toAnnexB(data) : data;
    packet.pts = BigInt(Math.round(atMs * ticksPerMs));
    packet.dts = packet.pts;
    packet.isKeyframe = isKeyframe;
    const sent = this.#context.sendPacketSync(packet);
    packet.free();
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      this.#listener.picture(this.#frame, Number(this.#frame.pts) / ticksPerMs);
      this.#frame.unref();
    }
    if (sent < 0) this.skip();
  }

  /** Frames were left out: nothing is decoded before the next keyframe. */
  skip(): void {
    this.#awaitsKeyframe = true;
    this.#context.flushBuffers();
    this.#listener.keyframeNeeded();
  }

  close(): void {
    this.#frame.free();
    this.#context.freeContext();
  }
}
