import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath, sparkPath, sparkRange } from './svg-path.ts';

const frame = { until: 60_000, spanMs: 60_000, top: 100 };

test('a path goes from left to right, and larger values are higher', () => {
  const points = [
    { at: 57_000, value: 0 },
    { at: 58_500, value: 50 },
    { at: 60_000, value: 100 },
  ];
  expect(sparkPath(points, frame)).toBe('M114 32L117 16L120 0');
});

test('a path has gaps where nothing was measured, and stays in its box', () => {
  const points = [
    { at: -5_000, value: 50 },
    { at: 30_000, value: 500 },
    { at: 31_000, value: null },
    { at: 40_000, value: -3 },
  ];
  expect(sparkPath(points, frame)).toBe('M60 0M80 32');
  expect(sparkPath([], frame)).toBe('');
});

test('the range has the smallest and the largest value', () => {
  expect(sparkRange([])).toBeNull();
  expect(sparkRange([{ at: 1, value: null }])).toBeNull();
  const points = [4, 1, 9, 3].map((value, at) => ({ at, value }));
  expect(sparkRange([...points, { at: 9, value: null }])).toEqual({ least: 1, most: 9 });
});

test('a run of dark modules is one rectangle', () => {
  const [o, x] = [false, true];
  expect(qrPath([])).toBe('');
  expect(
    qrPath([
      [x, x, o],
      [o, o, o],
      [x, o, x],
    ]),
  ).toBe('M0 0h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z');
});

test('the QR code of an address is drawn module by module', () => {
  const { data, size } = encode('https://live.example/watch/math-101', { border: 4 });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, length] of qrPath(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  }
  expect(drawn).toEqual(data);
});
