/*
 * VP8 in RTP, https://www.rfc-editor.org/rfc/rfc7741#section-4.2, and the first bytes of a VP8 frame,
 * https://www.rfc-editor.org/rfc/rfc6386#section-9.1. Only headers are real; the picture behind them is filler.
 */

/** The length in bytes of the payload descriptor that {@link writeVp8Descriptor} writes: with a 15-bit picture id. */
export const vp8DescriptorBytes = 4;

/** Writes the descriptor of a packet that does (`startsFrame`) or does not begin the frame `pictureId` (15 bits). */
export function writeVp8Descriptor(
  packet: Buffer,
  offset: number,
  descriptor: { startsFrame: boolean; pictureId: number },
): void {
  packet[offset] = 0x80 | (descriptor.startsFrame ? 0x10 : 0);
  packet[offset + 1] = 0x80;
  packet.writeUInt16BE(0x8000 | (descriptor.pictureId & 0x7fff), offset + 2);
}

/** How many bytes {@link writeVp8FrameHeader} writes: the frame tag, and for a keyframe start code and size too. */
export function vp8FrameHeaderBytes(keyframe: boolean): number {
  return keyframe ? 10 : 3;
}

/** Writes the header of a frame to be shown, of `frameBytes` bytes in all; a keyframe has a size in pixels. */
export function writeVp8FrameHeader(
  packet: Buffer,
  offset: number,
  frame: { keyframe: boolean; frameBytes: number; width: number; height: number },
): void {
  const firstPartition = Math.min(Math.floor(frame.frameBytes / 4), 0x7ffff);
  packet.writeUIntLE((frame.keyframe ? 0 : 1) | (1 << 4) | (firstPartition << 5), offset, 3);
  if (!frame.keyframe) return;
  packet.writeUIntBE(0x9d012a, offset + 3, 3);
  packet.writeUInt16LE(frame.width & 0x3fff, offset + 6);
  packet.writeUInt16LE(frame.height & 0x3fff, offset + 8);
}

/** Does this RTP payload begin a VP8 keyframe? `false` for what is cut short. */
export function startsVp8Keyframe(payload: Buffer): boolean {
  const first = payload[0] ?? 0;
  const startsPartition = (first & 0x10) !== 0 && (first & 0x07) === 0;
  if (!startsPartition) return false;
  const frameTag = payload[vp8DescriptorLength(payload)];
  return frameTag !== undefined && (frameTag & 1) === 0;
}

function vp8DescriptorLength(payload: Buffer): number {
  if (((payload[0] ?? 0) & 0x80) === 0) return 1;
  const extensions = payload[1] ?? 0;
  let length = 2;
  if ((extensions & 0x80) !== 0) length += ((payload[length] ?? 0) & 0x80) === 0 ? 1 : 2;
  if ((extensions & 0x40) !== 0) length += 1;
  if ((extensions & 0x30) !== 0) length += 1;
  return length;
}
