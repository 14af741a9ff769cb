import { expect, test } from 'vitest';
import { DeliveryLog } from './delivery-log.ts';

function logOf(counters: number[], streamId = 1): DeliveryLog {
  const log = new DeliveryLog();
  for (const counter of counters) log.record({ streamId, counter, sentUs: 0 });
  return log;
}

test('packets that arrive completely and in order have no gaps, wherever they begin', () => {
  expect(logOf([500, 501, 502]).read()).toEqual({ received: 3, duplicates: 0, missing: 0, streams: 1 });
});

test('a gap is missing until the packet comes late', () => {
  const log = logOf([0, 1, 4]);
  expect(log.read().missing).toBe(2);
  log.record({ streamId: 1, counter: 3, sentUs: 0 });
  expect(log.read()).toEqual({ received: 4, duplicates: 0, missing: 1, streams: 1 });
});

test('a packet before the first one is one that was overtaken', () => {
  expect(logOf([10, 9, 11]).read()).toEqual({ received: 3, duplicates: 0, missing: 0, streams: 1 });
});

test('a packet that comes twice is counted once', () => {
  const log = logOf([0, 1]);
  expect(log.record({ streamId: 1, counter: 0, sentUs: 0 })).toBe(false);
  expect(log.read()).toMatchObject({ received: 2, duplicates: 1 });
});

test('counters are distinguished after the memory has wrapped around, and over a long gap', () => {
  const counters = Array.from({ length: 10_000 }, (_, counter) => counter);
  const log = logOf([...counters, 20_000, 19_999]);
  expect(log.read()).toEqual({ received: 10_002, duplicates: 0, missing: 9_999, streams: 1 });
  expect(log.record({ streamId: 1, counter: 9_999, sentUs: 0 })).toBe(false);
});

test('a presenter who comes back begins to count again and nothing counts as lost in between', () => {
  const log = logOf([100, 101, 103]);
  for (const counter of [0, 1]) log.record({ streamId: 2, counter, sentUs: 0 });
  expect(log.read()).toEqual({ received: 5, duplicates: 0, missing: 1, streams: 2 });
});
