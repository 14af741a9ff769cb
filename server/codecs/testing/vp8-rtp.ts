/* VP8 in RTP, https://www.rfc-editor.org/rfc/rfc7741#section-4.2; independent of the code under test. */

/** The fields of a payload descriptor, in addition to where frames start. */
export type Vp8Descriptor = {
  /** The width of the picture's number in bits (I bit); 0 for none. */
  pictureIdBits: 0 | 7 | 15;
  pictureId: number;
  /** Whether it states the layer and its base's number (L, T, K bits); all frames are of the base layer. */
  hasLayers: boolean;
  baseNumber: number;
};

/** Writes the descriptor of a packet that does, or does not, start a frame. Numbers that are too large wrap around. */
export function writeVp8Descriptor(
  startsFrame: boolean,
  { pictureIdBits, pictureId, hasLayers, baseNumber }: Vp8Descriptor,
): Buffer {
  const extensions = (pictureIdBits > 0 ? 0x80 : 0) | (hasLayers ? 0x70 : 0);
  const bytes = [(extensions > 0 ? 0x80 : 0) | (startsFrame ? 0x10 : 0)];
  if (extensions > 0) bytes.push(extensions);
  if (pictureIdBits === 7) bytes.push(pictureId & 0x7f);
  if (pictureIdBits === 15) bytes.push(0x80 | ((pictureId >> 8) & 0x7f), pictureId & 0xff);
  // The layer is 0, its frames depend on that layer only (Y), and the number of the last keyframe is not stated.
  if (hasLayers) bytes.push(baseNumber & 0xff, 0x20);
  return Buffer.from(bytes);
}

/** The payloads of a frame, of at most `maxBytes` each, including the descriptor. */
export function vp8Payloads(frame: Buffer, descriptor: Vp8Descriptor, maxBytes: number): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at < frame.length || at === 0; ) {
    const header = writeVp8Descriptor(at === 0, descriptor);
    const part = frame.subarray(at, at + maxBytes - header.length);
    payloads.push(Buffer.concat([header, part]));
    at += part.length;
  }
  return payloads;
}

/** The length in bytes of the descriptor before the picture in a payload; the payload may be truncated. */
export function vp8DescriptorBytes(payload: Buffer): number {
  if (((payload[0] ?? 0) & 0x80) === 0) return 1;
  const extensions = payload[1] ?? 0;
  let length = 2;
  if ((extensions & 0x80) !== 0) length += ((payload[length] ?? 0) & 0x80) === 0 ? 1 : 2;
  if ((extensions & 0x40) !== 0) length += 1;
  // T and K share a byte, which is present for either.
  if ((extensions & 0x30) !== 0) length += 1;
  return length;
}

/** Whether a payload starts a keyframe; `false` for a truncated one. */
export function startsVp8Keyframe(payload: Buffer): boolean {
  const first = payload[0] ?? 0;
  // The frame's header is only at the start (S) of its first partition.
  if ((first & 0x10) === 0 || (first & 0x07) !== 0) return false;
  const frameTag = payload[vp8DescriptorBytes(payload)];
  return frameTag !== undefined && (frameTag & 0x01) === 0;
}

/** The width of a keyframe in pixels (RFC 6386 §9.1), from the payload that starts it; `null` for any other payload. */
export function vp8KeyframeWidth(payload: Buffer): number | null {
  const at = vp8DescriptorBytes(payload) + 6;
  return startsVp8Keyframe(payload) && payload.length >= at + 2 ? payload.readUInt16LE(at) & 0x3fff : null;
}
