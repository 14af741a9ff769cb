import { expect, test } from 'vitest';
import { fileSize } from './file-size.ts';

test.each([
  [-1, 0, 'byte', 0],
  [999, 999, 'byte', 0],
  [1_400, 1.4, 'kilobyte', 1],
  [52_300_000, 52.3, 'megabyte', 1],
  [812_000_000, 812, 'megabyte', 0],
  [999_700_000, 0.9997, 'gigabyte', 1],
  [3e18, 3_000_000, 'terabyte', 0],
] as const)('%i bytes are %d %ss with %i decimals', (bytes, value, unit, decimals) => {
  expect(fileSize(bytes)).toEqual({ value, unit, decimals });
});
