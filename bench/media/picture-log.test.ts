import { expect, test } from 'vitest';
import { PictureLog } from './picture-log.ts';

test('a gap lasts until a keyframe of the next source, and the longest is kept', () => {
  let now = 1_000;
  const log = new PictureLog(() => now);
  expect(log.sinceLastMs).toBeNull();
  const note = (at: number, source: string, startsKeyframe = false) => {
    now = at;
    log.note(source, startsKeyframe);
  };
  note(1_000, 'one');
  expect(log.sources).toBe(0);
  note(1_033, 'one', true);
  note(1_066, 'one');
  note(1_700, 'two');
  note(2_066, 'two', true);
  note(2_100, 'two');
  expect(log.gaps).toEqual([{ fromMs: 1_066, toMs: 2_066 }]);
  expect(log.longestGapMs).toBe(1_000);
  expect(log.sources).toBe(2);
  expect(log.firstBeginningAfter(1_100)).toBe(2_066);
  expect(log.firstBeginningAfter(2_066)).toBeNull();
  now = 5_100;
  expect(log.longestGapMs).toBe(3_000);
});
