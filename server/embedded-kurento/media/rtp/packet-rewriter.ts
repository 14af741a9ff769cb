import type { PictureNumbers } from '../../../codecs/rtp-payload.ts';
import type { RtpPacket } from '../media-types.ts';
import { type ExtendedForm, type ExtensionIds, noExtensions } from './header-extensions.ts';

/**
 * Turns a source's packets into a viewer's, by writing into the bytes that all viewers share, right before they are
 * sent. It runs for each packet and viewer, and allocates nothing.
 */
export class PacketRewriter {
  /** What the viewer calls the codec. */
  payloadType = -1;
  /** Under which ids the viewer takes header extensions. */
  extensionIds: ExtensionIds = noExtensions;
  /** From the source's sequence numbers to the viewer's. */
  sequenceOffset = 0;
  /** From the source's timestamps to the viewer's, in ticks. */
  timestampOffset = 0;
  /** The newest that was sent, by the viewer's numbers, and by the source's clock and picture. */
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
    // Random starts, as https://www.rfc-editor.org/rfc/rfc3550#section-5.1 asks for.
    this.highestSequence = Math.floor(Math.random() * 0x8000);
    this.lastTimestamp = Math.floor(Math.random() * 0x80000000);
  }

  /** Lets the viewer's numbers go on with this packet, which takes the place of all that were left out. */
  join(packet: RtpPacket): void {
    this.sequenceOffset = (this.highestSequence + 1 - packet.sequenceNumber) & 0xffff;
    this.#alignPictures(this.lastPicture, packet.picture ?? null);
  }

  /** Lets `timestamp` be now: as much later than the last one that was sent as time has passed since. */
  alignTimestamps(timestamp: number, clockRate: number, now: number): void {
    const elapsedMs = this.lastSentAt < 0 ? 0 : now - this.lastSentAt;
    const elapsedTicks = Math.max(1, Math.round((elapsedMs * clockRate) / 1000));
    this.timestampOffset = (this.lastTimestamp + elapsedTicks - timestamp) | 0;
  }

  /**
   * Lets `next` be the picture after the last one, so that no decoder takes it for an old one or for a gap.
   * @param last by the numbers of its source, as they have been rewritten until now
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
   * @param shift of the timestamp, for the packets of a keyframe burst; in ticks
   * @returns the viewer's packet, to be sent before anything else is rewritten
   */
  rewrite(packet: RtpPacket, shift: number): Buffer {
    const extended = packet.extended ?? null;
    if (extended?.suits(this.extensionIds)) return this.#rewriteExtended(packet, extended, shift);
    const bytes = packet.bytes;
    this.#writeHeader(packet, bytes, shift);
    const picture = packet.picture ?? null;
    // Most viewers have one source all their time, and nothing to move.
    if (picture !== null && (this.#movesPictures || picture.isMoved)) {
      picture.write(bytes, this.#pictureIdOffset, this.#pictureBaseOffset);
    }
    return bytes;
  }

  /** Few packets have an extension: one now and then. */
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
