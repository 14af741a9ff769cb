import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DueQueue } from './due-queue.ts';

const pauses = { firstMs: 1_000, longestMs: 60_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a queue of work that becomes due', () => {
  it('does one thing at a time, the earliest first', async () => {
    const log: string[] = [];
    const work = async (id: string) => {
      log.push(`${id} begins`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      log.push(`${id} ends`);
      return null;
    };
    const queue = new DueQueue({ work, failed: () => {}, pauses });
    queue.add('late', 50);
    queue.add('one');
    queue.add('two');
    queue.add('late', 100);
    await vi.advanceTimersByTimeAsync(200);
    expect(log).toEqual(['one', 'two', 'late'].flatMap((id) => [`${id} begins`, `${id} ends`]));
    await queue.close();
  });

  it('comes back when the work says so, even weeks later', async () => {
    const times: number[] = [];
    const weeksMs = 30 * 24 * 3_600_000;
    const began = performance.now();
    const work = async () => {
      times.push(performance.now() - began);
      return times.length === 1 ? weeksMs : null;
    };
    const queue = new DueQueue({ work, failed: () => {}, pauses });
    queue.add('one');
    await vi.advanceTimersByTimeAsync(weeksMs + 1_000);
    expect(times.map((ms) => Math.round(ms / weeksMs))).toEqual([0, 1]);
    await queue.close();
  });

  it('tries what fails again for ever, after growing pauses, and lets everything wait meanwhile', async () => {
    const tries: string[] = [];
    let isDown = true;
    const work = async (id: string) => {
      tries.push(id);
      if (isDown) throw new Error('down');
      return null;
    };
    const failed = vi.fn();
    const queue = new DueQueue({ work, failed, pauses });
    for (let number = 0; number < 100; number += 1) queue.add(`${number}`);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(tries.length).toBeGreaterThan(5);
    expect(tries.length).toBeLessThan(10);
    expect(failed).toHaveBeenCalledTimes(tries.length);
    const before = tries.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(tries.length - before).toBeGreaterThanOrEqual(10);
    isDown = false;
    await vi.advanceTimersByTimeAsync(121_000);
    expect(new Set(tries).size).toBe(100);
    await queue.close();
  });

  it('interrupts and forgets what is cancelled', async () => {
    const work = vi.fn(async (_: string, signal: AbortSignal) => {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return null;
    });
    const failed = vi.fn();
    const queue = new DueQueue({ work, failed, pauses });
    queue.add('one');
    queue.add('two');
    await vi.advanceTimersByTimeAsync(1);
    await queue.cancel('two');
    await queue.cancel('one');
    await vi.advanceTimersByTimeAsync(200_000);
    expect(work).toHaveBeenCalledTimes(1);
    expect(failed).not.toHaveBeenCalled();
    await queue.close();
  });
});
