import { expect, test } from 'vitest';
import { defaultPlan } from '../capture/media-plan.ts';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { loadPlan, loadShow, savePlan, saveShow } from './saved-choices.ts';

const plan = {
  camera: 'c1',
  microphone: 'none',
  source: 'both',
  corner: 'top-left',
  quality: { height: 360, frameRate: 60 },
  sound: 'music',
} as const;

test('a show and what it is made with are remembered beside each other', () => {
  const storage = fakeStorage();
  savePlan(storage, plan);
  saveShow(storage, { channel: 'math-101', title: 'Sums', record: false });
  expect(loadPlan(storage)).toEqual(plan);
  expect(loadShow(storage)).toEqual({ channel: 'math-101', title: 'Sums', record: false });
});

test.each([
  'null',
  '7',
  '"text"',
  '{',
  '{"camera":1,"height":721,"source":"moon","corner":"middle","sound":"noise","title":3}',
])('of %s nothing is believed', (kept) => {
  const storage = { getItem: () => kept };
  expect(loadPlan(storage)).toEqual(defaultPlan);
  expect(loadShow(storage)).toEqual({});
});

test('a browser that keeps nothing is no reason to fail', () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('', 'QuotaExceededError');
    },
  };
  expect(() => savePlan(full, plan)).not.toThrow();
});
