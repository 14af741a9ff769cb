import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { Health } from './health.ts';

const broken = new AppError('media-failed', 'It broke.');

describe('Health', () => {
  const failed = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    failed.mockReset();
  });
  afterEach(() => vi.useRealTimers());

  it('reports a failure once', () => {
    const health = new Health(failed);
    health.opened();
    health.fail(broken);
    health.fail(new AppError('media-failed', 'It broke again.'));
    expect(failed.mock.calls).toEqual([[broken]]);
    expect(health.failure).toBe(broken);
  });

  it('makes the opening fail with what broke during it, and reports it to no one else', () => {
    const health = new Health(failed);
    health.fail(broken);
    expect(() => health.opened()).toThrow(broken);
    expect(failed).not.toHaveBeenCalled();
  });

  it('tolerates a disconnection that is over within five seconds', () => {
    const health = new Health(failed);
    health.opened();
    health.disconnected();
    vi.advanceTimersByTime(4_900);
    health.connected();
    vi.advanceTimersByTime(10_000);
    expect(failed).not.toHaveBeenCalled();
  });

  it('treats a longer disconnection as the end', () => {
    const health = new Health(failed);
    health.opened();
    health.connected();
    health.disconnected();
    vi.advanceTimersByTime(5_000);
    expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'media-interrupted' }));
  });

  it('reports a connection that was never established as such', () => {
    const health = new Health(failed);
    health.opened();
    health.unreachable();
    expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'media-never-arrived' }));
  });

  it('reports nothing and leaves no timer once it is closed', () => {
    const health = new Health(failed);
    health.opened();
    health.disconnected();
    health.close();
    health.fail(broken);
    health.disconnected();
    expect(vi.getTimerCount()).toBe(0);
    expect(failed).not.toHaveBeenCalled();
  });
});
