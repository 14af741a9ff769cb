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

test('a show and its media plan are stored side by side', () => {
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
])('the stored value %s is ignored', (kept) => {
  const storage = { getItem: () => kept };
  expect(loadPlan(storage)).toEqual(defaultPlan);
  expect(loadShow(storage)).toEqual({});
});

test('a browser that stores nothing does not cause a failure', () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('', 'QuotaExceededError');
    },
  };
  expect(() => savePlan(full, plan)).not.toThrow();
});
