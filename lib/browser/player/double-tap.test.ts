import { expect, it } from 'vitest';
import { DoubleTap } from './double-tap.ts';

const tap = (timeStamp: number, clientX = 100) => ({ timeStamp, clientX, clientY: 100 });

it('is two quick taps at the same position; the third one starts again', () => {
  const taps = new DoubleTap();
  expect([0, 200, 400, 600].map((at) => taps.isSecond(tap(at)))).toEqual([false, true, false, true]);
});

it('is not two taps that are far apart in time or position', () => {
  const taps = new DoubleTap();
  expect([tap(0), tap(800), tap(900, 300)].map((each) => taps.isSecond(each))).toEqual([false, false, false]);
});
