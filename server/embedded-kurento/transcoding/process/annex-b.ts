/*
 * H.264 in two forms: with start codes (ITU-T H.264 Annex B), as encoders give it, and with the length before each NAL
 * unit (ISO/IEC 14496-15 §5.3.2), as it is stored in files and packetized here. Both take four bytes.
 */

const prefixBytes = 4;

/** Replaces each length by a start code. A truncated unit is left out. */
export function toAnnexB(frame: Buffer): Buffer {
  const bytes = Buffer.from(frame);
  let at = 0;
  while (at + prefixBytes < bytes.length) {
    const next = at + prefixBytes + bytes.readUInt32BE(at);
    if (next > bytes.length) break;
    bytes.writeUInt32BE(1, at);
    at = next;
  }
  return bytes.subarray(0, at);
}

/** Puts the length of each unit in place of its start code, which may have three bytes or four. */
export function fromAnnexB(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let code = bytes.indexOf(startCode); code >= 0; ) {
    const start = code + startCode.length;
    code = bytes.indexOf(startCode, start);
    let end = code < 0 ? bytes.length : code;
    // The first zero of a start code of four bytes; no unit ends with a zero.
    while (end > start && bytes[end - 1] === 0) end -= 1;
    const length = Buffer.alloc(prefixBytes);
    length.writeUInt32BE(end - start);
    parts.push(length, bytes.subarray(start, end));
  }
  return Buffer.concat(parts);
}

const startCode = Buffer.from([0, 0, 1]);
