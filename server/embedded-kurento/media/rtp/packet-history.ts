import { beginsKeyframe } from '../../../codecs/payload-formats.ts';
import type { RtpPacket } from '../media-types.ts';
import type { NackGenerator } from '../rtcp/nack.ts';
import { type ReceivedPacket, sequenceDistance, timestampDistance } from './rtp-packet.ts';

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

/** A keyframe older than this is not worth a burst: the new viewer would have to decode everything after it. */
const burstMaxAgeMs = 1000;
const burstMaxPackets = 300;
/** No packet arrives this late, and no sender uses half of the sequence numbers in this time. */
const comparableMs = 5000;

/** The start of the newest keyframe in a video stream. */
export class LastKeyframe {
  #timestamp = -1;
  #sequence = -1;
  #arrivedAt = 0;

  /** Whether the present stream has had a keyframe. */
  get isKnown(): boolean {
    return this.#sequence >= 0;
  }

  /** Another stream begins. */
  reset(): void {
    this.#timestamp = -1;
    this.#sequence = -1;
  }

  /** Marks the packet when it is the first of a keyframe, and returns whether it is. */
  packetArrived(packet: ReceivedPacket): boolean {
    if (!beginsKeyframe(packet.codec.name, packet.bytes, packet.payloadOffset)) return false;
    // Parameter sets and slices of one H264 keyframe share its timestamp; only the first of them is its start.
    if (packet.timestamp === this.#timestamp) return false;
    packet.keyframeStart = true;
    // A late packet of an older keyframe is a start as well, but not the newest one. After some time no packet can be
    // late any more, and after minutes sequence numbers that are ahead look as if they were behind.
    const isComparable = this.#sequence >= 0 && packet.arrivedAt - this.#arrivedAt < comparableMs;
    if (!isComparable || sequenceDistance(this.#sequence, packet.sequenceNumber) > 0) {
      this.#timestamp = packet.timestamp;
      this.#sequence = packet.sequenceNumber;
      this.#arrivedAt = packet.arrivedAt;
    }
    return true;
  }

  /**
   * All packets since the start of the last keyframe, for a viewer that joins right after it. Empty when that is too
   * long ago, too many packets, or has a hole that will not be filled, so that a new keyframe is better. Packets that
   * are still being requested are left out, and arrive later like any late packet.
   */
  packetsSince(history: PacketHistory, nack: NackGenerator, now: number): RtpPacket[] {
    const first = this.#sequence;
    if (first < 0 || now - this.#arrivedAt > burstMaxAgeMs) return [];
    const count = sequenceDistance(first, nack.highest) + 1;
    if (count <= 0 || count > burstMaxPackets) return [];
    const packets: RtpPacket[] = [];
    for (let step = 0; step < count; step += 1) {
      const sequenceNumber = (first + step) & 0xffff;
      const packet = history.find(sequenceNumber);
      if (packet !== null) packets.push(packet);
      else if (!nack.awaits(sequenceNumber)) return [];
    }
    return packets;
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
