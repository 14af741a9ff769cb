import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath } from './qr-path.ts';

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

test('the code of an address is drawn module by module', () => {
  const { data, size } = encode('https://live.example/watch/math-101', { border: 4 });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, length] of qrPath(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  }
  expect(drawn).toEqual(data);
});
