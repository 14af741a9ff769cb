import { expect, test } from 'vitest';
import { readRecoveryOptions } from './recovery-options.ts';

test('every fault happens five times to twenty viewers unless it is said otherwise', () => {
  expect(readRecoveryOptions([])).toEqual({ runs: 5, viewers: 20, help: false });
  expect(() => readRecoveryOptions(['--runs', '0'])).toThrow('--runs:');
});

test('the death of an edge alone needs somebody at the origin and somebody on the edge', () => {
  expect(readRecoveryOptions(['--only', 'edge', '--viewers', '2'])).toMatchObject({ only: 'edge', viewers: 2 });
  expect(() => readRecoveryOptions(['--only', 'edge', '--viewers', '1'])).toThrow('two --viewers');
  expect(() => readRecoveryOptions(['--only', 'middle'])).toThrow('--only:');
});
