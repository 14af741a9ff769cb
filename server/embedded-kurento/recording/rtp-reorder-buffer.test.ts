import { expect, test } from 'vitest';
import { streamStart } from '../../codecs/testing/test-seed.ts';
import { RtpReorderBuffer } from './rtp-reorder-buffer.ts';

/** Packets are identified by how many come before them, wherever the stream begins. */
function open(first = streamStart('reordered').sequenceNumber) {
  const out: (number | 'lost')[] = [];
  const buffer = new RtpReorderBuffer<{ sequenceNumber: number; arrivedAt: number }>({
    packet: ({ sequenceNumber }) => out.push((sequenceNumber - first) & 0xffff),
    lost: () => out.push('lost'),
  });
  const push = (index: number, arrivedAt = 0): void =>
    buffer.push({ sequenceNumber: (first + index) & 0xffff, arrivedAt });
  return { out, buffer, push };
}

test('packets in order pass without delay, across the wrap-around', () => {
  const { out, push } = open(65_534);
  for (const index of [0, 1, 2, 3]) push(index);
  expect(out).toEqual([0, 1, 2, 3]);
});

test('a late packet is waited for, and duplicates are dropped', () => {
  const { out, push } = open();
  for (const number of [1, 3, 4, 3, 2, 2, 5, 1]) push(number);
  expect(out).toEqual([1, 2, 3, 4, 5]);
});

test('a gap is given up after 300 ms, and each gap has its own time', () => {
  const { out, push } = open();
  push(1, 0);
  push(3, 10);
  push(5, 200);
  push(6, 320);
  expect(out).toEqual([1, 'lost', 3]);
  push(7, 510);
  expect(out).toEqual([1, 'lost', 3, 'lost', 5, 6, 7]);
  push(4, 520);
  expect(out).toEqual([1, 'lost', 3, 'lost', 5, 6, 7]);
});

test('a gap is given up without another packet, too', () => {
  const { out, push, buffer } = open();
  push(1, 0);
  push(3, 10);
  buffer.expire(200);
  expect(out).toEqual([1]);
  buffer.expire(311);
  expect(out).toEqual([1, 'lost', 3]);
});

test('a step that is too large for a gap begins a new stream', () => {
  const { out, push } = open();
  for (const number of [1, 3, 30_000, 30_001]) push(number);
  expect(out).toEqual([1, 'lost', 3, 'lost', 30_000, 30_001]);
});
