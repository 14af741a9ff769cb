import { describe, expect, it } from 'vitest';
import { Av1Packetizer } from './av1.ts';
import { H264Packetizer } from './h264.ts';
import { readH264Setup } from './h264-file.ts';
import { beginsKeyframe, createPayloadFormat } from './payload-formats.ts';
import { maxPayloadBytes, type Packetizer } from './rtp-payload.ts';
import { avcRecord, h264Frame, spsOf, testPps, vp8Frame } from './testing/test-frames.ts';
import { Vp8Packetizer } from './vp8.ts';
import { Vp9Packetizer } from './vp9.ts';

const avc = readH264Setup(avcRecord());

/** Temporal delimiter, sequence header and a frame, each preceded by its size. */
function av1Unit(frameBytes: number): Buffer {
  const frame = Buffer.alloc(frameBytes, 0x33);
  return Buffer.concat([Buffer.from([0x12, 0, 0x0a, 3, 1, 2, 3, 0x32]), leb128(frame.length), frame]);
}

function leb128(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value]) : Buffer.from([(value & 0x7f) | 0x80, value >> 7]);
}

/** A shown VP9 frame of profile 0; a keyframe states 640 × 360. */
function vp9Frame(isKeyframe: boolean, length: number): Buffer {
  const frame = Buffer.alloc(length, 0x11);
  if (!isKeyframe) frame[0] = 0x86;
  else Buffer.from([0x82, 0x49, 0x83, 0x42, 0x20, 0x27, 0xf0, 0x16, 0x70]).copy(frame);
  return frame;
}

type Case = {
  name: 'VP8' | 'VP9' | 'H264';
  packetizer: Packetizer;
  frame: (isKeyframe: boolean, length: number) => Buffer;
};

const cases: Case[] = [
  { name: 'VP8', packetizer: new Vp8Packetizer(), frame: (isKeyframe, length) => vp8Frame(isKeyframe, 9, length) },
  { name: 'VP9', packetizer: new Vp9Packetizer(), frame: vp9Frame },
  ...(avc === null ? [] : [{ name: 'H264' as const, packetizer: new H264Packetizer(avc), frame: h264Frame }]),
];

describe.each(cases)('$name', ({ name, packetizer, frame }) => {
  it.each([150, 1188, 1189, 5000])('R76: a frame of %d bytes comes out of its packets as it was', (length) => {
    const format = createPayloadFormat(name);
    for (const isKeyframe of [true, false]) {
      const bytes = frame(isKeyframe, length);
      const payloads = packetizer.packetize(bytes, isKeyframe);
      expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxPayloadBytes);
      expect(beginsKeyframe(name, payloads[0] ?? Buffer.alloc(0), 0)).toBe(isKeyframe);
      const parts = payloads.map((payload) => format.read(payload));
      expect(
        parts
          .map((part) => part?.isFrameStart)
          .slice(1)
          .includes(true),
      ).toBe(name === 'H264' && isKeyframe);
      const read = format.assemble(parts.flatMap((part) => part?.bytes ?? []));
      expect(read?.isKeyframe).toBe(isKeyframe);
      // Parameter sets, which the file stores separately, come before an H264 keyframe.
      expect(read?.data.subarray(-bytes.length).equals(bytes)).toBe(true);
    }
  });
});

describe('H264', () => {
  it('R76: repeats the parameter sets of the file with each keyframe, in one packet', () => {
    expect(avc).toMatchObject({ profileLevelId: '42e01f', lengthBytes: 4 });
    if (avc === null) return;
    const [sets, slice] = new H264Packetizer(avc).packetize(h264Frame(true, 100));
    expect(sets?.subarray(0, 1)).toEqual(Buffer.from([0x78]));
    expect(sets?.includes(spsOf(640, 360)) && sets.includes(testPps)).toBe(true);
    expect(slice).toEqual(h264Frame(true, 100).subarray(4));
  });

  it('R81: survives lengths that make no sense', () => {
    if (avc === null) throw new Error('The record must be readable');
    const frame = h264Frame(true, 100);
    frame.writeUInt32BE(5000, 0);
    expect(new H264Packetizer(avc).packetize(frame)).toEqual([]);
    for (let end = 0; end < avcRecord().length; end += 1) {
      const setup = readH264Setup(avcRecord().subarray(0, end));
      expect(setup?.parameterSets.every((set) => set.length > 0) ?? true).toBe(true);
    }
  });
});

describe('AV1', () => {
  it.each([30, 3000])('R76: a frame of %d bytes travels without delimiter and sizes', (length) => {
    const payloads = new Av1Packetizer(Buffer.alloc(4)).packetize(av1Unit(length), true);
    expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxPayloadBytes);
    expect(payloads.map((payload) => beginsKeyframe('AV1', payload, 0))).toEqual(
      payloads.map((_, index) => index === 0),
    );
    expect(obusOf(payloads)).toEqual([
      Buffer.from([0x08, 1, 2, 3]),
      Buffer.concat([Buffer.from([0x30]), Buffer.alloc(length, 0x33)]),
    ]);
  });

  it('R76: a keyframe without its sequence header gets that of the file', () => {
    const packetizer = new Av1Packetizer(Buffer.from([0x81, 0, 0, 0, 0x0a, 3, 4, 5, 6]));
    const unit = Buffer.from([0x32, 2, 7, 7]);
    expect(obusOf(packetizer.packetize(unit, true))).toEqual([Buffer.from([0x08, 4, 5, 6]), Buffer.from([0x30, 7, 7])]);
    expect(obusOf(packetizer.packetize(unit, false))).toEqual([Buffer.from([0x30, 7, 7])]);
  });
});

/** Undoes the packetization: https://aomediacodec.github.io/av1-rtp-spec/#44-av1-aggregation-header */
function obusOf(payloads: readonly Buffer[]): Buffer[] {
  const obus: Buffer[] = [];
  for (const payload of payloads) {
    let continues = ((payload[0] ?? 0) & 0x80) !== 0;
    for (let at = 1; at < payload.length; ) {
      const isLong = ((payload[at] ?? 0) & 0x80) !== 0;
      const size = ((payload[at] ?? 0) & 0x7f) + (isLong ? (payload[at + 1] ?? 0) * 128 : 0);
      at += isLong ? 2 : 1;
      const piece = payload.subarray(at, at + size);
      const last = continues ? obus.pop() : undefined;
      obus.push(last === undefined ? piece : Buffer.concat([last, piece]));
      continues = false;
      at += size;
    }
  }
  return obus;
}
