import { MAX_PAYLOAD_BYTES, type Packetizer } from './packetizer.ts';

const OBU_SEQUENCE_HEADER = 1;
const OBU_TEMPORAL_DELIMITER = 2;
const OBU_TILE_LIST = 8;
const OBU_PADDING = 15;
const HAS_EXTENSION = 0x04;
const HAS_SIZE = 0x02;

const CONTINUES = 0x80;
const IS_CONTINUED = 0x40;
const BEGINS_SEQUENCE = 0x08;
/** A length of so many bytes tells how much of a packet's rest one element takes. */
const LENGTH_BYTES = 2;

/** AV1 in RTP: https://aomediacodec.github.io/av1-rtp-spec/#4-rtp-header-usage and §5 */
export class Av1Packetizer implements Packetizer {
  readonly #sequenceHeader: Buffer | null;

  /** @param configuration the record `av1C` of a file (https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox-section) */
  constructor(configuration: Buffer) {
    this.#sequenceHeader = splitObus(configuration.subarray(4)).find(isSequenceHeader) ?? null;
  }

  packetize(frame: Buffer, isKeyframe: boolean): Buffer[] {
    const obus = splitObus(frame);
    if (isKeyframe && this.#sequenceHeader !== null && !obus.some(isSequenceHeader)) {
      // Files need not repeat it with each keyframe; whoever begins there needs it.
      obus.unshift(this.#sequenceHeader);
    }
    return this.#pack(obus, isKeyframe);
  }

  #pack(obus: readonly Buffer[], isKeyframe: boolean): Buffer[] {
    const payloads: Buffer[] = [];
    let parts: Buffer[] = [];
    let room = MAX_PAYLOAD_BYTES - 1;
    let continues = 0;
    const finish = (isContinued: number): void => {
      const begins = isKeyframe && payloads.length === 0 ? BEGINS_SEQUENCE : 0;
      payloads.push(Buffer.concat([Buffer.from([continues | isContinued | begins]), ...parts]));
      continues = isContinued === 0 ? 0 : CONTINUES;
      parts = [];
      room = MAX_PAYLOAD_BYTES - 1;
    };
    for (const obu of obus) {
      for (let rest = obu; rest.length > 0; ) {
        if (room <= LENGTH_BYTES) finish(0);
        const piece = rest.subarray(0, room - LENGTH_BYTES);
        rest = rest.subarray(piece.length);
        parts.push(leb128(piece.length), piece);
        room -= LENGTH_BYTES + piece.length;
        if (rest.length > 0) finish(IS_CONTINUED);
      }
    }
    if (parts.length > 0) finish(0);
    return payloads;
  }
}

function isSequenceHeader(obu: Buffer): boolean {
  return obuType(obu) === OBU_SEQUENCE_HEADER;
}

function obuType(obu: Buffer): number {
  return ((obu[0] ?? 0) >> 3) & 0x0f;
}

/** The OBUs of a temporal unit without their size fields, and without those that do not travel: §5 of the AV1 RTP specification. */
function splitObus(unit: Buffer): Buffer[] {
  const obus: Buffer[] = [];
  for (let at = 0; at < unit.length; ) {
    const first = unit[at] ?? 0;
    const headerBytes = (first & HAS_EXTENSION) === 0 ? 1 : 2;
    const size = (first & HAS_SIZE) === 0 ? null : readLeb128(unit, at + headerBytes);
    const start = at + headerBytes + (size?.bytes ?? 0);
    const end = size === null ? unit.length : start + size.value;
    if (end > unit.length) break;
    const type = obuType(unit.subarray(at));
    if (type !== OBU_TEMPORAL_DELIMITER && type !== OBU_TILE_LIST && type !== OBU_PADDING) {
      const header = Buffer.from(unit.subarray(at, at + headerBytes));
      header[0] = first & ~HAS_SIZE;
      obus.push(Buffer.concat([header, unit.subarray(start, end)]));
    }
    at = end;
  }
  return obus;
}

/** AV1 §4.10.5. */
function readLeb128(bytes: Buffer, at: number): { value: number; bytes: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return { value, bytes: index + 1 };
  }
  return { value, bytes: 8 };
}

/** In as few bytes as it takes; no payload is so large that it would be more than two. */
function leb128(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value]) : Buffer.from([0x80 | (value & 0x7f), value >> 7]);
}
