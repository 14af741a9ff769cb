import type { RtpPacket } from '../media-types.ts';
import { sequenceDistance, timestampDistance } from './rtp-packet.ts';

/**
 * The last packets of one source, found by sequence number. One history serves all viewers: each maps the numbers
 * that it asks for back to the source's own.
 */
export class PacketHistory {
  readonly #slots: (RtpPacket | null)[];
  readonly #mask: number;

  /** @param capacity packets that are kept; a power of two */
  constructor(capacity: number) {
    this.#slots = new Array<RtpPacket | null>(capacity).fill(null);
    this.#mask = capacity - 1;
  }

  add(packet: RtpPacket): void {
    this.#slots[packet.sequenceNumber & this.#mask] = packet;
  }

  find(sequenceNumber: number): RtpPacket | null {
    const packet = this.#slots[sequenceNumber & this.#mask] ?? null;
    return packet !== null && packet.sequenceNumber === sequenceNumber ? packet : null;
  }

  clear(): void {
    this.#slots.fill(null);
  }
}

/** Nobody asks again for a packet of a keyframe burst after this time. */
const rememberedMs = 2000;
/** Frames of 33 ms come to about a millisecond's distance. */
const squeeze = 32;

/**
 * A burst of past packets for a viewer that just came. The frames are moved together, in proportion, so that the
 * viewer shows the present at once instead of staying behind by the age of the keyframe.
 */
export class KeyframeBurst {
  readonly #endSequence: number;
  readonly #endTimestamp: number;
  readonly #startedAt: number;

  /**
   * @param end the last packet of the burst, which stays where it is
   * @param now milliseconds on the monotonic clock
   */
  constructor(end: { sequenceNumber: number; timestamp: number }, now: number) {
    this.#endSequence = end.sequenceNumber;
    this.#endTimestamp = end.timestamp;
    this.#startedAt = now;
  }

  /** Nothing of the burst is asked for any more. */
  isOver(now: number): boolean {
    return now - this.#startedAt > rememberedMs;
  }

  /**
   * What is to be added to the timestamp of a packet, in ticks. It is the same whenever it is asked for, so that what
   * is repeated, or fills a hole of the burst later, suits the rest.
   */
  shiftOf(sequenceNumber: number, timestamp: number, now: number): number {
    if (this.isOver(now) || sequenceDistance(this.#endSequence, sequenceNumber) >= 0) return 0;
    const distance = timestampDistance(timestamp, this.#endTimestamp);
    return distance <= 0 ? 0 : distance - Math.ceil(distance / squeeze);
  }
}
