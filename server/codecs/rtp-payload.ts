/*
 * The shared parts of the codecs' files: how a codec's frames are carried in the payloads of RTP packets.
 */

/** The codecs that can be recorded, with their SDP names in one spelling. */
export type RecordedCodec = 'VP8' | 'VP9' | 'H264' | 'AV1' | 'opus';

/** The setup that a decoder needs before the first frame. Sizes are in pixels. */
export type CodecSetup = {
  readonly width: number;
  readonly height: number;
  /** Matroska's CodecPrivate, and MP4's sample entry configuration unless {@link mp4Configuration} is set. */
  readonly codecPrivate: Buffer | null;
  /** The content of MP4's configuration box, for codecs without a CodecPrivate in Matroska. */
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

/** How a codec is carried in RTP. */
export interface PayloadFormat {
  /** Removes the payload header; `null` for an invalid payload, which counts as lost. */
  read(payload: Buffer): PayloadPart | null;
  /** Assembles a frame from its payloads; `null` if no decoder could use it. */
  assemble(parts: readonly Buffer[]): CodedFrame | null;
  /** True if every packet is a frame of its own that depends on no other. */
  readonly isFramePerPacket: boolean;
}

/** The format of a codec whose frames are concatenated payloads; `readSetup` returns null for all but keyframes. */
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

/** The largest payload of a packet, in bytes: together with its header it has Kurento's default `mtu`, 1200. */
export const maxPayloadBytes = 1188;

/** Cuts frames of one stream into the payloads of RTP packets; it may keep state, and serves one stream. */
export interface Packetizer {
  /**
   * Returns the payloads of one frame, in order; none for a frame that no decoder could use.
   * @param frame the frame as stored in the file
   * @param isKeyframe whether the file marks it as a keyframe
   */
  packetize(frame: Buffer, isKeyframe: boolean): Buffer[];
}

/** Cuts `bytes` into pieces of nearly equal size, so that no packet is much smaller than the others. */
export function cutEvenly(bytes: Buffer, maxBytes: number): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / maxBytes));
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Picture numbers, 15 bits wide, from a random start. */
export class PictureIds {
  #last = Math.floor(Math.random() * 0x8000);

  /** The next number as written in a payload descriptor: two bytes, of which the first bit means that there are two. */
  next(): Buffer {
    this.#last = (this.#last + 1) & 0x7fff;
    return Buffer.from([0x80 | (this.#last >> 8), this.#last & 0xff]);
  }
}

/**
 * The numbers of pictures in a payload descriptor: VP8's PictureID and TL0PICIDX
 * (https://www.rfc-editor.org/rfc/rfc7741#section-4.2) and VP9's fields of the same names
 * (https://www.rfc-editor.org/rfc/rfc9628#section-4.2). Decoders expect them to increase by one, like sequence numbers.
 */
export class PictureNumbers {
  /** The offset of the picture's id in the packet's bytes. */
  readonly idAt: number;
  readonly id: number;
  /** 0x7f or 0x7fff. */
  readonly idMask: number;
  /** The offset of the number of the last picture of the base layer; 0 if there is none. */
  readonly baseAt: number;
  readonly base: number;
  /** True while the bytes contain numbers that were shifted for another stream, instead of these. */
  isMoved = false;

  constructor(bytes: Buffer, idAt: number, isLong: boolean, baseAt: number) {
    this.idAt = idAt;
    this.idMask = isLong ? 0x7fff : 0x7f;
    this.id = (isLong ? bytes.readUInt16BE(idAt) : (bytes[idAt] ?? 0)) & this.idMask;
    this.baseAt = baseAt;
    this.base = baseAt === 0 ? 0 : (bytes[baseAt] ?? 0);
  }

  /** Writes the numbers, shifted by the given offsets, into the bytes they were read from. */
  write(bytes: Buffer, idOffset: number, baseOffset: number): void {
    this.writeShifted(bytes, 0, idOffset, baseOffset);
    this.isMoved = idOffset !== 0 || baseOffset !== 0;
  }

  /** Writes them into another form of the packet, in which the payload starts `shift` bytes later. */
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
