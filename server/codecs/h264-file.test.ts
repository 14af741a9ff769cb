import { describe, expect, test } from 'vitest';
import { framesIn, nalLengthSize, withParameterSets } from './h264-file.ts';
import { spsOf, testPps } from './testing/test-frames.ts';

const sps = spsOf(640, 360);
const picture = Buffer.from([0x65, 1, 2, 3]);

function withLengths(size: number, ...units: Buffer[]): Buffer {
  const parts = units.flatMap((unit) => {
    const length = Buffer.alloc(size);
    length.writeUIntBE(unit.length, 0, size);
    return [length, unit];
  });
  return Buffer.concat(parts);
}

function configurationOf(lengthSize: number): Buffer {
  const head = Buffer.from([1, 66, 0xe0, 31, 0xfc | (lengthSize - 1), 0xe1]);
  return Buffer.concat([head, withLengths(2, sps), Buffer.from([1]), withLengths(2, testPps)]);
}

test.each([1, 2, 4])(
  'a keyframe without parameter sets gets those of its container, with lengths of %d bytes',
  (size) => {
    const configuration = configurationOf(size);
    expect(nalLengthSize(configuration)).toBe(size);
    const keyframe = withParameterSets(withLengths(size, picture), configuration);
    expect(keyframe).toEqual(withLengths(size, sps, testPps, picture));
  },
);

test('a keyframe that contains its own is unchanged', () => {
  const own = withLengths(4, spsOf(1280, 720), testPps, picture);
  expect(withParameterSets(own, configurationOf(4))).toBe(own);
});

test('a truncated frame is neither read beyond its end nor lost', () => {
  const torn = Buffer.from([0, 0, 1, 0, 0x65]);
  expect(withParameterSets(torn, configurationOf(4)).subarray(-5)).toEqual(torn);
  expect(withParameterSets(Buffer.alloc(0), Buffer.alloc(0))).toHaveLength(0);
});

describe('a packet of a file', () => {
  const [firstSlice, laterSlice] = [Buffer.from([0x41, 0x9a, 2, 3]), Buffer.from([0x41, 0x4d, 4, 5])];
  const keySlice = Buffer.from([0x65, 0x88, 6, 7]);
  const delimiter = Buffer.from([0x09, 0x30]);
  const configuration = configurationOf(4);

  test('with one frame is that frame, also with several slices', () => {
    for (const [units, isKeyframe] of [
      [[firstSlice], false],
      [[delimiter, firstSlice, laterSlice, laterSlice], false],
      [[sps, testPps, keySlice, Buffer.from([0x65, 0x4d, 8, 9])], true],
    ] as const) {
      const packet = withLengths(4, ...units);
      expect(framesIn(packet, configuration)).toEqual([{ data: packet, isKeyframe }]);
    }
  });

  test.each([1, 2, 4])('with several frames is taken apart, and nothing is lost; lengths have %d bytes', (size) => {
    const frames = [
      { units: [firstSlice, laterSlice], isKeyframe: false },
      { units: [sps, testPps, keySlice], isKeyframe: true },
      { units: [delimiter, firstSlice], isKeyframe: false },
      { units: [firstSlice], isKeyframe: false },
    ].map(({ units, isKeyframe }) => ({ data: withLengths(size, ...units), isKeyframe }));
    expect(framesIn(Buffer.concat(frames.map(({ data }) => data)), configurationOf(size))).toEqual(frames);
  });

  test('that is truncated is neither read beyond its end nor lost', () => {
    const torn = Buffer.concat([withLengths(4, firstSlice), Buffer.from([0, 0, 1, 0, 0x65, 0x88])]);
    const parts = framesIn(torn, configuration);
    expect(Buffer.concat(parts.map(({ data }) => data))).toEqual(torn);
    expect(framesIn(Buffer.alloc(0), configuration)).toHaveLength(1);
  });
});
