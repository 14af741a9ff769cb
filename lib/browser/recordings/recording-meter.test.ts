import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { RecordingMeasure } from '../../recording-measure.ts';
import { settle } from '../testing/signaling-doubles.ts';
import { RecordingMeter } from './recording-meter.ts';

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

/** A meter, and a server that starts recording now. */
function setUp() {
  const since = Date.now();
  const server = { lateMs: 0, isAway: false };
  const ask = vi.fn(async (): Promise<RecordingMeasure> => {
    if (server.isAway) throw new AppError('connection-lost', 'There is no connection.');
    const recordedMs = Date.now() - since - server.lateMs;
    return { recordedMs, sizeBytes: recordedMs * 100, freeBytes: 1e9, remainingMs: 1e7 };
  });
  return { meter: new RecordingMeter(ask), ask, server };
}

test('asks every few seconds while recording, and counts on in between', async () => {
  const { meter, ask } = setUp();
  const reported = vi.fn();
  meter.state.subscribe(reported);
  meter.follow('recording');
  await settle();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(meter.state.get()).toMatchObject({ recordedMs: 4_000, sizeBytes: 0 });
  expect(reported).toHaveBeenCalledTimes(5);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(meter.state.get()).toMatchObject({ recordedMs: 5_000, sizeBytes: 500_000 });
});

test('never goes back because a reply was slow', async () => {
  const { meter, server } = setUp();
  meter.follow('recording');
  await vi.advanceTimersByTimeAsync(4_500);
  server.lateMs = 900;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(meter.state.get()?.recordedMs).toBeGreaterThanOrEqual(5_000);
});

test.each(['paused', 'finished'] as const)('asks once and does not count when the recording is %s', async (phase) => {
  const { meter, ask } = setUp();
  meter.follow('recording');
  await vi.advanceTimersByTimeAsync(3_000);
  meter.follow(phase);
  await settle();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(meter.state.get()?.recordedMs).toBe(3_000);
});

test.each(['off', 'starting', 'failed'] as const)('asks nothing while the recording is %s', async (phase) => {
  const { meter, ask } = setUp();
  meter.follow(phase);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).not.toHaveBeenCalled();
  expect(meter.state.get()).toBeNull();
});

test('asks again if the server did not answer, and shows nothing until then', async () => {
  const { meter, ask, server } = setUp();
  server.isAway = true;
  meter.follow('paused');
  await settle();
  expect(meter.state.get()).toBeNull();
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(meter.state.get()).toMatchObject({ remainingMs: 1e7 });
});

test('a reply that arrives after it was closed changes nothing, and no timer is left', async () => {
  const { meter } = setUp();
  meter.follow('recording');
  meter.close();
  await settle();
  expect(meter.state.get()).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});
