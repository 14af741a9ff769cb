/*
 * What the files of the codecs share: how a codec's frames travel in the payloads of RTP packets.
 */

/** The codecs that can be written, as SDP names them but in one spelling. */
export type RecordedCodec = 'VP8' | 'VP9' | 'H264' | 'AV1' | 'opus';

/** What a decoder has to know before the first frame. Sizes are in pixels. */
export type CodecSetup = {
  readonly width: number;
  readonly height: number;
  /** What Matroska keeps as CodecPrivate, and MP4 as the configuration of its sample entry unless that is told apart. */
  readonly codecPrivate: Buffer | null;
  /** The content of MP4's configuration box, where Matroska has none. */
  readonly mp4Configuration?: Buffer;
};

/** One payload without its RTP payload header. */
export type PayloadPart = {
  readonly bytes: Buffer;
  /** True when a frame begins with this payload. */
  readonly isFrameStart: boolean;
};

/** A whole frame of a codec. `setup` comes with each keyframe of video. */
type CodedFrame = { readonly data: Buffer; readonly isKeyframe: boolean; readonly setup: CodecSetup | null };

/** How a codec travels in RTP. */
export interface PayloadFormat {
  /** Takes the payload header off; `null` for what makes no sense, which counts as lost. */
  read(payload: Buffer): PayloadPart | null;
  /** Makes a frame of its payloads; `null` for what no decoder could use. */
  assemble(parts: readonly Buffer[]): CodedFrame | null;
  /** True when every packet is a frame of its own that needs no other. */
  readonly isFramePerPacket: boolean;
}

/** The format of a codec whose frames are their payloads in a row; `readSetup` gives null for all but keyframes. */
export function pictureFormat(
  read: (payload: Buffer) => PayloadPart | null,
  readSetup: (frame: Buffer) => CodecSetup | null,
): PayloadFormat {
  return {
    isFramePerPacket: false,
    read,
    assemble: (parts) => {
      const data = Buffer.concat(parts);
      const setup = readSetup(data);
      return { data, isKeyframe: setup !== null, setup };
    },
  };
}

/** The largest payload of a packet, in bytes: with its header it has Kurento's default for `mtu`, 1200. */
export const maxPayloadBytes = 1188;

/** Cuts frames of one stream into the payloads of RTP packets; it may keep state, and serves one stream. */
export interface Packetizer {
  /**
   * The payloads of one frame, in their order; none for what no decoder could use.
   * @param frame as it stands in the file
   * @param isKeyframe what the file says of it
   */
  packetize(frame: Buffer, isKeyframe: boolean): Buffer[];
}

/** Cuts `bytes` into pieces of nearly equal size, so that no packet is much smaller than the others. */
export function cutEvenly(bytes: Buffer, maxBytes: number): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / maxBytes));
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Numbers of pictures, 15 bits wide, from a random start. */
export class PictureIds {
  #last = Math.floor(Math.random() * 0x8000);

  /** The next number as it stands in a payload descriptor: two bytes, of which the first bit tells that there are two. */
  next(): Buffer {
    this.#last = (this.#last + 1) & 0x7fff;
    return Buffer.from([0x80 | (this.#last >> 8), this.#last & 0xff]);
  }
}

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
