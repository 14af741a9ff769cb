import { expect, it } from 'vitest';
import { measureDiskSpace } from './disk-space.ts';

const info = { recordedMs: 60_000, sizeBytes: 6_000_000, joinBytes: 0, freeBytes: 60_000_000 };

it('estimates how long a recording can go on at its rate so far', () => {
  expect(measureDiskSpace(info).remainingMs).toBe(600_000);
});

it('keeps space for the joined file of a recording in parts', () => {
  expect(measureDiskSpace({ ...info, joinBytes: 6_000_000 }).remainingMs).toBe(270_000);
  expect(measureDiskSpace({ ...info, joinBytes: 6_000_000, freeBytes: 1_000_000 }).remainingMs).toBe(0);
});

it.each([
  ['is shorter than five seconds', { recordedMs: 4_900 }],
  ['has nothing on disk yet', { sizeBytes: 0 }],
])('estimates nothing for a recording that %s', (_, change) => {
  expect(measureDiskSpace({ ...info, ...change })).toMatchObject({ freeBytes: 60_000_000, remainingMs: null });
});
