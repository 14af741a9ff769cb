import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Store } from './store.ts';
import { FakeConnection, FakeSignaling, settle } from './testing/signaling-doubles.ts';
import { WatchAhead } from './watch-ahead.ts';
import type { Watcher } from './watcher.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', class {});
  vi.stubGlobal('MediaStream', class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setUp() {
  const begun = new Store<Watcher | null>(null);
  const ownLines: FakeSignaling[] = [];
  let wake = (): void => expect.unreachable('nobody watches the page');
  const ahead = new WatchAhead(begun, {
    watchPage: (onWake) => {
      wake = () => onWake({ reason: 'online', gapMs: 0 });
      return { close: () => undefined };
    },
    isPageVisible: () => true,
    backoffMs: () => 100,
    connectSignaling: () => {
      const line = new FakeSignaling();
      ownLines.push(line);
      return line;
    },
    createPeerConnection: () => new FakeConnection().asConnection,
  });
  const lobbyLine = new FakeSignaling();
  lobbyLine.connect();
  return { begun, ahead, ownLines, lobbyLine, wake: () => wake() };
}

test('it asks to be let in over the line that is handed over, and keeps that for the page', async () => {
  const { begun, ahead, ownLines, lobbyLine } = setUp();
  ahead.begin('math-101', lobbyLine);
  await settle();
  expect(lobbyLine.seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  expect(begun.get()?.channel).toBe('math-101');
  begun.set(null);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lobbyLine.closed).toBe(false);
  expect(ownLines).toHaveLength(0);
});

test('the handed line is used once: the next is one of its own', () => {
  const { ahead, ownLines, lobbyLine, wake } = setUp();
  ahead.begin('math-101', lobbyLine);
  lobbyLine.disconnect();
  wake();
  expect(lobbyLine.closed).toBe(true);
  expect(ownLines.map(({ opened }) => opened)).toEqual([true]);
});

test('without a line to hand over it opens one', () => {
  const { ahead, ownLines } = setUp();
  ahead.begin('math-101', null);
  expect(ownLines.map(({ opened }) => opened)).toEqual([true]);
});

test('it stops when no page comes for it, and when another show is clicked', async () => {
  const { begun, ahead, ownLines, lobbyLine } = setUp();
  ahead.begin('math-101', lobbyLine);
  ahead.begin('math-102', null);
  expect(lobbyLine.closed).toBe(true);
  expect(begun.get()?.channel).toBe('math-102');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ownLines.map(({ closed }) => closed)).toEqual([true]);
  expect(begun.get()).toBeNull();
});
