import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLogger } from '../logger.ts';
import { RenewedCertificate, renewalTime, retryPausesMs } from './renewed-certificate.ts';
import { makeSelfSignedCertificate } from './self-signed-certificate.ts';
import type { ServerCertificate } from './server-certificate.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 0, 1);
const logger = openLogger('silent');

/** A certificate that is valid for so many days from now on. */
function certificateFor(days: number): Promise<ServerCertificate> {
  const fromMs = Date.now();
  return makeSelfSignedCertificate(['localhost'], { fromMs, toMs: fromMs + days * dayMs });
}

describe('the time of a renewal', () => {
  it.each([
    [397, 367],
    [90, 60],
    [45, 30],
    [6, 4],
  ])('of a certificate for %i days is after %i days', async (days, after) => {
    const certificate = await certificateFor(days);
    expect(renewalTime(certificate) - certificate.validFromMs).toBe(after * dayMs);
  });
});

describe('a renewed certificate', () => {
  beforeEach(() => void vi.useFakeTimers({ now: nowMs }));
  afterEach(() => void vi.useRealTimers());

  it('is replaced 30 days before it expires, and again later', async () => {
    const [first, second, third] = [await certificateFor(90), await certificateFor(150), await certificateFor(300)];
    const following = [second, third];
    const seen: ServerCertificate[] = [];
    const renew = async () => following.shift() ?? third;
    const source = new RenewedCertificate({ current: first, renew, meanwhile: '', logger });
    source.onChanged((certificate) => seen.push(certificate));
    source.start();
    await vi.advanceTimersByTimeAsync(59 * dayMs);
    expect(source.current).toBe(first);
    await vi.advanceTimersByTimeAsync(2 * dayMs);
    expect(source.current).toBe(second);
    await vi.advanceTimersByTimeAsync(60 * dayMs);
    expect(source.current).toBe(third);
    expect(seen).toEqual([second, third]);
    source.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is tried for again after growing pauses, at most five times in the first hour', async () => {
    const current = await certificateFor(90);
    const attempts: number[] = [];
    const renew = async (): Promise<ServerCertificate> => {
      attempts.push(Date.now() - nowMs);
      throw new Error('The authority does not answer.');
    };
    const source = new RenewedCertificate({ current, firstRenewal: 'at once', renew, meanwhile: '', logger });
    source.start();
    await vi.advanceTimersByTimeAsync(3 * dayMs);
    expect(attempts.filter((at) => at <= 3_600_000).length).toBeLessThanOrEqual(5);
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(pauses.slice(0, retryPausesMs.length)).toEqual(retryPausesMs);
    expect(new Set(pauses.slice(retryPausesMs.length))).toEqual(new Set([retryPausesMs.at(-1)]));
    expect(source.current).toBe(current);
    source.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is no longer replaced once it is closed', async () => {
    const current = await certificateFor(90);
    let finish = (_certificate: ServerCertificate): void => {};
    const renew = () =>
      new Promise<ServerCertificate>((resolve) => {
        finish = resolve;
      });
    const source = new RenewedCertificate({ current, firstRenewal: 'at once', renew, meanwhile: '', logger });
    source.start();
    source.close();
    finish(await certificateFor(150));
    await vi.advanceTimersByTimeAsync(dayMs);
    expect(source.current).toBe(current);
    expect(vi.getTimerCount()).toBe(0);
  });
});
