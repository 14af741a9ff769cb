/** How many packets each frame gets so that the stream keeps its rate. */
const packetsPerSecond = 173;
const framesPerSecond = 30;
const packetsPerKeyframe = 24;

/** Microseconds from one frame to the next. */
export const frameIntervalUs = 1e6 / framesPerSecond;

/**
 * Microseconds between two packets of a frame: a browser's pacer also sends at 2.5 times the rate of the stream
 * rather than a frame at once.
 */
export const packetIntervalUs = 1e6 / (packetsPerSecond * 2.5);

/**
 * Divides 173 packets a second among 30 frames. A keyframe is four times as large as the others, and those after it
 * are smaller until the rate is made good, as with an encoder that is held to a bit rate.
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
