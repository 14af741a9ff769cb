import { existsSync, readFileSync } from 'node:fs';

/** A frame from a real encoder. */
export type EncodedFrame = {
  isKeyframe: boolean;
  /** For VP8, one unit with the whole frame; for H.264, the NAL units without start codes. */
  units: readonly Buffer[];
};

/** The files in `fixtures`; their README describes their content. */
export type FixtureName = 'moving-box.ivf' | 'small-box.ivf' | 'moving-box.h264';

const ivfHeaderBytes = 32;
const ivfFrameHeaderBytes = 12;
const nalIdr = 5;
const nalDelimiter = 9;

/** For tests: the frames of a file, in the order in which they are shown and decoded. */
export function readEncodedFrames(name: FixtureName): readonly EncodedFrame[] {
  const bytes = readFileSync(fixture(name));
  return name.endsWith('.ivf') ? readIvf(bytes) : readAnnexB(bytes);
}

/** Compiled modules are in `dist`, where there are no fixtures. */
function fixture(name: FixtureName): URL {
  const beside = new URL(`fixtures/${name}`, import.meta.url);
  return existsSync(beside) ? beside : new URL(`../../../../server/codecs/testing/fixtures/${name}`, import.meta.url);
}

/** VP8 in IVF: each frame is preceded by its length. Its first bit marks keyframes (RFC 6386 §9.1). */
function readIvf(bytes: Buffer): EncodedFrame[] {
  const frames: EncodedFrame[] = [];
  for (let at = ivfHeaderBytes; at < bytes.length; ) {
    const start = at + ivfFrameHeaderBytes;
    const end = start + bytes.readUInt32LE(at);
    const frame = bytes.subarray(start, end);
    frames.push({ isKeyframe: ((frame[0] ?? 1) & 1) === 0, units: [frame] });
    at = end;
  }
  return frames;
}

/** H.264 with start codes (ISO/IEC 14496-10 Annex B); a delimiter begins each frame. */
function readAnnexB(bytes: Buffer): EncodedFrame[] {
  const startCode = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = bytes.indexOf(startCode); at >= 0; at = bytes.indexOf(startCode, at + 3)) starts.push(at + 3);
  const frames: { isKeyframe: boolean; units: Buffer[] }[] = [];
  starts.forEach((start, index) => {
    const next = starts[index + 1];
    // A start code of four bytes has one more zero in front, and no unit ends with a zero.
    let end = next === undefined ? bytes.length : next - 3;
    while (end > start && bytes[end - 1] === 0) end -= 1;
    const unit = bytes.subarray(start, end);
    const type = (unit[0] ?? 0) & 0x1f;
    if (type === nalDelimiter) frames.push({ isKeyframe: false, units: [] });
    else frames.at(-1)?.units.push(unit);
    const frame = frames.at(-1);
    if (type === nalIdr && frame !== undefined) frame.isKeyframe = true;
  });
  return frames;
}
