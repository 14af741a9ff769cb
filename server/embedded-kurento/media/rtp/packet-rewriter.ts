import type { PictureNumbers } from '../../../codecs/rtp-payload.ts';
import type { RtpPacket } from '../media-types.ts';
import { type ExtendedForm, type ExtensionIds, noExtensions } from './header-extensions.ts';
import { sequenceDistance } from './rtp-packet.ts';

/**
 * Turns a source's packets into a viewer's packets by writing into the bytes that all viewers share, right before they
 * are sent. This runs for each packet and viewer, and allocates nothing.
 */
export class PacketRewriter {
  /** The viewer's payload type for the codec. */
  payloadType = -1;
  /** The viewer's ids for header extensions. */
  extensionIds: ExtensionIds = noExtensions;
  /** The offset from the source's sequence numbers to the viewer's. */
  sequenceOffset = 0;
  /** The offset from the source's timestamps to the viewer's, in ticks. */
  timestampOffset = 0;
  /** The newest packet that was sent: numbers are the viewer's, arrival time and picture are the source's. */
  highestSequence: number;
  lastTimestamp: number;
  lastSentAt = -1;
  lastPicture: PictureNumbers | null = null;
  readonly #ssrc: number;
  #pictureIdOffset = 0;
  #pictureBaseOffset = 0;
  #movesPictures = false;

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
    // Random initial values, as required by https://www.rfc-editor.org/rfc/rfc3550#section-5.1.
    this.highestSequence = Math.floor(Math.random() * 0x8000);
    this.lastTimestamp = Math.floor(Math.random() * 0x80000000);
  }

  /** Continues the viewer's numbering with this packet, so that packets left out before it leave no gap. */
  join(packet: RtpPacket): void {
    this.sequenceOffset = (this.highestSequence + 1 - packet.sequenceNumber) & 0xffff;
    this.#alignPictures(this.lastPicture, packet.picture ?? null);
  }

  /** A packet was sent as {@link rewrite} made it. Older ones, and repetitions, change nothing. */
  noteSent(packet: RtpPacket): void {
    const sequence = (packet.sequenceNumber + this.sequenceOffset) & 0xffff;
    if (sequenceDistance(this.highestSequence, sequence) <= 0) return;
    this.highestSequence = sequence;
    this.lastTimestamp = (packet.timestamp + this.timestampOffset) >>> 0;
    this.lastSentAt = packet.arrivedAt;
    const picture = packet.picture ?? null;
    if (picture !== null) this.lastPicture = picture;
  }

  /** Maps `timestamp` to now: as far after the last sent timestamp as time has passed since then. */
  alignTimestamps(timestamp: number, clockRate: number, now: number): void {
    const elapsedMs = this.lastSentAt < 0 ? 0 : now - this.lastSentAt;
    const elapsedTicks = Math.max(1, Math.round((elapsedMs * clockRate) / 1000));
    this.timestampOffset = (this.lastTimestamp + elapsedTicks - timestamp) | 0;
  }

  /**
   * Makes `next` the picture after the last one, so that no decoder mistakes it for an old picture or sees a gap.
   * @param last the numbers of its source, which have been rewritten with the present offsets
   */
  #alignPictures(last: PictureNumbers | null, next: PictureNumbers | null): void {
    if (last !== null && next !== null) {
      const hasBase = last.baseAt !== 0 && next.baseAt !== 0;
      this.#pictureIdOffset = (last.id + this.#pictureIdOffset + 1 - next.id) & next.idMask;
      this.#pictureBaseOffset = hasBase ? (last.base + this.#pictureBaseOffset + 1 - next.base) & 0xff : 0;
    }
    this.#movesPictures = this.#pictureIdOffset !== 0 || this.#pictureBaseOffset !== 0;
  }

  /**
   * @param shift of the timestamp, for packets of a keyframe burst; in ticks
   * @returns the viewer's packet, which must be sent before anything else is rewritten
   */
  rewrite(packet: RtpPacket, shift: number): Buffer {
    const extended = packet.extended ?? null;
    if (extended?.suits(this.extensionIds)) return this.#rewriteExtended(packet, extended, shift);
    const bytes = packet.bytes;
    this.#writeHeader(packet, bytes, shift);
    const picture = packet.picture ?? null;
    // Most viewers never change their source, so there is nothing to shift.
    if (picture !== null && (this.#movesPictures || picture.isMoved)) {
      picture.write(bytes, this.#pictureIdOffset, this.#pictureBaseOffset);
    }
    return bytes;
  }

  /** Only an occasional packet has an extension. */
  #rewriteExtended(packet: RtpPacket, extended: ExtendedForm, shift: number): Buffer {
    const { bytes } = extended;
    extended.write(this.extensionIds);
    this.#writeHeader(packet, bytes, shift);
    packet.picture?.writeShifted(bytes, extended.shift, this.#pictureIdOffset, this.#pictureBaseOffset);
    return bytes;
  }

  #writeHeader(packet: RtpPacket, bytes: Buffer, shift: number): void {
    const sequence = packet.sequenceNumber + this.sequenceOffset;
    const timestamp = (packet.timestamp + this.timestampOffset + shift) | 0;
    const ssrc = this.#ssrc;
    bytes[1] = packet.marker ? this.payloadType | 0x80 : this.payloadType;
    bytes[2] = sequence >> 8;
    bytes[3] = sequence;
    bytes[4] = timestamp >>> 24;
    bytes[5] = timestamp >>> 16;
    bytes[6] = timestamp >>> 8;
    bytes[7] = timestamp;
    bytes[8] = ssrc >>> 24;
    bytes[9] = ssrc >>> 16;
    bytes[10] = ssrc >>> 8;
    bytes[11] = ssrc;
  }
}
