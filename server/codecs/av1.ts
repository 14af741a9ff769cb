import { type Av1Sequence, av1Configuration, readAv1Sequence } from './av1-sequence.ts';
import { BitReader } from './bit-reader.ts';
import { maxPayloadBytes, type Packetizer, type PayloadFormat } from './rtp-payload.ts';

/*
 * AV1 in RTP: https://aomediacodec.github.io/av1-rtp-spec/, and its bitstream:
 * https://aomediacodec.github.io/av1-spec/. An OBU in both is a unit of the bitstream with a header of its own.
 */

const obuSequenceHeader = 1;
const obuTemporalDelimiter = 2;
const obuFrameHeader = 3;
const obuFrame = 6;
const obuTileList = 8;
const obuPadding = 15;
/**
 * Units that are not sent (AV1 RTP §5), and that should not be in a file either:
 * https://aomediacodec.github.io/av1-isobmff/#sampleformat
 */
const leftOut: ReadonlySet<number> = new Set([obuTemporalDelimiter, obuTileList, obuPadding]);

/** Bits of an OBU's header (AV1 §5.3.2). */
const hasExtension = 0x04;
const hasSize = 0x02;

/** Bits of the aggregation header: https://aomediacodec.github.io/av1-rtp-spec/#44-av1-aggregation-header */
const continuesFlag = 0x80;
const isContinuedFlag = 0x40;
const beginsSequence = 0x08;

/** The width of the length of an element in a packet, in bytes. */
const lengthBytes = 2;

/**
 * The N bit, "first packet of a coded video sequence":
 * https://aomediacodec.github.io/av1-rtp-spec/#44-av1-aggregation-header
 */
export function beginsAv1Keyframe(bytes: Buffer, offset: number): boolean {
  return ((bytes[offset] ?? 0) & beginsSequence) !== 0 && offset + 1 < bytes.length;
}

const keyFrame = 0;

type Unit = { readonly type: number; readonly header: Buffer; readonly content: Buffer };

/** From AV1 in RTP to temporal units as in Matroska and MP4: each OBU with its size, and no temporal delimiter. */
export function createAv1Format(): PayloadFormat {
  return {
    isFramePerPacket: false,
    read: (payload) =>
      payload.length < 2 ? null : { bytes: payload, isFrameStart: ((payload[0] ?? 0) & continuesFlag) === 0 },
    assemble: (parts) => {
      const elements = joinElements(parts);
      const units = elements?.map(readUnit).filter((unit) => unit === null || !leftOut.has(unit.type));
      if (units === undefined || units.length === 0) return null;
      const whole = units.filter((unit) => unit !== null);
      if (whole.length < units.length) return null;
      const header = whole.find(({ type }) => type === obuSequenceHeader);
      const sequence = header === undefined ? null : readAv1Sequence(header.content);
      const picture = whole.find(({ type }) => type === obuFrame || type === obuFrameHeader);
      const setup =
        header !== undefined && sequence !== null && picture !== undefined && isKeyFrame(sequence, picture.content)
          ? {
              width: sequence.width,
              height: sequence.height,
              codecPrivate: Buffer.concat([av1Configuration(sequence), ...sized(header)]),
            }
          : null;
      return { data: Buffer.concat(whole.flatMap(sized)), isKeyframe: setup !== null, setup };
    },
  };
}

/**
 * Undoes aggregation and fragmentation (AV1 RTP §4.4): a payload holds OBUs or pieces of them, each preceded by its
 * length except the last of W. Z means that the first continues from the packet before, Y that the last continues in
 * the next one. `null` if a piece is missing.
 */
function joinElements(payloads: readonly Buffer[]): Buffer[] | null {
  const elements: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (const payload of payloads) {
    const aggregation = payload[0] ?? 0;
    const count = (aggregation >> 4) & 3;
    if (((aggregation & continuesFlag) !== 0) !== pieces.length > 0) return null;
    for (let offset = 1, index = 1; offset < payload.length; index += 1) {
      const length = index === count ? { value: payload.length - offset, end: offset } : readLeb128(payload, offset);
      if (length === null || length.end + length.value > payload.length) return null;
      offset = length.end + length.value;
      pieces.push(payload.subarray(length.end, offset));
      if (offset < payload.length || (aggregation & isContinuedFlag) === 0) {
        elements.push(pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces));
        pieces = [];
      }
    }
  }
  return pieces.length === 0 ? elements : null;
}

/** Removes the header of an OBU (AV1 §5.3), and its size if it has one; `null` if it is truncated. */
function readUnit(bytes: Buffer): Unit | null {
  const first = bytes[0];
  if (first === undefined || (first & 0x80) !== 0) return null;
  const headerLength = (first & hasExtension) === 0 ? 1 : 2;
  const header = Buffer.from(bytes.subarray(0, headerLength));
  // In the file, every OBU states its size.
  header[0] = first | hasSize;
  const size = (first & hasSize) === 0 ? { value: bytes.length - headerLength, end: headerLength } : null;
  const { value, end } = size ?? readLeb128(bytes, headerLength) ?? { value: -1, end: 0 };
  if (value < 0 || end + value > bytes.length) return null;
  return { type: obuType(first), header, content: bytes.subarray(end, end + value) };
}

/** Whether a frame's header begins a picture that depends on no other and is shown (AV1 §5.9.2). */
function isKeyFrame(sequence: Av1Sequence, frameHeader: Buffer): boolean {
  if (sequence.isReduced) return true;
  const bits = new BitReader(frameHeader);
  const showsExisting = bits.flag();
  const type = bits.bits(2);
  const isShown = bits.flag();
  return !showsExisting && type === keyFrame && isShown;
}

function sized({ header, content }: Unit): Buffer[] {
  return [header, leb128(content.length), content];
}

/** https://aomediacodec.github.io/av1-rtp-spec/#4-rtp-header-usage and §5 */
export class Av1Packetizer implements Packetizer {
  readonly #sequenceHeader: Buffer | null;

  /**
   * @param configuration the record `av1C` of a file
   *   (https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox-section)
   */
  constructor(configuration: Buffer) {
    this.#sequenceHeader = splitObus(configuration.subarray(4)).find(isSequenceHeader) ?? null;
  }

  packetize(frame: Buffer, isKeyframe: boolean): Buffer[] {
    const obus = splitObus(frame);
    if (isKeyframe && this.#sequenceHeader !== null && !obus.some(isSequenceHeader)) {
      // Files need not repeat it with each keyframe, but a decoder that starts there needs it.
      obus.unshift(this.#sequenceHeader);
    }
    return this.#pack(obus, isKeyframe);
  }

  #pack(obus: readonly Buffer[], isKeyframe: boolean): Buffer[] {
    const payloads: Buffer[] = [];
    let parts: Buffer[] = [];
    let bytesLeft = maxPayloadBytes - 1;
    let continues = 0;
    const finish = (isContinued: number): void => {
      const begins = isKeyframe && payloads.length === 0 ? beginsSequence : 0;
      payloads.push(Buffer.concat([Buffer.from([continues | isContinued | begins]), ...parts]));
      continues = isContinued === 0 ? 0 : continuesFlag;
      parts = [];
      bytesLeft = maxPayloadBytes - 1;
    };
    for (const obu of obus) {
      for (let rest = obu; rest.length > 0; ) {
        if (bytesLeft <= lengthBytes) finish(0);
        const piece = rest.subarray(0, bytesLeft - lengthBytes);
        rest = rest.subarray(piece.length);
        parts.push(leb128(piece.length), piece);
        bytesLeft -= lengthBytes + piece.length;
        if (rest.length > 0) finish(isContinuedFlag);
      }
    }
    if (parts.length > 0) finish(0);
    return payloads;
  }
}

function isSequenceHeader(obu: Buffer): boolean {
  return obuType(obu[0]) === obuSequenceHeader;
}

/** The OBUs of a temporal unit without their size fields, and without those that are not sent (AV1 RTP §5). */
function splitObus(unit: Buffer): Buffer[] {
  const obus: Buffer[] = [];
  for (let at = 0; at < unit.length; ) {
    const first = unit[at] ?? 0;
    const headerBytes = (first & hasExtension) === 0 ? 1 : 2;
    const start = at + headerBytes;
    const size = (first & hasSize) === 0 ? { value: unit.length - start, end: start } : readLeb128(unit, start);
    if (size === null || size.end + size.value > unit.length) break;
    const end = size.end + size.value;
    if (!leftOut.has(obuType(first))) {
      const header = Buffer.from(unit.subarray(at, at + headerBytes));
      header[0] = first & ~hasSize;
      obus.push(Buffer.concat([header, unit.subarray(size.end, end)]));
    }
    at = end;
  }
  return obus;
}

/** The type in the first byte of an OBU's header. */
function obuType(first = 0): number {
  return (first >> 3) & 0x0f;
}

/** A number in groups of seven bits, the lowest first (AV1 §4.10.5). */
function leb128(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}

function readLeb128(bytes: Buffer, start: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 8; i += 1) {
    const byte = bytes[start + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if ((byte & 0x80) === 0) return { value, end: start + i + 1 };
  }
  return null;
}
