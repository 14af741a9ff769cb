import { type EncodedFrame, readEncodedFrames } from './encoded-frames.ts';
import { h264Payloads } from './h264-rtp.ts';
import { randomNumbers, type StreamStart, streamStart } from './test-seed.ts';
import { type Vp8Descriptor, vp8Payloads } from './vp8-rtp.ts';

/** A frame as it is sent: the payloads of its packets. */
export type PacketizedFrame = { isKeyframe: boolean; payloads: readonly Buffer[] };

/** The maximum payload of a packet, in bytes, is drawn from this range for each stream. */
const payloadBytes = { least: 300, most: 1_150 } as const;
const descriptors = [
  { pictureIdBits: 0, hasLayers: false },
  { pictureIdBits: 7, hasLayers: false },
  { pictureIdBits: 15, hasLayers: false },
  { pictureIdBits: 0, hasLayers: true },
  { pictureIdBits: 15, hasLayers: true },
] as const;

/**
 * For tests: endless video from a real encoder, a box that goes round, as the payloads of RTP packets. It begins with a
 * keyframe, and returns to it on request and at its end. The size of the packets, and the fields of VP8's payload
 * descriptor, follow from the seed.
 */
export class EncodedVideo {
  readonly #codec: 'VP8' | 'H264';
  readonly #frames: readonly EncodedFrame[];
  readonly #maxBytes: number;
  readonly #shape: (typeof descriptors)[number];
  readonly #start: StreamStart;
  #next = 0;
  #sent = 0;

  /**
   * @param name distinguishes the streams of one test file
   * @param isLarge whether the picture is 640 × 360; 320 × 180 by default. VP8 only.
   */
  constructor(codec: 'VP8' | 'H264', name: string, isLarge = false) {
    this.#codec = codec;
    this.#frames = readEncodedFrames(
      codec === 'H264' ? 'moving-box.h264' : isLarge ? 'small-box.ivf' : 'moving-box.ivf',
    );
    this.#start = streamStart(`${name}, picture`);
    const draw = randomNumbers(this.#start.timestamp);
    const { least, most } = payloadBytes;
    this.#maxBytes = least + Math.floor(draw() * (most - least));
    this.#shape = descriptors[Math.floor(draw() * descriptors.length)] ?? descriptors[0];
  }

  /** The next frame. */
  next(): PacketizedFrame {
    const frame = this.#frames[this.#next];
    if (frame === undefined) throw new Error('The file of encoded frames is empty');
    this.#next = (this.#next + 1) % this.#frames.length;
    this.#sent += 1;
    return { isKeyframe: frame.isKeyframe, payloads: this.#packetize(frame) };
  }

  /** Makes the next frame a keyframe. */
  requestKeyframe(): void {
    this.#next = 0;
  }

  #packetize({ units }: EncodedFrame): Buffer[] {
    if (this.#codec === 'H264') return h264Payloads(units, this.#maxBytes);
    const descriptor: Vp8Descriptor = {
      ...this.#shape,
      pictureId: this.#start.pictureId + this.#sent,
      baseNumber: this.#start.baseNumber + this.#sent,
    };
    return units.flatMap((unit) => vp8Payloads(unit, descriptor, this.#maxBytes));
  }
}
