import type { PacketCounter } from './flow-meter.ts';

/** Longer than any wait for a keyframe. */
export const starvedAfterMs = 5_000;
const fewPackets = 25;

/**
 * Notices a sink that gets nothing through although its source sends. That happens when a source that negotiated
 * several codecs sends one which the sink did not negotiate: until packets come, the two seem to fit.
 */
export class StarvationMeter {
  #source: PacketCounter | null = null;
  #sourceCount = 0;
  #sinkCount = 0;
  #since = 0;
  #told = false;

  /** Looks at both counters at that time (monotonic, in milliseconds); true once for each source that starves it. */
  look(source: PacketCounter | null, sink: PacketCounter, now: number): boolean {
    if (source !== this.#source) this.#told = false;
    const restarts = source !== this.#source || sink.packetCount !== this.#sinkCount;
    if (restarts || source === null || source.packetCount === this.#sourceCount) {
      this.#source = source;
      this.#sourceCount = source?.packetCount ?? 0;
      this.#sinkCount = sink.packetCount;
      this.#since = now;
      return false;
    }
    const starved = now - this.#since >= starvedAfterMs && source.packetCount - this.#sourceCount >= fewPackets;
    if (!starved || this.#told) return false;
    this.#told = true;
    return true;
  }
}
