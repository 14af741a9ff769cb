import type { RtpPacket } from './media-types.ts';
import { sequenceDistance, timestampDistance } from './sequence.ts';

/** Nobody asks again for a packet of a replay after this time. */
const REMEMBERED_MS = 2000;

/**
 * A burst of past packets for a viewer that just came. The frames are moved together to a millisecond's distance, so
 * that the viewer shows the present at once instead of staying behind by the age of the keyframe.
 */
export class Replay {
  #shifts: readonly number[];
  readonly #start: number;
  readonly #startedAt: number;

  /**
   * @param packets without a gap, in the order of their sequence numbers
   * @param now milliseconds on the monotonic clock
   */
  constructor(packets: readonly RtpPacket[], clockRate: number, now: number) {
    this.#shifts = squeezeFrames(packets, Math.round(clockRate / 1000));
    this.#start = packets[0]?.sequenceNumber ?? 0;
    this.#startedAt = now;
  }

  /** What is to be added to a packet's timestamp, in ticks; a repeated packet must be the same as the first time. */
  shiftOf(sequenceNumber: number, now: number): number {
    if (this.#shifts.length > 0 && now - this.#startedAt > REMEMBERED_MS) this.#shifts = [];
    return this.#shifts[sequenceDistance(this.#start, sequenceNumber)] ?? 0;
  }
}

/** The last frame stays where it is; each one before it comes up to `ticks` before its successor. */
function squeezeFrames(packets: readonly RtpPacket[], ticks: number): number[] {
  const shifts = new Array<number>(packets.length).fill(0);
  let later = packets.at(-1);
  for (let index = packets.length - 2; index >= 0; index -= 1) {
    const packet = packets[index];
    if (packet === undefined || later === undefined) break;
    const distance = timestampDistance(packet.timestamp, later.timestamp);
    // Packets of one frame have no distance, and stay together.
    shifts[index] = (shifts[index + 1] ?? 0) + distance - Math.min(distance, ticks);
    later = packet;
  }
  return shifts;
}
