import { afterEach, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { RateLimit } from './rate-limit.ts';
import { RateLimits } from './rate-limits.ts';

it('allows a burst of the full count, then one event whenever its share of the time has passed', () => {
  let now = 5_000;
  const limit = new RateLimit({ count: 4, perMs: 1_000 }, () => now);
  expect([1, 2, 3, 4].map(() => limit.spend('a'))).toEqual([0, 0, 0, 0]);
  expect(limit.spend('a')).toBe(250);
  expect(limit.spend('b')).toBe(0);
  now += 249;
  expect(limit.spend('a')).toBe(1);
  now += 1;
  expect(limit.spend('a')).toBe(0);
  expect(limit.spend('a')).toBe(250);
  now += 10_000;
  expect([1, 2, 3, 4].map(() => limit.spend('a'))).toEqual([0, 0, 0, 0]);
  expect(limit.spend('a')).toBe(250);
});

it('lets through no more than the rate over a long time, however often it is asked', () => {
  let now = 0;
  const limit = new RateLimit({ count: 10, perMs: 1_000 }, () => now);
  let passed = 0;
  for (; now < 60_000; now += 1) if (limit.spend('a') === 0) passed += 1;
  expect(passed).toBeGreaterThanOrEqual(600);
  expect(passed).toBeLessThanOrEqual(610);
});

it('forgets keys that have their full allowance, and never remembers more than it can hold', () => {
  let now = 0;
  const limit = new RateLimit({ count: 1, perMs: 1_000 }, () => now);
  for (let index = 0; index < 1_000; index++) limit.spend(`old ${index}`);
  now = 1_000;
  limit.spend('new');
  expect(limit.size).toBe(1);
  for (let index = 0; index < 60_000; index++) limit.spend(`key ${index}`);
  expect(limit.size).toBe(50_000);
});

/** Stops the clock: in real time, an allowance grows while a test is slow. */
const standStill = () => vi.useFakeTimers({ toFake: ['performance'] });
afterEach(() => void vi.useRealTimers());

it('limits each socket and each address', () => {
  standStill();
  const limits = new RateLimits(1);
  const join = (session: string) => limits.spend('join', { address: '203.0.113.7', session });
  for (let index = 0; index < 60; index++) join('greedy');
  expect(() => join('greedy')).toThrow(AppError);
  expect(() => join('greedy')).toThrow(/again in 1 s/);
  // A class behind one router comes at the same moment.
  for (let index = 0; index < 940; index++) join(`pupil ${index}`);
  expect(() => join('one too many')).toThrow(AppError);
  expect(() => limits.spend('join', { address: '203.0.113.8', session: 'elsewhere' })).not.toThrow();
});

it('multiplies all limits by the factor, and limits nothing if that is 0', () => {
  standStill();
  const count = (factor: number) => {
    const limits = new RateLimits(factor);
    for (let index = 0; index < 10_000; index++) {
      try {
        limits.spend('message', { address: 'x', session: 'y' });
      } catch {
        return index;
      }
    }
    return Number.POSITIVE_INFINITY;
  };
  expect([count(1) >= 200, count(1) < 210]).toEqual([true, true]);
  expect([count(0.1) >= 20, count(0.1) < 25]).toEqual([true, true]);
  expect(count(0)).toBe(Number.POSITIVE_INFINITY);
});
