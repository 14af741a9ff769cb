import type { PictureSource } from '../../testing/test-peer.ts';
import { encodedCodecs } from '../codecs.ts';
import type { AvLibrary } from '../process/av-library.ts';
import { encodeNoise, encodePictures, encodeTone, type TestFrame, type Yuv } from './test-media.ts';

/** The pictures of a test have this size. */
export const showSize = { width: 320, height: 180 } as const;
const loopedPictures = 100;
const loopedPackets = 100;

/** One colour and one tone, encoded: that takes too long while media flows. */
export type Scene = { pictures: readonly (readonly Buffer[])[]; tone: readonly TestFrame[] };

/** For tests: encodes a scene; 0 Hz is silence. */
export function makeScene(library: AvLibrary, codec: 'VP8' | 'H264', color: Yuv, hertz: number): Scene {
  const frames = encodePictures(library, codec, { ...showSize, color, count: loopedPictures });
  return sceneOf(codec, frames, encodeTone(library, 'opus', hertz, loopedPackets));
}

/** For tests: encodes pictures in VP8 that take as much of a bitrate as they get, and silence. */
export function makeNoise(library: AvLibrary): Scene {
  const frames = encodeNoise(library, { ...showSize, count: loopedPictures });
  return sceneOf('VP8', frames, encodeTone(library, 'opus', 0, loopedPackets));
}

function sceneOf(codec: 'VP8' | 'H264', frames: readonly TestFrame[], tone: readonly TestFrame[]): Scene {
  const packetizer = encodedCodecs.video.find(({ name }) => name === codec)?.createPacketizer();
  return { pictures: frames.map(({ data, isKeyframe }) => packetizer?.packetize(data, isKeyframe) ?? []), tone };
}

/** For tests: a scene without end, with a keyframe on request; it can be changed at any time. */
export class TestShow {
  #scene: Scene;
  #nextPicture = 0;
  #nextPacket = 0;
  readonly picture: PictureSource = {
    next: () => {
      const payloads = this.#scene.pictures[this.#nextPicture] ?? [];
      this.#nextPicture = (this.#nextPicture + 1) % this.#scene.pictures.length;
      return { payloads };
    },
    requestKeyframe: () => {
      this.#nextPicture = 0;
    },
  };

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The next Opus packet. */
  readonly sound = (): Buffer => {
    const packet = this.#scene.tone[this.#nextPacket]?.data ?? Buffer.alloc(0);
    this.#nextPacket = (this.#nextPacket + 1) % this.#scene.tone.length;
    return packet;
  };

  /** Goes on with another scene, from its beginning. */
  change(scene: Scene): void {
    this.#scene = scene;
    this.#nextPicture = 0;
    this.#nextPacket = 0;
  }
}
