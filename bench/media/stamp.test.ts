import { expect, test } from 'vitest';
import { readStamp, stampBytes, writeStamp } from './stamp.ts';

test('a stamp is read as it was written, whatever precedes it', () => {
  const stamp = { streamId: 0xfedcba98, counter: 4_000_000_000, sentUs: 2 ** 45 + 17 };
  for (const length of [stampBytes, stampBytes + 1, 1100]) {
    const packet = Buffer.alloc(length, 0xab);
    writeStamp(packet, stamp);
    expect(readStamp(packet)).toEqual(stamp);
  }
});

test('a packet without a stamp yields none', () => {
  expect(readStamp(Buffer.alloc(stampBytes - 1))).toBeNull();
  expect(readStamp(Buffer.alloc(1100))).toBeNull();
});
