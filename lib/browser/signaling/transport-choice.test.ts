import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { TransportChoice } from './transport-choice.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minuteMs = 60_000;

function setUp() {
  const memory = fakeStorage();
  const choice = new TransportChoice(memory);
  return { memory, choice, order: (of = choice) => of.plan().transports };
}

test('WebSockets come first, and polling follows immediately where they are refused', () => {
  expect(setUp().order()).toEqual(['websocket', 'polling']);
});

test('a WebSocket that is swallowed costs the time of one attempt per tab, and then is tried in addition to polling', () => {
  const { memory, choice, order } = setUp();
  choice.unanswered('websocket');
  expect(order()).toEqual(['polling', 'websocket']);
  expect(order(new TransportChoice(memory))).toEqual(['polling', 'websocket']);
  choice.upgraded();
  expect(order()).toEqual(['websocket', 'polling']);
});

test('if polling gets no answer either, the network is the trouble and not WebSockets', () => {
  const { choice, order } = setUp();
  choice.unanswered('websocket');
  choice.unanswered('polling');
  expect(order()).toEqual(['websocket', 'polling']);
});

test('a WebSocket that is repeatedly cut soon is not tried for a while', () => {
  const { choice, order } = setUp();
  choice.broke('websocket', 1_500);
  expect(order()).toEqual(['websocket', 'polling']);
  choice.broke('websocket', 1_500);
  expect(order()).toEqual(['polling']);
  vi.advanceTimersByTime(11 * minuteMs);
  expect(order()).toEqual(['websocket', 'polling']);
});

test('a WebSocket that breaks now and then is used nevertheless', () => {
  const { choice, order } = setUp();
  for (const stoodMs of [1_500, 40_000, 1_500, 5 * minuteMs, 1_500]) choice.broke('websocket', stoodMs);
  for (let time = 0; time < 5; time += 1) choice.broke('polling', 100);
  expect(order()).toEqual(['websocket', 'polling']);
});

test('a clock that is set back does not make an observation last for hours', () => {
  const { choice, order } = setUp();
  choice.unanswered('websocket');
  vi.setSystemTime(Date.now() - 3 * 60 * minuteMs);
  expect(order()).toEqual(['websocket', 'polling']);
});
