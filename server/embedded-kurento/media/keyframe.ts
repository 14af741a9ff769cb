/**
 * Tells whether the payload of an RTP packet begins a keyframe (for H264: is a parameter set or a slice of one).
 * An unknown codec, or a payload too short to tell, is no keyframe.
 */
export function beginsKeyframe(codecName: string, bytes: Buffer, offset: number): boolean {
  switch (codecName) {
    case 'VP8':
      return beginsVp8Keyframe(bytes, offset);
    case 'VP9':
      return beginsVp9Keyframe(bytes, offset);
    case 'H264':
      return beginsH264Keyframe(bytes, offset);
    case 'AV1':
      return beginsAv1Keyframe(bytes, offset);
    default:
      return false;
  }
}

/** https://www.rfc-editor.org/rfc/rfc7741#section-4.2 and §4.3 for the P bit of the payload header. */
function beginsVp8Keyframe(bytes: Buffer, offset: number): boolean {
  const first = bytes[offset];
  if (first === undefined || (first & 0x10) === 0 || (first & 0x07) !== 0) return false;
  let at = offset + 1;
  if ((first & 0x80) !== 0) {
    const extension = bytes[at] ?? 0;
    at += 1;
    if ((extension & 0x80) !== 0) at += ((bytes[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extension & 0x40) !== 0) at += 1;
    if ((extension & 0x30) !== 0) at += 1;
  }
  const header = bytes[at];
  return header !== undefined && (header & 0x01) === 0;
}

/** https://www.rfc-editor.org/rfc/rfc9628#section-4.2: not predicted from others, start of the lowest layer. */
function beginsVp9Keyframe(bytes: Buffer, offset: number): boolean {
  const first = bytes[offset];
  if (first === undefined || (first & 0x40) !== 0 || (first & 0x08) === 0) return false;
  // A descriptor alone, with no picture data behind it, cannot be decoded.
  if (offset + 1 >= bytes.length) return false;
  if ((first & 0x20) === 0) return true;
  let at = offset + 1;
  if ((first & 0x80) !== 0) at += ((bytes[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  const layer = bytes[at];
  return layer !== undefined && ((layer >> 1) & 0x07) === 0;
}

const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_STAP_A = 24;
const NAL_FU_A = 28;

function isKeyNal(type: number): boolean {
  return type === NAL_IDR || type === NAL_SPS;
}

/** https://www.rfc-editor.org/rfc/rfc6184#section-5.4: single NAL units, STAP-A (§5.7.1) and FU-A (§5.8). */
function beginsH264Keyframe(bytes: Buffer, offset: number): boolean {
  const type = (bytes[offset] ?? 0) & 0x1f;
  if (type === NAL_STAP_A) {
    let at = offset + 1;
    while (at + 2 < bytes.length) {
      if (isKeyNal((bytes[at + 2] ?? 0) & 0x1f)) return true;
      at += 2 + bytes.readUInt16BE(at);
    }
    return false;
  }
  if (type === NAL_FU_A) {
    const header = bytes[offset + 1] ?? 0;
    return (header & 0x80) !== 0 && isKeyNal(header & 0x1f);
  }
  return isKeyNal(type);
}

/** The N bit, "first packet of a coded video sequence": https://aomediacodec.github.io/av1-rtp-spec/#44-av1-aggregation-header */
function beginsAv1Keyframe(bytes: Buffer, offset: number): boolean {
  return ((bytes[offset] ?? 0) & 0x08) !== 0 && offset + 1 < bytes.length;
}
