/** The rate of the stream, which determines how many packets each frame gets. */
const packetsPerSecond = 173;
const framesPerSecond = 30;
const packetsPerKeyframe = 24;

/** Microseconds from one frame to the next. */
export const frameIntervalUs = 1e6 / framesPerSecond;

/**
 * Microseconds between two packets of a frame: like a browser's pacer, it sends at 2.5 times the rate of the stream
 * rather than a whole frame at once.
 */
export const packetIntervalUs = 1e6 / (packetsPerSecond * 2.5);

/**
 * Divides 173 packets a second among 30 frames. A keyframe is four times as large as the others, and the frames after
 * it are smaller until the rate is reached again, as with an encoder that has a target bitrate.
 */
export class FrameBudget {
  #due = 0;

  /** The number of packets of the next frame. */
  next(keyframe: boolean): number {
    this.#due += packetsPerSecond / framesPerSecond;
    const packets = keyframe ? packetsPerKeyframe : Math.max(2, Math.floor(this.#due));
    this.#due -= packets;
    return packets;
  }
}
