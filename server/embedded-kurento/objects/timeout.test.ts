import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replyTimeoutMs, settlesWithin } from './timeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('waiting before a reply', () => {
  it('D12: takes less than the 20 s after which a client gives up', async () => {
    expect(replyTimeoutMs).toBeLessThan(20_000);
    const waiting = settlesWithin(replyTimeoutMs, new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(replyTimeoutMs);
    expect(await waiting).toBe(false);
  });

  it('D12: ends as soon as the result is there, and fails with it', async () => {
    expect(await settlesWithin(replyTimeoutMs, Promise.resolve('there'))).toBe(true);
    await expect(settlesWithin(replyTimeoutMs, Promise.reject(new Error('It broke.')))).rejects.toThrow('It broke.');
    expect(vi.getTimerCount()).toBe(0);
  });
});
