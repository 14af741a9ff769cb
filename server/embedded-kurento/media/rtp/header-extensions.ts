/** The supported header extensions, by their URIs in `a=extmap`: https://www.rfc-editor.org/rfc/rfc8285#section-5 */
export const extensionUris = {
  /** The send time of a packet, in units of 2⁻¹⁸ s modulo 64 s; read from presenters, and not passed on. */
  sendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  /** The rotation of a picture (3GPP TS 26.114, §7.4.5): never negotiated; read to detect senders that still use it. */
  orientation: 'urn:3gpp:video-orientation',
  /** The capture time of a frame: http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time */
  captureTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
} as const;

type ExtensionName = keyof typeof extensionUris;

/** A peer's id for each extension in one m-line, 1 … 14; 0 for extensions that it does not name. */
export type ExtensionIds = Readonly<Record<ExtensionName, number>>;

export const noExtensions: ExtensionIds = { sendTime: 0, orientation: 0, captureTime: 0 };

const oneByteProfile = 0xbede;

/**
 * The extensions of one packet, in either form of https://www.rfc-editor.org/rfc/rfc8285#section-4. Blocks with another
 * profile have none.
 */
class ExtensionBlock {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #headerBytes: 0 | 1 | 2;

  /** @param start of the whole block including its profile; the block lies within `bytes` up to `end` */
  constructor(bytes: Buffer, start: number, end: number) {
    const profile = bytes.readUInt16BE(start);
    this.#headerBytes = profile === oneByteProfile ? 1 : (profile & 0xfff0) === 0x1000 ? 2 : 0;
    this.#bytes = bytes;
    this.#start = start + 4;
    this.#end = end;
  }

  /** The data of an extension, not copied; null when the packet has none. */
  find(wantedId: number): Buffer | null {
    if (wantedId === 0 || this.#headerBytes === 0) return null;
    const isOneByte = this.#headerBytes === 1;
    let at = this.#start;
    while (at < this.#end) {
      const first = this.#bytes[at] ?? 0;
      // A zero is padding.
      if (first === 0) {
        at += 1;
        continue;
      }
      const id = isOneByte ? first >> 4 : first;
      if (isOneByte && id === 15) return null;
      const dataAt = at + this.#headerBytes;
      const dataEnd = dataAt + (isOneByte ? (first & 0x0f) + 1 : (this.#bytes[at + 1] ?? 0));
      if (dataEnd > this.#end) return null;
      if (id === wantedId) return this.#bytes.subarray(dataAt, dataEnd);
      at = dataEnd;
    }
    return null;
  }
}

/** The extensions of a packet that matter here. */
export type ReadExtensions = {
  /** −1 when the packet has none. */
  sendTime: number;
  /** The number of quarter turns by which a receiver would have to rotate the picture, 0 … 3; 0 when not given. */
  quarterTurns: number;
  /** A copy of the frame's capture time, which is passed on to viewers; null when the packet has none. */
  captureTime: Buffer | null;
};

/** Reads the extension block that lies in `bytes` from `start` to `end`. */
export function readExtensions(bytes: Buffer, start: number, end: number, ids: ExtensionIds): ReadExtensions {
  const block = new ExtensionBlock(bytes, start, end);
  const sendTime = block.find(ids.sendTime);
  const orientation = block.find(ids.orientation);
  const captureTime = block.find(ids.captureTime);
  const hasCaptureTime = captureTime?.length === 8 || captureTime?.length === 16;
  return {
    sendTime: sendTime?.length === 3 ? sendTime.readUIntBE(0, 3) : -1,
    quarterTurns: orientation?.length === 1 ? (orientation[0] ?? 0) & 0x03 : 0,
    captureTime: hasCaptureTime ? Buffer.from(captureTime) : null,
  };
}

/**
 * A packet's second form, with its capture time, the only extension that is passed on. Like the first form, it is
 * shared by all senders, each of which writes its own id into it.
 */
export class ExtendedForm {
  readonly bytes: Buffer;
  /** By how many bytes the payload starts later than in the first form. */
  readonly shift: number;
  readonly #captureTime: Buffer;
  readonly #start: number;
  readonly #end: number;

  /** @param plain the packet without extensions, whose payload begins at `payloadOffset` */
  constructor(plain: Buffer, payloadOffset: number, captureTime: Buffer) {
    const words = Math.ceil((1 + captureTime.length) / 4);
    this.#captureTime = captureTime;
    this.shift = 4 + words * 4;
    this.#start = payloadOffset + 4;
    this.#end = payloadOffset + this.shift;
    this.bytes = Buffer.alloc(plain.length + this.shift);
    plain.copy(this.bytes, 0, 0, payloadOffset);
    plain.copy(this.bytes, this.#end, payloadOffset);
    this.bytes[0] = (plain[0] ?? 0) | 0x10;
    this.bytes.writeUInt16BE(oneByteProfile, payloadOffset);
    this.bytes.writeUInt16BE(words, payloadOffset + 2);
  }

  /** Whether this form is of use to a receiver with these ids. */
  suits(ids: ExtensionIds): boolean {
    return ids.captureTime > 0;
  }

  /** Writes the extension for a receiver with these ids. */
  write(ids: ExtensionIds): void {
    const { length } = this.#captureTime;
    let at = this.#start;
    if (ids.captureTime > 0) {
      this.bytes[at] = (ids.captureTime << 4) | (length - 1);
      this.#captureTime.copy(this.bytes, at + 1);
      at += 1 + length;
    }
    this.bytes.fill(0, at, this.#end);
  }
}
