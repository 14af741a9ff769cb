import { expect, it } from 'vitest';
import { RecordedTime } from './stored-recording.ts';

it('adds up the parts, without the pauses between them', () => {
  const time = new RecordedTime();
  time.begin(1_000);
  expect(time.ms(4_000)).toBe(3_000);
  time.end(5_000);
  time.end(6_000);
  expect(time.ms(60_000)).toBe(4_000);
  time.begin(60_000);
  expect(time.ms(61_000)).toBe(5_000);
});

it('goes on in another run of the server, and never runs backwards', () => {
  const before = new RecordedTime();
  before.begin(1_000);
  const after = new RecordedTime(before.saved);
  expect(after.ms(0)).toBe(0);
  after.end(3_000);
  expect(after.saved).toEqual({ recordedMs: 2_000, partSince: null });
});

it('adopts the measured length', () => {
  const time = new RecordedTime({ recordedMs: 7_000, partSince: null });
  time.settle(6_400);
  expect(time.ms(0)).toBe(6_400);
});
