import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PublisherRetry } from './publisher-retry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lost = { code: 'media-interrupted', message: '' } as const;
const away = { code: 'media-server-unavailable', message: '' } as const;

function setUp() {
  const attempt = vi.fn(() => retry.cancel());
  const retry: PublisherRetry = new PublisherRetry((before) => 2_000 * (before + 1), attempt);
  const attemptsAfter = (ms: number) => {
    vi.advanceTimersByTime(ms);
    return attempt.mock.calls.length;
  };
  return { retry, attemptsAfter };
}

test('the delay grows with each loss, until a link is connected', () => {
  const { retry, attemptsAfter } = setUp();
  retry.afterLoss(lost);
  expect(retry.isDue).toBe(true);
  expect([attemptsAfter(1_999), attemptsAfter(1)]).toEqual([0, 1]);
  expect(retry.isDue).toBe(false);
  retry.afterLoss(lost);
  expect([attemptsAfter(3_999), attemptsAfter(1)]).toEqual([1, 2]);
  retry.succeeded();
  retry.afterLoss(lost);
  expect(attemptsAfter(2_000)).toBe(3);
});

test('the delay is at most a second while the media server is away', () => {
  const { retry, attemptsAfter } = setUp();
  retry.afterLoss(away);
  expect([attemptsAfter(999), attemptsAfter(1)]).toEqual([0, 1]);
});

test('the timeout for media runs from its first call, and ends when media arrives', () => {
  const { retry, attemptsAfter } = setUp();
  retry.awaitMedia();
  vi.advanceTimersByTime(2_000);
  retry.awaitMedia();
  expect([attemptsAfter(499), attemptsAfter(1)]).toEqual([0, 1]);
  retry.awaitMedia();
  vi.advanceTimersByTime(2_000);
  retry.mediaArrived();
  expect(attemptsAfter(10_000)).toBe(1);
});

test('an immediate attempt replaces every scheduled one', () => {
  const { retry, attemptsAfter } = setUp();
  retry.afterLoss(lost);
  retry.awaitMedia();
  retry.now();
  expect(attemptsAfter(10_000)).toBe(1);
});
