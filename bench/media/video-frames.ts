const framesPerSecond = 30;

/** The size of a stream's packets, and how many there are. */
export type StreamShape = {
  packetBytes: number;
  packetsPerSecond: number;
  packetsPerKeyframe: number;
  /** No frame has fewer packets. */
  leastPackets: number;
};

/** The streams of a presenter: the picture that was chosen, with 1.5 Mbit/s, and the low tier, with 150 kbit/s. */
export const streamShapes = {
  high: { packetBytes: 1084, packetsPerSecond: 173, packetsPerKeyframe: 24, leastPackets: 2 },
  low: { packetBytes: 600, packetsPerSecond: 30, packetsPerKeyframe: 4, leastPackets: 1 },
} as const satisfies Record<string, StreamShape>;

/** Microseconds from one frame to the next. */
export const frameIntervalUs = 1e6 / framesPerSecond;

/**
 * Microseconds between two packets of a frame: like a browser's pacer, it sends at 2.5 times the rate of the stream
 * rather than a whole frame at once.
 */
export function packetIntervalUs({ packetsPerSecond }: StreamShape): number {
  return 1e6 / (packetsPerSecond * 2.5);
}

/**
 * Divides the packets of a second among 30 frames. A keyframe is four times as large as the others, and the frames after
 * it are smaller until the rate is reached again, as with an encoder that has a target bitrate.
 */
export class FrameBudget {
  readonly #shape: StreamShape;
  #due = 0;

  constructor(shape: StreamShape) {
    this.#shape = shape;
  }

  /** The number of packets of the next frame. */
  next(keyframe: boolean): number {
    const { packetsPerSecond, packetsPerKeyframe, leastPackets } = this.#shape;
    this.#due += packetsPerSecond / framesPerSecond;
    const packets = keyframe ? packetsPerKeyframe : Math.max(leastPackets, Math.floor(this.#due));
    this.#due -= packets;
    return packets;
  }
}
