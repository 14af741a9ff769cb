import type { TranscodedCodec } from '../pipe-messages.ts';
import { type AvFrame, type AvLibrary, av } from '../process/av-library.ts';
import { PictureDecoder } from '../process/picture-decoder.ts';
import { PictureEncoder } from '../process/picture-encoder.ts';
import { samplesPerSecond } from '../process/sound.ts';
import { SoundDecoder } from '../process/sound-decoder.ts';
import { SoundEncoder } from '../process/sound-encoder.ts';

/** A colour in the format 4:2:0: brightness and the two colour differences, 0 … 255. */
export type Yuv = readonly [y: number, u: number, v: number];

/** For tests: colours that cannot be confused, even after lossy coding. */
export const colors = {
  red: [81, 90, 240],
  green: [145, 54, 34],
  blue: [41, 240, 110],
  grey: [180, 128, 128],
} as const;

/** An encoded frame of a test. */
export type TestFrame = { data: Buffer; isKeyframe: boolean; atMs: number };

/** For tests: encodes pictures of one colour, in which a stripe moves, so that no two are the same. */
export function encodePictures(
  library: AvLibrary,
  codec: TranscodedCodec,
  { width, height, color, count }: { width: number; height: number; color: Yuv; count: number },
  requestsAt: readonly number[] = [],
): TestFrame[] {
  const frames: TestFrame[] = [];
  const encoder = new PictureEncoder(library, codec, (data, isKeyframe, atMs) =>
    frames.push({ data, isKeyframe, atMs }),
  );
  for (let index = 0; index < count; index += 1) {
    const picture = plainPicture(library, width, height, color);
    picture.data?.[0]?.fill(
      color[0] ^ 8,
      (index % height) * (picture.linesize[0] ?? 0),
      ((index % height) + 1) * (picture.linesize[0] ?? 0),
    );
    if (requestsAt.includes(index)) encoder.requestKeyframe();
    encoder.encode(picture, (index * 1000) / 30);
    picture.free();
  }
  encoder.close();
  return frames;
}

/** For tests: encodes pictures in VP8 in which blocks of random brightness change from picture to picture. */
export function encodeNoise(
  library: AvLibrary,
  { width, height, count }: { width: number; height: number; count: number },
): TestFrame[] {
  const frames: TestFrame[] = [];
  const encoder = new PictureEncoder(library, 'VP8', (data, isKeyframe, atMs) =>
    frames.push({ data, isKeyframe, atMs }),
  );
  for (let index = 0; index < count; index += 1) {
    const picture = plainPicture(library, width, height, colors.grey);
    const linesize = picture.linesize[0] ?? 0;
    for (let row = 0; row < height; row += 1) {
      // The rows of a block are alike, and so are its columns; a simple hash has no pattern that an encoder would find.
      for (let column = 0; column < width; column += 8) {
        const hash = Math.imul((row >> 3) * 7_919 + column * 104_729 + index * 1_299_709, 2_654_435_761) >>> 24;
        picture.data?.[0]?.fill(hash, row * linesize + column, row * linesize + column + 8);
      }
    }
    encoder.encode(picture, (index * 1000) / 30);
    picture.free();
  }
  encoder.close();
  return frames;
}

function plainPicture(library: AvLibrary, width: number, height: number, color: Yuv): AvFrame {
  const planes = [width * height, (width * height) / 4, (width * height) / 4];
  const bytes = Buffer.concat(planes.map((size, index) => Buffer.alloc(size, color[index])));
  return library.Frame.fromVideoBuffer(bytes, {
    width,
    height,
    format: av.yuv420,
    timeBase: { num: 1, den: 90_000 },
    pts: 0n,
  });
}

/** A decoded picture: its size, and the mean colour of a square of 8 × 8 pixels around each of the points asked for. */
export type SeenPicture = { width: number; height: number; atMs: number; colorAt(x: number, y: number): Yuv };

/** For tests: decodes pictures, independently of the process. */
export function decodePictures(
  library: AvLibrary,
  codec: TranscodedCodec,
  frames: readonly TestFrame[],
): SeenPicture[] {
  const seen: SeenPicture[] = [];
  const decoder = new PictureDecoder(library, codec, {
    picture: (frame, atMs) => {
      const planes = (frame.data ?? []).map((plane) => Buffer.from(plane));
      const linesize = [...frame.linesize];
      const sample = (plane: number, x: number, y: number) => planes[plane]?.[y * (linesize[plane] ?? 0) + x] ?? 0;
      const mean = (plane: number, x: number, y: number, reach: number) => {
        let sum = 0;
        for (let row = -reach; row < reach; row += 1)
          for (let column = -reach; column < reach; column += 1) sum += sample(plane, x + column, y + row);
        return Math.round(sum / (4 * reach * reach));
      };
      seen.push({
        width: frame.width,
        height: frame.height,
        atMs,
        colorAt: (x, y) => [mean(0, x, y, 4), mean(1, x >> 1, y >> 1, 2), mean(2, x >> 1, y >> 1, 2)],
      });
    },
    keyframeNeeded: () => undefined,
  });
  for (const { data, isKeyframe, atMs } of frames) decoder.decode(data, isKeyframe, atMs);
  decoder.close();
  return seen;
}

/** Whether two colours look the same after lossy coding. */
export function looksLike(one: Yuv, other: Yuv): boolean {
  return one.every((value, index) => Math.abs(value - (other[index] ?? 0)) <= 14);
}

/** For tests: encodes a tone, in packets of 20 ms. */
export function encodeTone(library: AvLibrary, codec: TranscodedCodec, hertz: number, packets: number): TestFrame[] {
  const frames: TestFrame[] = [];
  const encoder = new SoundEncoder(library, codec, (data, isKeyframe, atMs) => frames.push({ data, isKeyframe, atMs }));
  const perPacket = samplesPerSecond / 50;
  for (let packet = 0; packet < packets; packet += 1) {
    const bytes = Buffer.alloc(perPacket * 4);
    for (let index = 0; index < perPacket; index += 1) {
      const value = Math.round(
        6_000 * Math.sin((2 * Math.PI * hertz * (packet * perPacket + index)) / samplesPerSecond),
      );
      bytes.writeInt16LE(value, index * 4);
      bytes.writeInt16LE(value, index * 4 + 2);
    }
    encoder.encode(bytes, packet * 20);
  }
  encoder.close();
  return frames;
}

/** For tests: decodes sound, and returns the left channel at 48 kHz. */
export function decodeSound(library: AvLibrary, codec: TranscodedCodec, frames: readonly TestFrame[]): Int16Array {
  const parts: Buffer[] = [];
  const decoder = new SoundDecoder(library, codec, (samples) => parts.push(Buffer.from(samples)));
  for (const { data, atMs } of frames) decoder.decode(data, atMs);
  decoder.close();
  const all = Buffer.concat(parts);
  return Int16Array.from({ length: all.length / 4 }, (_, index) => all.readInt16LE(index * 4));
}

/** The strength of a tone in sound at 48 kHz: its amplitude, by Goertzel's algorithm. */
export function toneStrength(samples: Int16Array, hertz: number): number {
  const turn = (2 * Math.PI * hertz) / samplesPerSecond;
  let [real, imaginary] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    real += sample * Math.cos(turn * index);
    imaginary += sample * Math.sin(turn * index);
  }
  return (2 * Math.hypot(real, imaginary)) / Math.max(1, samples.length);
}
