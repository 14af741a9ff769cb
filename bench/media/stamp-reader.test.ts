import { expect, test } from 'vitest';
import { type Stamp, stampBytes, writeStamp } from './stamp.ts';
import { StampReader } from './stamp-reader.ts';

const stamp = (counter: number): Stamp => ({ streamId: 7, counter, sentUs: 1_000 + counter });

/** Media with a stamp at the end of every `length` bytes. */
function stamped(count: number, length: number): Buffer {
  const parts = Array.from({ length: count }, (_, counter) => {
    const part = Buffer.alloc(length, 0x52);
    writeStamp(part, stamp(counter));
    return part;
  });
  return Buffer.concat(parts);
}

/** The stamps of media that is split into packets of `length` bytes, of which those numbered in `lost` are missing. */
function readCut(media: Buffer, length: number, lost: readonly number[] = []): Stamp[] {
  const reader = new StampReader();
  const stamps: Stamp[] = [];
  for (let index = 0; index * length < media.length; index += 1) {
    if (lost.includes(index)) continue;
    const bytes = media.subarray(index * length, (index + 1) * length);
    stamps.push(...reader.read({ bytes, sequence: (65_530 + index) & 0xffff }));
  }
  return stamps;
}

const all = (count: number) => Array.from({ length: count }, (_, counter) => stamp(counter));

test('stamps at the end of packets are found', () => {
  expect(readCut(stamped(20, 100), 100)).toEqual(all(20));
});

test('stamps are found wherever the packets were split again', () => {
  for (let length = 5; length < 260; length += 1) expect(readCut(stamped(20, 100), length)).toEqual(all(20));
});

test('a stamp of which a part got lost is none', () => {
  // The first stamp is at 82 … 99, in the packets 0 and 1.
  expect(readCut(stamped(3, 100), 90, [1]).map(({ counter }) => counter)).toEqual([1, 2]);
  expect(readCut(stamped(3, 100), 90, [0]).map(({ counter }) => counter)).toEqual([1, 2]);
});

test('what has no stamps has none, and costs none of those that come', () => {
  const reader = new StampReader();
  expect(reader.read({ bytes: Buffer.alloc(0), sequence: 1 })).toEqual([]);
  expect(reader.read({ bytes: Buffer.from('RST'), sequence: 2 })).toEqual([]);
  const media = stamped(1, stampBytes);
  expect(reader.read({ bytes: media, sequence: 3 })).toEqual([stamp(0)]);
});
