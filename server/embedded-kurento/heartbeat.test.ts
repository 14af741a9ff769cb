import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';

describe('the heartbeat', () => {
  let asked = 0;
  let silences = 0;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    asked = 0;
    silences = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = () =>
    startHeartbeat({
      intervalMs: 250,
      timeoutMs: 1_700,
      ask: () => {
        asked += 1;
      },
      silent: () => {
        silences += 1;
      },
    });

  it('asks immediately and then at every interval, for as long as it is answered', () => {
    const heartbeat = start();
    for (let beats = 0; beats < 40; beats += 1) {
      heartbeat.heard();
      vi.advanceTimersByTime(250);
    }
    expect([asked, silences]).toEqual([41, 0]);
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports a silence once, before two seconds are over, and stops', () => {
    start();
    vi.advanceTimersByTime(1_700);
    expect(silences).toBe(0);
    vi.advanceTimersByTime(100);
    expect([silences, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('does not count the time in which this process was held up', () => {
    start();
    vi.advanceTimersByTime(500);
    // The clock goes on, and the timer fires only when the process runs again.
    vi.setSystemTime(Date.now());
    const late = performance.now() + 5_000;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(late);
    vi.advanceTimersToNextTimer();
    clock.mockRestore();
    expect(silences).toBe(0);
  });
});
