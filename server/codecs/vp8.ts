import {
  type CodecSetup,
  cutEvenly,
  maxPayloadBytes,
  type Packetizer,
  type PayloadFormat,
  type PayloadPart,
  PictureIds,
  PictureNumbers,
  pictureFormat,
} from './rtp-payload.ts';

/*
 * VP8 in RTP: https://www.rfc-editor.org/rfc/rfc7741, and its frames: https://www.rfc-editor.org/rfc/rfc6386
 */

/** The length of the descriptor that the packetizer writes: the two fixed bytes, and a picture id. */
const descriptorBytes = 4;

/** The offset of the frame's own bytes, after a payload descriptor at `offset` (RFC 7741 §4.2). */
function behindDescriptor(bytes: Buffer, offset: number): number {
  let at = offset + 1;
  if (((bytes[offset] ?? 0) & 0x80) !== 0) {
    const extensions = bytes[at] ?? 0;
    at += 1;
    if ((extensions & 0x80) !== 0) at += ((bytes[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extensions & 0x40) !== 0) at += 1;
    if ((extensions & 0x30) !== 0) at += 1;
  }
  return at;
}

/**
 * A frame begins with the start (S) of its first partition (PID 0), and the payload header's P bit marks keyframes
 * (RFC 7741 §4.3).
 */
export function beginsVp8Keyframe(bytes: Buffer, offset: number): boolean {
  const first = bytes[offset];
  if (first === undefined || (first & 0x10) === 0 || (first & 0x07) !== 0) return false;
  const header = bytes[behindDescriptor(bytes, offset)];
  return header !== undefined && (header & 0x01) === 0;
}

/** PictureID and TL0PICIDX (RFC 7741 §4.2) of a descriptor with extensions; null where they were left out. */
export function readVp8PictureNumbers(bytes: Buffer, offset: number): PictureNumbers | null {
  const extensions = bytes[offset + 1] ?? 0;
  if ((extensions & 0x80) === 0) return null;
  const idAt = offset + 2;
  const isLong = ((bytes[idAt] ?? 0) & 0x80) !== 0;
  const afterId = idAt + (isLong ? 2 : 1);
  const baseAt = (extensions & 0x40) === 0 ? 0 : afterId;
  return afterId + (baseAt === 0 ? 0 : 1) > bytes.length ? null : new PictureNumbers(bytes, idAt, isLong, baseAt);
}

/** Removes the payload descriptor; `null` if the payload is truncated. */
export function readVp8Payload(payload: Buffer): PayloadPart | null {
  const first = payload[0] ?? 0;
  const start = behindDescriptor(payload, 0);
  if (start >= payload.length) return null;
  return { bytes: payload.subarray(start), isFrameStart: (first & 0x10) !== 0 && (first & 0x07) === 0 };
}

/** The size in pixels that a VP8 keyframe states (RFC 6386 §9.1); `null` for any other frame. */
function readVp8Setup(frame: Buffer): CodecSetup | null {
  if (frame.length < 10 || ((frame[0] ?? 1) & 0x01) !== 0) return null;
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return null;
  return { width: frame.readUInt16LE(6) & 0x3fff, height: frame.readUInt16LE(8) & 0x3fff, codecPrivate: null };
}

/** The payload format of VP8. */
export const vp8Format: PayloadFormat = pictureFormat(readVp8Payload, readVp8Setup);

/** With picture ids: https://www.rfc-editor.org/rfc/rfc7741#section-4.2 */
export class Vp8Packetizer implements Packetizer {
  readonly #ids = new PictureIds();

  packetize(frame: Buffer): Buffer[] {
    if (frame.length === 0) return [];
    const id = this.#ids.next();
    return cutEvenly(frame, maxPayloadBytes - descriptorBytes).map((piece, index) => {
      // X is always set, S where the frame begins; the picture id is the only extension.
      const descriptor = Buffer.from([index === 0 ? 0x90 : 0x80, 0x80]);
      return Buffer.concat([descriptor, id, piece]);
    });
  }
}
