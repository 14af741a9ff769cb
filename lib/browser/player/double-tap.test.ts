import { expect, it } from 'vitest';
import { DoubleTap } from './double-tap.ts';

const tap = (timeStamp: number, clientX = 100) => ({ timeStamp, clientX, clientY: 100 });

it('is two taps at one place, one soon after the other; the third begins anew', () => {
  const taps = new DoubleTap();
  expect([0, 200, 400, 600].map((at) => taps.isSecond(tap(at)))).toEqual([false, true, false, true]);
});

it('is not two taps far from each other, in time or place', () => {
  const taps = new DoubleTap();
  expect([tap(0), tap(800), tap(900, 300)].map((each) => taps.isSecond(each))).toEqual([false, false, false]);
});
