import { readStamp, type Stamp, stampBytes, stampMagic } from './stamp.ts';

/** A packet's payload without the part before the media, such as VP8's descriptor. */
export type MediaPart = {
  bytes: Buffer;
  /** The sequence number of its RTP header. */
  sequence: number;
};

/**
 * Finds stamps in one stream of packets. A forwarder leaves them at the end of each packet. A media server that splits
 * frames into packets again (Kurento) may leave them anywhere, and sometimes across two packets.
 */
export class StampReader {
  /** The beginning of a stamp at the end of the last packet. */
  #begun: MediaPart | null = null;

  /** Returns the stamps that end in this packet, in order. */
  read({ bytes, sequence }: MediaPart): Stamp[] {
    const begun = this.#begun;
    const isNext = begun !== null && sequence === ((begun.sequence + 1) & 0xffff);
    const text = isNext ? Buffer.concat([begun.bytes, bytes]) : bytes;
    const stamps: Stamp[] = [];
    let at = 0;
    for (let found = text.indexOf(stampMagic); found >= 0; found = text.indexOf(stampMagic, at)) {
      const stamp = readStamp(text.subarray(0, found + stampBytes));
      // The packet ends in the middle of a stamp.
      if (stamp === null || found + stampBytes > text.length) break;
      stamps.push(stamp);
      at = found + stampBytes;
    }
    const start = beginningOfStamp(text, at);
    this.#begun = start < text.length ? { bytes: Buffer.from(text.subarray(start)), sequence } : null;
    return stamps;
  }
}

/** The offset, at or after `from`, of a stamp that the end of the packet cuts off; the length if there is none. */
function beginningOfStamp(text: Buffer, from: number): number {
  for (let at = Math.max(from, text.length - stampBytes + 1); at < text.length; at += 1) {
    const known = Math.min(stampMagic.length, text.length - at);
    if (text.subarray(at, at + known).equals(stampMagic.subarray(0, known))) return at;
  }
  return text.length;
}
