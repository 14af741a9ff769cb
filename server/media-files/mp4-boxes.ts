/*
 * Writing the boxes of the ISO base media file format (ISO/IEC 14496-12), of which MP4 files consist: a box is a
 * length, a type of four letters and a body.
 */

/** A box with a body of bytes, or of other boxes. */
export function box(type: string, ...body: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(8);
  const length = body.reduce((sum, part) => sum + part.length, head.length);
  head.writeUInt32BE(length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...body], length);
}

/** A box whose body begins with a version and flags (§4.2). */
export function fullBox(type: string, version: number, flags: number, ...body: readonly Uint8Array[]): Buffer {
  return box(type, u32(version * 2 ** 24 + flags), ...body);
}

/** Numbers of 16 bits, negative ones as their complement. */
export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * i);
  return bytes;
}

/** Numbers of 32 bits, unsigned. */
export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** A number of 64 bits, unsigned, below 2⁵³. */
export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** Text as ASCII bytes, such as the four characters of a type. */
export function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
