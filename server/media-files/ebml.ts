/*
 * Writing EBML (RFC 8794), the binary form of Matroska and WebM: an element is an id, a length and a body.
 */

/** The ids of the Matroska elements (RFC 9559) that a recording consists of. */
export const ebmlId = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  void: 0xec,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  language: 0x22b59c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  seekPreRoll: 0x56bb,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const;

/** The length that means "until the next element of this level", for a segment that still grows; 8 bytes. */
export const unknownLength = Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** A length in its fixed form of 8 bytes, for a position that is rewritten later. */
export function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(length, 2, 6);
  bytes[0] = 0x01;
  return bytes;
}

/** An id as bytes; the marker bits are part of the constant. */
export function idBytes(id: number): Buffer {
  return unsignedBytes(id);
}

/** An element with a body of bytes, or of other elements. */
export function element(id: number, ...body: readonly Uint8Array[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([unsignedBytes(id), shortLength(length), ...body]);
}

/** An element that holds an unsigned integer of up to 48 bits. */
export function unsignedElement(id: number, value: number): Buffer {
  return element(id, unsignedBytes(value));
}

/** An element that holds an unsigned integer in `width` bytes, so that its length never changes. */
export function fixedUnsignedElement(id: number, value: number, width: 4 | 6): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return element(id, bytes);
}

/** An element that holds a 64-bit float. */
export function floatElement(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value, 0);
  return element(id, bytes);
}

/** An element that holds text. */
export function textElement(id: number, value: string): Buffer {
  return element(id, Buffer.from(value, 'utf8'));
}

/** Padding of exactly `size` bytes, at least 9, which readers skip. */
export function padding(size: number): Buffer {
  return Buffer.concat([unsignedBytes(ebmlId.void), longLength(size - 9), Buffer.alloc(size - 9)]);
}

function unsignedBytes(value: number): Buffer {
  let width = 1;
  while (width < 6 && value >= 2 ** (8 * width)) width += 1;
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
}

/** A length in its shortest form; all ones is reserved for "unknown" (RFC 8794 §6.2). */
function shortLength(length: number): Buffer {
  for (let width = 1; width <= 6; width += 1) {
    if (length < 2 ** (7 * width) - 1) {
      const bytes = Buffer.alloc(width);
      bytes.writeUIntBE(length + 2 ** (7 * width), 0, width);
      return bytes;
    }
  }
  return longLength(length);
}
