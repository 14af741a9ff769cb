import { describe, expect, it } from 'vitest';
import { fromAnnexB, toAnnexB } from './annex-b.ts';

const [sps, slice] = [Buffer.from([0x67, 1, 2, 3]), Buffer.from([0x65, 0, 0, 3, 1, 9])];
const prefixed = Buffer.concat([Buffer.from([0, 0, 0, 4]), sps, Buffer.from([0, 0, 0, 6]), slice]);
const coded = Buffer.concat([Buffer.from([0, 0, 0, 1]), sps, Buffer.from([0, 0, 0, 1]), slice]);

describe('H.264 with start codes', () => {
  it('R180: is made of units with lengths, and back', () => {
    expect(toAnnexB(prefixed)).toEqual(coded);
    expect(fromAnnexB(coded)).toEqual(prefixed);
  });

  it('R180: may have start codes of three bytes', () => {
    expect(fromAnnexB(Buffer.concat([Buffer.from([0, 0, 1]), sps, Buffer.from([0, 0, 1]), slice]))).toEqual(prefixed);
  });

  it('R180: has no truncated unit', () => {
    expect(toAnnexB(prefixed.subarray(0, -1))).toEqual(coded.subarray(0, 8));
    expect(fromAnnexB(Buffer.from([1, 2, 3]))).toEqual(Buffer.alloc(0));
  });
});
