import { beginsKeyframe } from '../../../codecs/payload-formats.ts';
import type { RtpPacket } from '../media-types.ts';
import type { NackGenerator } from '../rtcp/nack.ts';
import type { PacketHistory } from './packet-history.ts';
import { type ReceivedPacket, sequenceDistance } from './rtp-packet.ts';

/** A keyframe older than this is not worth a burst: the newcomer would have to decode all that followed it. */
const burstMaxAgeMs = 1000;
const burstMaxPackets = 300;
/** Nothing comes that late, and no sender gets through half of the sequence numbers in that time. */
const comparableMs = 5000;

/** Where the newest keyframe of a stream of pictures began. */
export class LastKeyframe {
  #timestamp = -1;
  #sequence = -1;
  #arrivedAt = 0;

  /** Whether there was one in the present stream. */
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
    // A late packet of an older keyframe is a start all the same, but not the newest one. After some time nothing is
    // late any more, and after minutes numbers that are ahead look as if they were behind.
    const isComparable = this.#sequence >= 0 && packet.arrivedAt - this.#arrivedAt < comparableMs;
    if (!isComparable || sequenceDistance(this.#sequence, packet.sequenceNumber) > 0) {
      this.#timestamp = packet.timestamp;
      this.#sequence = packet.sequenceNumber;
      this.#arrivedAt = packet.arrivedAt;
    }
    return true;
  }

  /**
   * Everything since the last keyframe began, for a viewer that comes right after it. Empty when that is too long
   * ago, too much, or has a hole that nothing will fill, so that a new keyframe serves better. What is still being
   * asked for is left out, and comes as any late packet does.
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
