import { expect, test } from 'vitest';
import { Histogram, percentileOf } from './histogram.ts';

test('an empty histogram has no percentiles', () => {
  expect(new Histogram().percentile(0.5)).toBeNull();
  expect(percentileOf([], 0.5)).toBeNull();
});

test('small values are counted exactly', () => {
  const histogram = new Histogram();
  for (const value of [1, 2, 3, 4, 63]) histogram.record(value);
  expect(histogram.percentile(0.5)).toBe(3);
  expect(histogram.percentile(1)).toBe(63);
  expect(histogram.count).toBe(5);
});

test('a percentile lies at most a thirty-second above the true value and never below it', () => {
  for (const value of [64, 65, 127, 128, 1000, 4095, 4096, 99_999, 3_000_000]) {
    const histogram = new Histogram();
    histogram.record(value);
    const found = histogram.percentile(0.5) ?? -1;
    expect(found).toBeGreaterThanOrEqual(value);
    expect(found).toBeLessThanOrEqual(value * (1 + 1 / 32));
  }
});

test('merged histograms, also through JSON, count what both counted', () => {
  const low = new Histogram();
  const high = new Histogram();
  for (let value = 1; value <= 99; value += 1) low.record(value % 10);
  high.record(5000);
  const both = new Histogram(JSON.parse(JSON.stringify(low)));
  both.merge(high);
  expect(both.count).toBe(100);
  expect(both.percentile(0.99)).toBe(9);
  expect(both.percentile(1)).toBeGreaterThanOrEqual(5000);
});

test('percentiles of a list are members of it', () => {
  expect(percentileOf([40, 10, 30, 20], 0.5)).toBe(20);
  expect(percentileOf([40, 10, 30, 20], 0.95)).toBe(40);
  expect(percentileOf([7], 0.01)).toBe(7);
});
