import { expect, test } from 'vitest';
import { FrameBudget } from './video-frames.ts';

test('ten seconds of frames have the packets of ten seconds, keyframe included', () => {
  const budget = new FrameBudget();
  let packets = 0;
  for (let frame = 0; frame < 300; frame += 1) packets += budget.next(frame === 0);
  expect(packets).toBeGreaterThanOrEqual(1729);
  expect(packets).toBeLessThanOrEqual(1730);
});

test('every frame has at least two packets and a keyframe the most', () => {
  const budget = new FrameBudget();
  const sizes = Array.from({ length: 60 }, (_, frame) => budget.next(frame % 30 === 0));
  expect(Math.min(...sizes)).toBe(2);
  expect(sizes[30]).toBe(Math.max(...sizes));
});
