/**
 * The numbers that a payload descriptor gives to pictures: VP8's PictureID and TL0PICIDX
 * (https://www.rfc-editor.org/rfc/rfc7741#section-4.2) and VP9's of the same names
 * (https://www.rfc-editor.org/rfc/rfc9628#section-4.2). Decoders expect them to go on by one, as sequence numbers do.
 */
export class PictureNumbers {
  /** Where the picture's id stands in the packet's bytes. */
  readonly idAt: number;
  readonly id: number;
  /** 0x7f or 0x7fff. */
  readonly idMask: number;
  /** Where the number of the last picture of the base layer stands; 0 when there is none. */
  readonly baseAt: number;
  readonly base: number;
  /** What stands in the bytes now may be some sender's and no longer this. */
  isMoved = false;

  constructor(bytes: Buffer, idAt: number, isLong: boolean, baseAt: number) {
    this.idAt = idAt;
    this.idMask = isLong ? 0x7fff : 0x7f;
    this.id = (isLong ? bytes.readUInt16BE(idAt) : (bytes[idAt] ?? 0)) & this.idMask;
    this.baseAt = baseAt;
    this.base = baseAt === 0 ? 0 : (bytes[baseAt] ?? 0);
  }

  /** Writes the numbers, moved on by what is given, into the bytes they were read from. */
  write(bytes: Buffer, idOffset: number, baseOffset: number): void {
    this.writeShifted(bytes, 0, idOffset, baseOffset);
    this.isMoved = idOffset !== 0 || baseOffset !== 0;
  }

  /** Writes them into another form of the packet, in which the payload stands `shift` bytes further back. */
  writeShifted(bytes: Buffer, shift: number, idOffset: number, baseOffset: number): void {
    const idAt = this.idAt + shift;
    const id = (this.id + idOffset) & this.idMask;
    if (this.idMask === 0x7fff) {
      bytes[idAt] = 0x80 | (id >> 8);
      bytes[idAt + 1] = id;
    } else bytes[idAt] = id;
    if (this.baseAt !== 0) bytes[this.baseAt + shift] = this.base + baseOffset;
  }
}

/** Reads the numbers of a packet's picture; null when its codec has none, or they were left out. */
export function readPictureNumbers(codecName: string, bytes: Buffer, offset: number): PictureNumbers | null {
  const first = bytes[offset] ?? 0;
  if (codecName === 'VP8') return (first & 0x80) === 0 ? null : readVp8(bytes, offset);
  if (codecName === 'VP9') return (first & 0x80) === 0 ? null : readVp9(bytes, offset, first);
  return null;
}

function readVp8(bytes: Buffer, offset: number): PictureNumbers | null {
  const extensions = bytes[offset + 1] ?? 0;
  if ((extensions & 0x80) === 0) return null;
  const idAt = offset + 2;
  const isLong = ((bytes[idAt] ?? 0) & 0x80) !== 0;
  const afterId = idAt + (isLong ? 2 : 1);
  const baseAt = (extensions & 0x40) === 0 ? 0 : afterId;
  return afterId + (baseAt === 0 ? 0 : 1) > bytes.length ? null : new PictureNumbers(bytes, idAt, isLong, baseAt);
}

function readVp9(bytes: Buffer, offset: number, first: number): PictureNumbers | null {
  const idAt = offset + 1;
  const isLong = ((bytes[idAt] ?? 0) & 0x80) !== 0;
  const afterId = idAt + (isLong ? 2 : 1);
  // The layer indices bring the base layer's number only where pictures do not name those they refer to.
  const baseAt = (first & 0x20) !== 0 && (first & 0x10) === 0 ? afterId + 1 : 0;
  return Math.max(afterId, baseAt + 1) > bytes.length ? null : new PictureNumbers(bytes, idAt, isLong, baseAt);
}
