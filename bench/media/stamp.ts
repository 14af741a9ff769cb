/*
 * Every media packet of the load client ends in a stamp. It is at the end, because the parts before it (header
 * extensions, payload descriptors) may be rewritten on the path and change their length.
 */

/** The first bytes of every stamp. */
export const stampMagic = Buffer.from('RSTM');

/** The length of a stamp in bytes. */
export const stampBytes = 18;

/** The content of a stamp. */
export type Stamp = {
  /** The presenter that sent the packet: a 32-bit number that every presenter draws at random. */
  streamId: number;
  /** The index of the packet among all packets of its kind that this presenter sent, from 0, without gaps. */
  counter: number;
  /** When the packet was handed to the network, in microseconds of the machine's monotonic clock. */
  sentUs: number;
};

/** Writes `stamp` over the last {@link stampBytes} bytes of `packet`. */
export function writeStamp(packet: Buffer, stamp: Stamp): void {
  const offset = packet.length - stampBytes;
  stampMagic.copy(packet, offset);
  packet.writeUInt32BE(stamp.streamId, offset + 4);
  packet.writeUInt32BE(stamp.counter, offset + 8);
  packet.writeUIntBE(stamp.sentUs, offset + 12, 6);
}

/** The stamp at the end of `packet`, or `null` if it has none. */
export function readStamp(packet: Buffer): Stamp | null {
  const offset = packet.length - stampBytes;
  if (offset < 0 || !stampMagic.equals(packet.subarray(offset, offset + stampMagic.length))) return null;
  return {
    streamId: packet.readUInt32BE(offset + 4),
    counter: packet.readUInt32BE(offset + 8),
    sentUs: packet.readUIntBE(offset + 12, 6),
  };
}
