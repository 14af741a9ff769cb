import { expect, it } from 'vitest';
import { limitFor } from './stage-limit.ts';

const offered = [
  { tier: 'high', size: 1_080 },
  { tier: 'middle', size: 540 },
  { tier: 'low', size: 180 },
] as const;

it.each([
  [1_440, 'high'],
  [1_080, 'high'],
  [640, 'high'],
  [620, 'middle'],
  [400, 'middle'],
  [200, 'low'],
  [0, 'low'],
] as const)('a stage of %d pixels shows no more than the tier %s', (shortSide, tier) => {
  expect(limitFor(shortSide, offered)).toBe(tier);
});

it('the largest tier is no more than anybody can show while sizes are unknown', () => {
  expect(limitFor(100, [])).toBe('high');
  expect(limitFor(2_000, [{ tier: 'high', size: null }])).toBe('high');
});
