import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StatsReport } from '../rtc/link-stats.ts';
import { statsReport } from '../testing/link-stats.ts';
import { LinkMonitor } from './link-monitor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A link that delivers 30 frames per second by default. */
function setUp() {
  const link = { framesDecoded: 0, freezeCount: 0, bytesReceived: 0, timestamp: 0, visible: true, there: true };
  const report = vi.fn((): Promise<StatsReport | null> => {
    link.framesDecoded += 30;
    link.bytesReceived += 125_000;
    link.timestamp += 1_000;
    return Promise.resolve(link.there ? statsReport({ video: link, audio: { timestamp: link.timestamp } }) : null);
  });
  const monitor = new LinkMonitor(report, { isPageVisible: () => link.visible });
  return { link, report, monitor, seconds: (count: number) => vi.advanceTimersByTimeAsync(count * 1_000) };
}

test('it has figures a second after it was opened, and stops measuring once it is closed', async () => {
  const { monitor, report, seconds } = setUp();
  monitor.open();
  monitor.open();
  await seconds(1);
  expect(monitor.state.get()).toMatchObject({ figures: { framesPerSecond: 30, kbps: 1_000 }, stutter: 'none' });
  monitor.close();
  const looks = report.mock.calls.length;
  await seconds(5);
  expect(report).toHaveBeenCalledTimes(looks);
  expect(monitor.state.get()).toEqual({ figures: null, stutter: 'none' });
});

test('it reports a freeze and its cause, and nothing once it is over', async () => {
  const { monitor, link, seconds } = setUp();
  monitor.open();
  await seconds(3);
  link.freezeCount += 3;
  await seconds(1);
  expect(monitor.state.get().stutter).toBe('upstream');
  monitor.setPresenterHealth('poor');
  await seconds(1);
  expect(monitor.state.get().stutter).toBe('presenter');
  await seconds(4);
  expect(monitor.state.get().stutter).toBe('none');
});

test('stutter while the page was hidden is not reported afterwards', async () => {
  const { monitor, link, seconds } = setUp();
  monitor.open();
  await seconds(3);
  link.visible = false;
  link.freezeCount += 5;
  await seconds(3);
  link.visible = true;
  link.freezeCount += 5;
  await seconds(3);
  expect(monitor.state.get().stutter).toBe('none');
});

test('a link that is gone has no figures, and the next one starts again', async () => {
  const { monitor, link, seconds } = setUp();
  monitor.open();
  await seconds(2);
  link.there = false;
  await seconds(1);
  expect(monitor.state.get().figures).toBeNull();
  link.there = true;
  await seconds(1);
  expect(monitor.state.get().figures).toMatchObject({ framesPerSecond: null });
});
