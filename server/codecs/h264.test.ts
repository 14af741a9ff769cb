import { expect, test } from 'vitest';
import { nalLengthSize, withParameterSets } from './h264.ts';
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
