import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

function draw(pace: Pace, from: number, ms: number, frameRate: number): number {
  for (let now = from; now < from + ms; now += 1_000 / frameRate) pace.drawn(now);
  return from + ms;
}

it('a machine that draws all pictures, or nearly all, keeps up', () => {
  const pace = new Pace(30);
  draw(pace, draw(pace, 0, 20_000, 30), 20_000, 25);
  expect(pace.isBehind).toBe(false);
});

it('one that draws too few for a while does not, until it does again; a moment does not count', () => {
  const pace = new Pace(30);
  let now = draw(pace, 0, 10_000, 30);
  now = draw(pace, now, 2_000, 10);
  now = draw(pace, now, 10_000, 30);
  expect(pace.isBehind).toBe(false);
  now = draw(pace, now, 15_000, 15);
  expect(pace.isBehind).toBe(true);
  draw(pace, now, 15_000, 30);
  expect(pace.isBehind).toBe(false);
});

it('one that draws nothing for a long time is behind soon after', () => {
  const pace = new Pace(30);
  for (const now of [0, 5_000, 10_000]) pace.drawn(now);
  expect(pace.isBehind).toBe(true);
});
