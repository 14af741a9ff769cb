import { describe, expect, test } from 'vitest';
import { recordingSchema } from '../../../lib/recording-schema.ts';
import { planRetention, type RetentionSettings, spaceNoticeMs, warnedBeforeMs } from './retention-plan.ts';

const dayMs = 86_400_000;
const now = 1_000 * dayMs;
const longAgo = { age: 0, space: 0 };

const recording = (id: string, ageDays: number, about: object = {}) =>
  recordingSchema.parse({
    ...{ id, channel: 'club', title: id, startedAt: now - ageDays * dayMs, durationMs: 1, sizeBytes: 10, codecs: [] },
    ...{ contentType: 'video/webm', state: 'ready', failure: null, ...about },
  });

function plan(recordings: ReturnType<typeof recording>[], limits: Partial<RetentionSettings>, since = longAgo) {
  const { due, warned } = planRetention(recordings, { keepMs: null, maxBytes: null, ...limits }, since, now);
  return { due: [...due.keys()].join(''), warned: Object.fromEntries(warned) };
}

describe('a limit of age', () => {
  const keepMs = 30 * dayMs;

  test('deletes what is older, and marks what will be within seven days', () => {
    const all = [recording('a', 40), recording('b', 30), recording('c', 25), recording('d', 23), recording('e', 22)];
    expect(plan([...all, recording('f', 0)], { keepMs })).toEqual({
      due: 'ab',
      warned: { c: { because: 'age', at: now + 5 * dayMs }, d: { because: 'age', at: now + 7 * dayMs } },
    });
  });

  test('that is new only marks for seven days', () => {
    const all = [recording('a', 400), recording('b', 1)];
    const at = now - dayMs + warnedBeforeMs;
    expect(plan(all, { keepMs }, { age: now - dayMs, space: 0 })).toEqual({
      due: '',
      warned: { a: { because: 'age', at } },
    });
    expect(plan(all, { keepMs }, { age: now - warnedBeforeMs, space: 0 }).due).toBe('a');
  });
});

describe('a limit of space', () => {
  const sized = (...ages: number[]) => ages.map((age) => recording(String.fromCharCode(97 + ages.indexOf(age)), age));

  test('deletes the oldest until the rest fits, and marks what the next tenth would cost', () => {
    expect(plan(sized(5, 4, 3, 2, 1), { maxBytes: 40 })).toEqual({
      due: 'a',
      warned: { b: { because: 'space', at: null } },
    });
    expect(plan(sized(5, 4, 3, 2, 1), { maxBytes: 54 }).warned).toEqual({ a: { because: 'space', at: null } });
    expect(plan(sized(5, 4, 3, 2, 1), { maxBytes: 56 })).toEqual({ due: '', warned: {} });
  });

  test('that is new only marks for a day', () => {
    const since = { age: 0, space: now - 1 };
    const at = now - 1 + spaceNoticeMs;
    expect(plan(sized(3, 2, 1), { maxBytes: 29 }, since)).toEqual({ due: '', warned: { a: { because: 'space', at } } });
  });

  test('counts neither the trash nor what goes by age', () => {
    const all = [recording('a', 50), recording('b', 20, { deletedAt: 1 }), recording('c', 10), recording('d', 1)];
    expect(plan(all, { keepMs: 40 * dayMs, maxBytes: 23 })).toEqual({ due: 'a', warned: {} });
  });
});

describe('both limits', () => {
  test('leave the newest, however old and large it is', () => {
    expect(plan([recording('a', 900, { sizeBytes: 1e12 })], { keepMs: dayMs, maxBytes: 1 })).toEqual({
      due: '',
      warned: {},
    });
  });

  test.each([{ state: 'recording' }, { state: 'finishing' }, { isKept: true }, { deletedAt: 5 }])(
    'leave %o',
    (about) => {
      const all = [recording('a', 900, about), recording('b', 1)];
      expect(plan(all, { keepMs: dayMs, maxBytes: 15 })).toEqual({ due: '', warned: {} });
    },
  );

  test('delete failed recordings like others', () => {
    const all = [recording('a', 900, { state: 'failed', failure: 'nothingCame', durationMs: null }), recording('b', 1)];
    expect(plan(all, { keepMs: dayMs * 2 }).due).toBe('a');
  });
});
