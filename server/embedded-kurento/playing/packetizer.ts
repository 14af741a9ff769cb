/** The largest payload of a packet, in bytes: with its header it has Kurento's default for `mtu`, 1200. */
export const MAX_PAYLOAD_BYTES = 1188;

/** Cuts frames of one stream into the payloads of RTP packets; it may keep state, and serves one stream. */
export interface Packetizer {
  /**
   * The payloads of one frame, in their order; none for what no decoder could use.
   * @param frame as it stands in the file
   * @param isKeyframe what the file says of it
   */
  packetize(frame: Buffer, isKeyframe: boolean): Buffer[];
}

/** Cuts `bytes` into pieces of nearly equal size, so that no packet is much smaller than the others. */
export function cutEvenly(bytes: Buffer, maxBytes: number): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / maxBytes));
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Numbers of pictures, 15 bits wide, from a random start. */
export class PictureIds {
  #last = Math.floor(Math.random() * 0x8000);

  /** The next number as it stands in a payload descriptor: two bytes, of which the first bit tells that there are two. */
  next(): Buffer {
    this.#last = (this.#last + 1) & 0x7fff;
    return Buffer.from([0x80 | (this.#last >> 8), this.#last & 0xff]);
  }
}
