import { expect, test } from 'vitest';
import { backoffMs } from './retry.ts';

const backoff = { firstMs: 500, maxMs: 10_000 };

test('the delay doubles with every attempt and stops growing at the maximum', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(attempt, backoff, () => 1));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('the delay is randomly reduced by up to half, so that not everyone comes back at once', () => {
  expect(backoffMs(2, backoff, () => 0)).toBe(1_000);
  expect(backoffMs(2, backoff, () => 0.5)).toBe(1_500);
});
