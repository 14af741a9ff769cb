import { type Av1Sequence, av1Configuration, readAv1Sequence } from './av1-sequence.ts';
import { BitReader } from './bit-reader.ts';
import type { PayloadFormat } from './payload-formats.ts';

/*
 * AV1 in RTP: https://aomediacodec.github.io/av1-rtp-spec/, and its bitstream:
 * https://aomediacodec.github.io/av1-spec/. What both call an OBU is a unit of the bitstream, behind a header of its own.
 */

const obu = { sequenceHeader: 1, temporalDelimiter: 2, frameHeader: 3, frame: 6, tileList: 8, padding: 15 } as const;
/** Units that a file is better without: https://aomediacodec.github.io/av1-isobmff/#sampleformat */
const leftOut: ReadonlySet<number> = new Set([obu.temporalDelimiter, obu.tileList, obu.padding]);
const keyFrame = 0;

type Unit = { readonly type: number; readonly header: Buffer; readonly content: Buffer };

/** AV1 in RTP, to temporal units as Matroska and MP4 hold them: each OBU with its size, and no temporal delimiter. */
export function createAv1Format(): PayloadFormat {
  return {
    isFramePerPacket: false,
    read: (payload) => (payload.length < 2 ? null : { bytes: payload, isFrameStart: ((payload[0] ?? 0) & 0x80) === 0 }),
    assemble: (parts) => {
      const elements = joinElements(parts);
      const units = elements?.map(readUnit).filter((unit) => unit === null || !leftOut.has(unit.type));
      if (units === undefined || units.length === 0) return null;
      const whole = units.filter((unit) => unit !== null);
      if (whole.length < units.length) return null;
      const header = whole.find(({ type }) => type === obu.sequenceHeader);
      const sequence = header === undefined ? null : readAv1Sequence(header.content);
      const picture = whole.find(({ type }) => type === obu.frame || type === obu.frameHeader);
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
 * Undoes aggregation and fragmentation (AV1 RTP §4.4): a payload holds OBUs or pieces of them, each behind its length
 * but for the last of W; Z says that the first goes on from the packet before, Y that the last goes on in the next.
 * `null` when a piece is missing.
 */
function joinElements(payloads: readonly Buffer[]): Buffer[] | null {
  const elements: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (const payload of payloads) {
    const aggregation = payload[0] ?? 0;
    const count = (aggregation >> 4) & 3;
    if (((aggregation & 0x80) !== 0) !== pieces.length > 0) return null;
    for (let offset = 1, index = 1; offset < payload.length; index += 1) {
      const length = index === count ? { value: payload.length - offset, end: offset } : readLeb128(payload, offset);
      if (length === null || length.end + length.value > payload.length) return null;
      offset = length.end + length.value;
      pieces.push(payload.subarray(length.end, offset));
      if (offset < payload.length || (aggregation & 0x40) === 0) {
        elements.push(pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces));
        pieces = [];
      }
    }
  }
  return pieces.length === 0 ? elements : null;
}

/** Takes the header off an OBU (AV1 §5.3), and its size if it has one; `null` if it is cut short. */
function readUnit(bytes: Buffer): Unit | null {
  const first = bytes[0];
  if (first === undefined || (first & 0x80) !== 0) return null;
  const headerLength = (first & 0x04) === 0 ? 1 : 2;
  const header = Buffer.from(bytes.subarray(0, headerLength));
  // In the file every OBU says how long it is.
  header[0] = first | 0x02;
  const size = (first & 0x02) === 0 ? { value: bytes.length - headerLength, end: headerLength } : null;
  const { value, end } = size ?? readLeb128(bytes, headerLength) ?? { value: -1, end: 0 };
  if (value < 0 || end + value > bytes.length) return null;
  return { type: (first >> 3) & 0x0f, header, content: bytes.subarray(end, end + value) };
}

/** Whether a frame's header begins a picture that needs no other and is shown (AV1 §5.9.2). */
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
  for (let i = 0; i < 5; i += 1) {
    const byte = bytes[start + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if ((byte & 0x80) === 0) return { value, end: start + i + 1 };
  }
  return null;
}
