import { describe, expect, test } from 'vitest';
import { opusDurationMs } from './opus.ts';
import { createPayloadFormat } from './payload-formats.ts';
import { av1SequenceOf, fromBits, spsOf, testPps } from './testing/test-frames.ts';
import { readVp8Payload } from './vp8.ts';
import { readVp9Payload } from './vp9.ts';

describe('VP8 in RTP', () => {
  test.each([
    ['without extensions', [0x10, 1, 2], [1, 2], true],
    ['with a short picture id', [0x90, 0x80, 0x11, 1, 2], [1, 2], true],
    ['with a long picture id', [0x90, 0x80, 0x81, 0x11, 1, 2], [1, 2], true],
    ['with everything', [0x90, 0xf0, 0x81, 0x11, 5, 6, 1, 2], [1, 2], true],
    ['in a later packet', [0x80, 0x80, 0x11, 1], [1], false],
    ['in a later partition', [0x11, 1], [1], false],
  ])('is read %s', (_name, payload, bytes, isFrameStart) => {
    expect(readVp8Payload(Buffer.from(payload))).toEqual({ bytes: Buffer.from(bytes), isFrameStart });
  });

  test('is refused when cut short', () => {
    expect(readVp8Payload(Buffer.from([0x90, 0xf0, 0x81]))).toBeNull();
  });
});

describe('VP9 in RTP', () => {
  test.each([
    ['a frame in one packet', [0x8c, 0x11, 9], [9], true],
    ['a long picture id', [0x88, 0x81, 0x11, 9], [9], true],
    ['layers without flexible mode', [0xa8, 0x11, 0x00, 7, 9], [9], true],
    ['an upper spatial layer', [0xa8, 0x11, 0x02, 7, 9], [9], false],
    ['references of flexible mode', [0xd8, 0x11, 0x03, 0x02, 9], [9], true],
    ['a scalability structure', [0x8a, 0x11, 0x18, 2, 128, 1, 104, 1, 0x04, 1, 9], [9], true],
  ])('is read with %s', (_name, payload, bytes, isFrameStart) => {
    expect(readVp9Payload(Buffer.from(payload))).toEqual({ bytes: Buffer.from(bytes), isFrameStart });
  });

  test('states the size of a keyframe', () => {
    // frame marker 2, profile 0, shown keyframe, sync code, colour space 1 with studio range, 640 × 360
    const bits = `10000010${(0x498342).toString(2).padStart(24, '0')}0010${word(639)}${word(359)}`;
    const frame = createPayloadFormat('VP9').assemble([fromBits(bits)]);
    expect(frame?.isKeyframe).toBe(true);
    expect(frame?.setup).toMatchObject({ width: 640, height: 360 });
    expect(createPayloadFormat('VP9').assemble([fromBits('10000110')])?.isKeyframe).toBe(false);
  });
});

describe('AV1 in RTP', () => {
  // A picture of 64 × 48 pixels as libaom encodes it, then a picture that depends on it.
  const sequence = Buffer.from('00000002aff79b5f2008', 'hex');
  const picture = Buffer.from('100090000820822000 00c1b4e5c1a2503ed18974a58614e51d5b2ad8e016'.replace(' ', ''), 'hex');
  const next = Buffer.from('300380 80fdf806c000596596281042 0095b016'.replaceAll(' ', ''), 'hex');
  const unit = (header: number, content: Buffer) => Buffer.concat([Buffer.from([header]), content]);
  const sized = (header: number, content: Buffer) => unit(header, unit(content.length, content));
  const withLength = (bytes: Buffer) => unit(bytes.length, bytes);
  const frame = unit(0x30, picture);
  const keyframe = Buffer.concat([sized(0x0a, sequence), sized(0x32, picture)]);

  test.each([
    ['with a length for all but the last', [[0x28], withLength(unit(0x08, sequence)), frame]],
    ['with a length for each', [[0x08], withLength(unit(0x08, sequence)), withLength(frame)]],
    ['with sizes of their own', [[0x28], withLength(sized(0x0a, sequence)), sized(0x32, picture)]],
    [
      'with a temporal delimiter and padding, which are left out',
      [[0x08], withLength(Buffer.from([0x10])), withLength(unit(0x08, sequence)), withLength(frame), [2, 0x78, 0]],
    ],
  ])('becomes a frame with sizes, from OBUs %s', (_name, pieces) => {
    const format = createPayloadFormat('AV1');
    const payload = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    expect(format.read(payload)?.isFrameStart).toBe(true);
    const coded = format.assemble([payload]);
    expect(coded?.data).toEqual(keyframe);
    expect(coded?.isKeyframe).toBe(true);
    expect(coded?.setup).toMatchObject({ width: 64, height: 48 });
    // FFmpeg writes the same for these frames.
    expect(coded?.setup?.codecPrivate?.toString('hex')).toBe('81000c000a0a00000002aff79b5f2008');
  });

  test('is assembled from fragments, and is not a frame if one is missing', () => {
    const format = createPayloadFormat('AV1');
    const fragments = [
      Buffer.concat([Buffer.from([0x68]), withLength(unit(0x08, sequence)), frame.subarray(0, 10)]),
      Buffer.concat([Buffer.from([0xd0]), frame.subarray(10, 20)]),
      Buffer.concat([Buffer.from([0x90]), frame.subarray(20)]),
    ];
    expect(fragments.map((payload) => format.read(payload)?.isFrameStart)).toEqual([true, false, false]);
    expect(format.assemble(fragments)?.data).toEqual(keyframe);
    expect(format.assemble(fragments.slice(1))).toBeNull();
    expect(format.assemble(fragments.slice(0, 2))).toBeNull();
  });

  test('distinguishes keyframes from others, and refuses invalid data', () => {
    const format = createPayloadFormat('AV1');
    const coded = format.assemble([unit(0x10, unit(0x30, next))]);
    expect([coded?.isKeyframe, coded?.data]).toEqual([false, sized(0x32, next)]);
    expect(
      format.assemble([unit(0x28, Buffer.concat([withLength(unit(0x08, sequence)), unit(0x30, next)]))])?.setup,
    ).toBe(null);
    expect(format.assemble([Buffer.from([0x00, 9, 0x30])])).toBeNull();
    expect(format.assemble([Buffer.from([0x10, 0x32, 9, 1])])).toBeNull();
    expect(format.read(Buffer.from([0x10]))).toBeNull();
  });

  test('states the size of its pictures in the sequence header', () => {
    const header = unit(0x08, av1SequenceOf(1280, 720));
    const coded = createPayloadFormat('AV1').assemble([
      Buffer.concat([Buffer.from([0x28]), withLength(header), unit(0x30, picture)]),
    ]);
    expect(coded?.setup).toMatchObject({ width: 1280, height: 720 });
  });
});

describe('H.264 in RTP', () => {
  const sps = spsOf(640, 360);
  const pps = testPps;
  const idr = Buffer.from([0x65, 1, 2, 3, 4, 5]);
  const stapA = Buffer.concat([Buffer.from([0x78, 0, sps.length]), sps, Buffer.from([0, pps.length]), pps]);
  const fuA = [Buffer.from([0x7c, 0x85, 1, 2]), Buffer.from([0x7c, 0x05, 3]), Buffer.from([0x7c, 0x45, 4, 5])];
  const keyframe = Buffer.concat([...[sps, pps, idr].flatMap((unit) => [Buffer.from([0, 0, 0, unit.length]), unit])]);

  test.each([
    ['whole', [sps, pps, idr]],
    ['aggregated and in fragments', [stapA, ...fuA]],
  ])('becomes a frame with lengths, from NAL units %s', (_name, payloads) => {
    const format = createPayloadFormat('H264');
    const parts = payloads.map((payload) => format.read(payload));
    expect(parts.every((part) => part !== null)).toBe(true);
    const frame = format.assemble(payloads);
    expect(frame?.isKeyframe).toBe(true);
    expect(frame?.data).toEqual(keyframe);
    expect(frame?.setup).toMatchObject({ width: 640, height: 360 });
    const configuration = frame?.setup?.codecPrivate;
    expect(configuration?.subarray(0, 4)).toEqual(Buffer.from([1, 66, 0xe0, 31]));
    expect(configuration?.includes(sps) && configuration.includes(pps)).toBe(true);
  });

  test('remembers its parameter sets, and cannot begin without them', () => {
    const format = createPayloadFormat('H264');
    expect(format.assemble([idr])).toBeNull();
    format.assemble([sps, pps]);
    expect(format.assemble([idr])?.setup).toMatchObject({ width: 640, height: 360 });
    expect(format.assemble([Buffer.from([0x41, 1, 2])])?.isKeyframe).toBe(false);
  });

  test('is not a frame if a fragment is missing', () => {
    const format = createPayloadFormat('H264');
    expect(format.read(fuA[1] ?? Buffer.alloc(0))?.isFrameStart).toBe(false);
    expect(format.assemble([sps, pps, ...fuA.slice(1)])).toBeNull();
    expect(format.assemble([sps, pps, ...fuA.slice(0, 2)])).toBeNull();
  });
});

test.each([
  [[0xf8], 20],
  [[0xe0], 2.5],
  [[0x08], 20],
  [[0x19], 120],
  [[0x60], 10],
  [[0xfb, 0x03], 60],
])('an Opus packet that begins with %j lasts for %d ms', (bytes, durationMs) => {
  expect(opusDurationMs(Buffer.from(bytes))).toBe(durationMs);
});

function word(value: number): string {
  return value.toString(2).padStart(16, '0');
}
