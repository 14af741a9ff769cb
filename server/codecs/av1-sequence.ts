import { BitReader } from './bit-reader.ts';

/** The setup of an AV1 decoder. Sizes are in pixels. */
export type Av1Sequence = {
  readonly width: number;
  readonly height: number;
  /** A still picture with the reduced header. */
  readonly isReduced: boolean;
  readonly profile: number;
  readonly level: number;
  readonly tier: number;
  readonly color: Av1Color;
};

type Av1Color = {
  readonly isHighDepth: boolean;
  readonly isTwelveBit: boolean;
  readonly isMonochrome: boolean;
  readonly subsamplingX: number;
  readonly subsamplingY: number;
  readonly samplePosition: number;
};

/** The value of `seq_force_screen_content_tools` that leaves the choice to each frame. */
const chosenByFrame = 2;
const bt709 = 1;
const srgb = 13;
const identity = 0;

/** Reads the content of a sequence header OBU: https://aomediacodec.github.io/av1-spec/#sequence-header-obu-syntax */
export function readAv1Sequence(content: Buffer): Av1Sequence {
  const bits = new BitReader(content);
  const profile = bits.bits(3);
  bits.bits(1);
  const isReduced = bits.flag();
  const { level, tier } = isReduced ? { level: bits.bits(5), tier: 0 } : readOperatingPoints(bits);
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  const width = bits.bits(widthBits) + 1;
  const height = bits.bits(heightBits) + 1;
  if (!isReduced && bits.flag()) bits.bits(7);
  bits.bits(3);
  if (!isReduced) skipInterTools(bits);
  bits.bits(3);
  return { width, height, isReduced, profile, level, tier, color: readColor(bits, profile) };
}

/**
 * The first four bytes of `av1C`, which are followed by the sequence header:
 * https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox
 */
export function av1Configuration({ profile, level, tier, color }: Av1Sequence): Buffer {
  const flags = [color.isHighDepth, color.isTwelveBit, color.isMonochrome].map(Number);
  const [isHighDepth = 0, isTwelveBit = 0, isMonochrome = 0] = flags;
  const depth = (tier << 7) | (isHighDepth << 6) | (isTwelveBit << 5) | (isMonochrome << 4);
  const samples = (color.subsamplingX << 3) | (color.subsamplingY << 2) | color.samplePosition;
  return Buffer.from([0x81, (profile << 5) | level, depth | samples, 0]);
}

/** Reads the first operating point, which is the whole stream, and skips the others. */
function readOperatingPoints(bits: BitReader): { level: number; tier: number } {
  let delayBits = 0;
  if (bits.flag()) {
    bits.bits(64);
    if (bits.flag()) bits.unsignedGolomb();
    if (bits.flag()) {
      delayBits = bits.bits(5) + 1;
      bits.bits(42);
    }
  }
  const hasDisplayDelay = bits.flag();
  const count = bits.bits(5) + 1;
  let first: { level: number; tier: number } | null = null;
  for (let i = 0; i < count; i += 1) {
    bits.bits(12);
    const level = bits.bits(5);
    const tier = level > 7 ? bits.bits(1) : 0;
    if (delayBits > 0 && bits.flag()) bits.bits(2 * delayBits + 1);
    if (hasDisplayDelay && bits.flag()) bits.bits(4);
    first ??= { level, tier };
  }
  return first ?? { level: 0, tier: 0 };
}

function skipInterTools(bits: BitReader): void {
  bits.bits(4);
  const hasOrderHint = bits.flag();
  if (hasOrderHint) bits.bits(2);
  const screenContent = bits.flag() ? chosenByFrame : bits.bits(1);
  if (screenContent > 0 && !bits.flag()) bits.bits(1);
  if (hasOrderHint) bits.bits(3);
}

function readColor(bits: BitReader, profile: number): Av1Color {
  const isHighDepth = bits.flag();
  const isTwelveBit = profile === 2 && isHighDepth && bits.flag();
  const isMonochrome = profile !== 1 && bits.flag();
  const isDescribed = bits.flag();
  const [primaries, transfer, matrix] = isDescribed ? [bits.bits(8), bits.bits(8), bits.bits(8)] : [2, 2, 2];
  const common = { isHighDepth, isTwelveBit, isMonochrome };
  if (isMonochrome) return { ...common, subsamplingX: 1, subsamplingY: 1, samplePosition: 0 };
  if (primaries === bt709 && transfer === srgb && matrix === identity) {
    return { ...common, subsamplingX: 0, subsamplingY: 0, samplePosition: 0 };
  }
  bits.bits(1);
  const { subsamplingX, subsamplingY } = readSubsampling(bits, profile, isTwelveBit);
  const samplePosition = subsamplingX === 1 && subsamplingY === 1 ? bits.bits(2) : 0;
  return { ...common, subsamplingX, subsamplingY, samplePosition };
}

function readSubsampling(
  bits: BitReader,
  profile: number,
  isTwelveBit: boolean,
): { subsamplingX: number; subsamplingY: number } {
  if (profile === 0) return { subsamplingX: 1, subsamplingY: 1 };
  if (profile === 1) return { subsamplingX: 0, subsamplingY: 0 };
  if (!isTwelveBit) return { subsamplingX: 1, subsamplingY: 0 };
  const subsamplingX = bits.bits(1);
  return { subsamplingX, subsamplingY: subsamplingX === 1 ? bits.bits(1) : 0 };
}
