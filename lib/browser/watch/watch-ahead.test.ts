import { expect, test, vi } from 'vitest';
import { Store } from '../page/store.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { fakeTheBrowser, fakeWatcherParts } from '../testing/watcher-doubles.ts';
import { WatchAhead } from './watch-ahead.ts';
import type { Watcher } from './watcher.ts';

fakeTheBrowser();

function setUp() {
  const begun = new Store<Watcher | null>(null);
  const { parts, lines: ownLines, connections, page } = fakeWatcherParts();
  const ahead = new WatchAhead(begun, parts);
  const begin = (channel: string, line: Signaling | null) => ahead.begin(channel, line);
  const lobbyLine = new FakeSignaling();
  lobbyLine.connect();
  return {
    begun,
    ahead,
    begin,
    ownLines,
    lobbyLine,
    connections,
    wake: () => page.wake({ reason: 'online', gapMs: 0 }),
  };
}

test('it asks to be let in over the line that is handed over, and keeps that for the page', async () => {
  const { begun, begin, ownLines, lobbyLine } = setUp();
  begin('math-101', lobbyLine);
  await settle();
  expect(lobbyLine.seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  expect(begun.get()?.channel).toBe('math-101');
  begun.set(null);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lobbyLine.closed).toBe(false);
  expect(ownLines).toHaveLength(0);
});

test('the handed line is used once: the next is one of its own', () => {
  const { begin, ownLines, lobbyLine, wake } = setUp();
  begin('math-101', lobbyLine);
  lobbyLine.disconnect();
  wake();
  expect(lobbyLine.closed).toBe(true);
  expect(ownLines.map(({ opened }) => opened)).toEqual([true]);
});

test('without a line to hand over it opens one', () => {
  const { begin, ownLines } = setUp();
  begin('math-101', null);
  expect(ownLines.map(({ opened }) => opened)).toEqual([true]);
});

test('it stops when no page comes for it, and when another show is clicked', async () => {
  const { begun, begin, ownLines, lobbyLine } = setUp();
  begin('math-101', lobbyLine);
  begin('math-102', null);
  expect(lobbyLine.closed).toBe(true);
  expect(begun.get()?.channel).toBe('math-102');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ownLines.map(({ closed }) => closed)).toEqual([true]);
  expect(begun.get()).toBeNull();
});

test('what was prepared is offered at once, to the first show only', async () => {
  const { ahead, begin, lobbyLine, connections } = setUp();
  ahead.prepare();
  ahead.prepare();
  expect(connections).toHaveLength(1);
  await settle();
  begin('math-101', lobbyLine);
  await Promise.resolve();
  expect(lobbyLine.last('viewer:join').body).toEqual({ channel: 'math-101', sdpOffer: 'offer' });
  begin('math-102', null);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});

test('what was prepared is given back when nobody watches, and kept when somebody does', () => {
  const { ahead, begin, lobbyLine, connections } = setUp();
  ahead.prepare();
  ahead.close();
  ahead.prepare();
  begin('math-101', lobbyLine);
  ahead.close();
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});
