import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Absence } from './absence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const server = { nowMs: 1_000 };
  return { server, absence: new Absence(() => server.nowMs) };
}

test('an absence is long when both clocks say so', () => {
  const { server, absence } = setUp();
  absence.begin();
  vi.setSystemTime(Date.now() + 20_000);
  server.nowMs += 20_000;
  expect([absence.seemsLong, absence.wasLong]).toEqual([false, false]);
  vi.setSystemTime(Date.now() + 20_000);
  server.nowMs += 20_000;
  expect([absence.seemsLong, absence.wasLong]).toEqual([true, true]);
  absence.end();
  expect(absence.seemsLong).toBe(false);
});

test('setting the clock makes an absence seem long, and the server corrects that', () => {
  const { server, absence } = setUp();
  absence.begin();
  vi.setSystemTime(Date.now() + 3_600_000);
  server.nowMs += 2_000;
  expect([absence.seemsLong, absence.wasLong]).toEqual([true, false]);
});

test('a sleep counts from its start', () => {
  const { server, absence } = setUp();
  absence.begin(60_000);
  expect(absence.seemsLong).toBe(true);
  // The server's time, as known here, did not advance either until the server replied.
  server.nowMs += 60_000;
  expect(absence.wasLong).toBe(true);
});
