import type { RtpPacket } from '../media-types.ts';
import { sequenceDistance, timestampDistance } from './rtp-packet.ts';

/**
 * The last packets of one source, found by sequence number. One history serves all viewers: each viewer's requested
 * numbers are mapped back to the source's own.
 */
export class PacketHistory {
  readonly #slots: (RtpPacket | null)[];
  readonly #mask: number;

  /** @param capacity the number of packets that are kept; a power of two */
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

/** No packet of a keyframe burst is requested again after this time. */
const rememberedMs = 2000;
/** Frames 33 ms apart end up about one millisecond apart. */
const squeeze = 32;

/**
 * A burst of past packets for a viewer that has just joined. The frames are moved closer together, in proportion, so
 * that the viewer shows the present immediately instead of lagging behind by the age of the keyframe.
 */
export class KeyframeBurst {
  readonly #endSequence: number;
  readonly #endTimestamp: number;
  readonly #startedAt: number;

  /**
   * @param end the last packet of the burst, whose timestamp stays as it is
   * @param now milliseconds on the monotonic clock
   */
  constructor(end: { sequenceNumber: number; timestamp: number }, now: number) {
    this.#endSequence = end.sequenceNumber;
    this.#endTimestamp = end.timestamp;
    this.#startedAt = now;
  }

  /** No packet of the burst is requested again. */
  isOver(now: number): boolean {
    return now - this.#startedAt > rememberedMs;
  }

  /**
   * The number of ticks to add to the timestamp of a packet. It is the same at any time, so that packets that are
   * retransmitted, or fill a hole of the burst later, match the rest.
   */
  shiftOf(sequenceNumber: number, timestamp: number, now: number): number {
    if (this.isOver(now) || sequenceDistance(this.#endSequence, sequenceNumber) >= 0) return 0;
    const distance = timestampDistance(timestamp, this.#endTimestamp);
    return distance <= 0 ? 0 : distance - Math.ceil(distance / squeeze);
  }
}
