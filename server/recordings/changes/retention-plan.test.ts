import { describe, expect, test } from 'vitest';
import { recordingSchema } from '../../../lib/recording-schema.ts';
import {
  type LimitedRecording,
  planRetention,
  type RetentionSettings,
  spaceNoticeMs,
  warnedBeforeMs,
} from './retention-plan.ts';

const dayMs = 86_400_000;
const now = 1_000 * dayMs;
const longAgo = { age: 0, space: 0 };
/** Marked 29 days ago, because of both limits. */
const marked = { markedSince: { age: now - 29 * dayMs, space: now - 29 * dayMs } };

const recording = (id: string, ageDays: number, about: object = {}): LimitedRecording => ({
  ...recordingSchema.parse({
    ...{ id, channel: 'club', title: id, startedAt: now - ageDays * dayMs, durationMs: 1, sizeBytes: 10, codecs: [] },
    ...{ contentType: 'video/webm', state: 'ready', failure: null, ...about },
  }),
  markedSince: { age: null, space: null },
  ...about,
});

function plan(recordings: readonly LimitedRecording[], limits: Partial<RetentionSettings>, since = longAgo, at = now) {
  const { due, warned } = planRetention(recordings, { keepMs: null, maxBytes: null, ...limits }, since, at);
  return { due: [...due.keys()].join(''), warned: Object.fromEntries(warned) };
}

/** The plan of a later time, with the marks of the one before. */
function planNext(all: readonly LimitedRecording[], limits: Partial<RetentionSettings>, at: number, before = now) {
  const { marks } = planRetention(all, { keepMs: null, maxBytes: null, ...limits }, longAgo, before);
  const noted = all.map((one) => ({ ...one, markedSince: marks.get(one.id) ?? { age: null, space: null } }));
  return plan(noted, limits, longAgo, at);
}

describe('a limit of age', () => {
  const keepMs = 30 * dayMs;

  test('deletes what is older, and marks what will be within seven days', () => {
    const ages = { a: 40, b: 30, c: 25, d: 23, e: 22 };
    const all = Object.entries(ages).map(([id, age]) => recording(id, age, marked));
    expect(plan([...all, recording('f', 0)], { keepMs })).toEqual({
      due: 'ab',
      warned: { c: { because: 'age', at: now + 5 * dayMs }, d: { because: 'age', at: now + 7 * dayMs } },
    });
  });

  test('marks for seven days what was not marked before, however old it is', () => {
    const all = [recording('a', 400), recording('b', 1)];
    const at = now + warnedBeforeMs;
    expect(plan(all, { keepMs })).toEqual({ due: '', warned: { a: { because: 'age', at } } });
    expect(planNext(all, { keepMs }, at - 1)).toEqual({ due: '', warned: { a: { because: 'age', at } } });
    expect(planNext(all, { keepMs }, at).due).toBe('a');
  });

  test('marks for as long as recordings are kept, if that is shorter', () => {
    const all = [recording('a', 3), recording('b', 0)];
    expect(plan(all, { keepMs: dayMs }).warned).toEqual({ a: { because: 'age', at: now + dayMs } });
  });

  test('that is new only marks for seven days', () => {
    const all = [recording('a', 400, marked), recording('b', 1)];
    const at = now - dayMs + warnedBeforeMs;
    expect(plan(all, { keepMs }, { age: now - dayMs, space: 0 })).toEqual({
      due: '',
      warned: { a: { because: 'age', at } },
    });
    expect(plan(all, { keepMs }, { age: now - warnedBeforeMs, space: 0 }).due).toBe('a');
  });
});

describe('a limit of space', () => {
  const sized = (ages: readonly number[], about: object = marked) =>
    ages.map((age) => recording(String.fromCharCode(97 + ages.indexOf(age)), age, about));

  test('deletes the oldest until the rest fits, and marks what the next tenth would cost', () => {
    expect(plan(sized([5, 4, 3, 2, 1]), { maxBytes: 40 })).toEqual({
      due: 'a',
      warned: { b: { because: 'space', at: null } },
    });
    expect(plan(sized([5, 4, 3, 2, 1]), { maxBytes: 54 }).warned).toEqual({ a: { because: 'space', at: null } });
    expect(plan(sized([5, 4, 3, 2, 1]), { maxBytes: 56 })).toEqual({ due: '', warned: {} });
  });

  test('marks for a day what was not marked before, however much there is', () => {
    const all = sized([5, 4, 3], { markedSince: { age: null, space: null } });
    const at = now + spaceNoticeMs;
    const warned = { a: { because: 'space', at }, b: { because: 'space', at } };
    expect(plan(all, { maxBytes: 11 })).toEqual({ due: '', warned });
    expect(planNext(all, { maxBytes: 11 }, at - 1)).toEqual({ due: '', warned });
    expect(planNext(all, { maxBytes: 11 }, at).due).toBe('ab');
  });

  test('takes nothing in the place of an older recording that is marked only since now', () => {
    const all = [recording('a', 5), recording('b', 4, marked), recording('c', 3)];
    expect(plan(all, { maxBytes: 25 })).toEqual({
      due: '',
      warned: { a: { because: 'space', at: now + spaceNoticeMs } },
    });
  });

  test('forgets the mark of what stays', () => {
    const all = [recording('a', 5, marked), recording('b', 4)];
    expect(planNext(all, { maxBytes: 100 }, now).warned).toEqual({});
    expect(planRetention(all, { keepMs: null, maxBytes: 100 }, longAgo, now).marks.size).toBe(0);
  });

  test('keeps the mark of age apart: who was promised a later day is marked for a day because of space', () => {
    const all = [recording('a', 25, { markedSince: { age: now - 2 * dayMs, space: null } }), recording('b', 1)];
    expect(plan(all, { keepMs: 30 * dayMs, maxBytes: 15 })).toEqual({
      due: '',
      warned: { a: { because: 'space', at: now + spaceNoticeMs } },
    });
  });

  test('that is new only marks for a day', () => {
    const since = { age: 0, space: now - 1 };
    const at = now - 1 + spaceNoticeMs;
    expect(plan(sized([3, 2, 1]), { maxBytes: 29 }, since)).toEqual({
      due: '',
      warned: { a: { because: 'space', at } },
    });
  });

  test('counts what is growing', () => {
    const growing = recording('c', 0, { state: 'recording', sizeBytes: 50, durationMs: null });
    const all = [recording('a', 3, marked), recording('b', 2), growing];
    expect(plan(all, { maxBytes: 65 }).due).toBe('a');
  });

  test('counts neither the trash nor what goes by age', () => {
    const all = [
      ...[recording('a', 50, marked), recording('b', 20, { deletedAt: 1, ...marked })],
      ...[recording('c', 10, marked), recording('d', 1)],
    ];
    expect(plan(all, { keepMs: 40 * dayMs, maxBytes: 23 })).toEqual({ due: 'a', warned: {} });
  });
});

describe('both limits', () => {
  test('leave the newest, however old and large it is', () => {
    expect(plan([recording('a', 900, { sizeBytes: 1e12, ...marked })], { keepMs: dayMs, maxBytes: 1 })).toEqual({
      due: '',
      warned: {},
    });
  });

  test.each([
    { state: 'recording', durationMs: null },
    { state: 'finishing', durationMs: null },
    { state: 'failed', failure: 'nothingCame', durationMs: null },
  ] as const)('leave the newest that can be watched, even if a newer one is %o', (about) => {
    const all = [recording('a', 900, marked), recording('b', 800, marked), recording('c', 0, about)];
    expect(plan(all, { keepMs: dayMs, maxBytes: 1 }).due).toBe('a');
  });

  test.each([{ state: 'recording' }, { state: 'finishing' }, { isKept: true }, { deletedAt: 5 }])(
    'leave %o',
    (about) => {
      const all = [recording('a', 900, { ...about, ...marked }), recording('b', 1)];
      expect(plan(all, { keepMs: dayMs, maxBytes: 15 })).toEqual({ due: '', warned: {} });
    },
  );

  test('delete failed recordings like others', () => {
    const failed = { state: 'failed', failure: 'nothingCame', durationMs: null, ...marked };
    expect(plan([recording('a', 900, failed), recording('b', 1)], { keepMs: dayMs * 2 }).due).toBe('a');
  });
});
