import { expect, test } from 'vitest';
import { FrameBudget, streamShapes } from './video-frames.ts';

test('ten seconds of frames have the packets of ten seconds, keyframe included', () => {
  const budget = new FrameBudget(streamShapes.high);
  let packets = 0;
  for (let frame = 0; frame < 300; frame += 1) packets += budget.next(frame === 0);
  expect(packets).toBeGreaterThanOrEqual(1729);
  expect(packets).toBeLessThanOrEqual(1730);
});

test('every frame has at least two packets and a keyframe the most', () => {
  const budget = new FrameBudget(streamShapes.high);
  const sizes = Array.from({ length: 60 }, (_, frame) => budget.next(frame % 30 === 0));
  expect(Math.min(...sizes)).toBe(2);
  expect(sizes[30]).toBe(Math.max(...sizes));
});

test('the frames of the low tier are packets of their own, at its bitrate', () => {
  const budget = new FrameBudget(streamShapes.low);
  const sizes = Array.from({ length: 300 }, (_, frame) => budget.next(frame === 0));
  expect([sizes[0], Math.min(...sizes)]).toEqual([4, 1]);
  const packets = sizes.reduce((sum, size) => sum + size, 0);
  expect((packets * streamShapes.low.packetBytes * 8) / 10_000).toBeCloseTo(145, -1);
});
