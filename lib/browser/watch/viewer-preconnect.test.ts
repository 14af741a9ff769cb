import { expect, test, vi } from 'vitest';
import { Store } from '../page/store.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { fakeTheBrowser, fakeViewerParts } from '../testing/viewer-doubles.ts';
import { ViewerPreconnect } from './viewer-preconnect.ts';
import type { ViewerSession } from './viewer-session.ts';

fakeTheBrowser();

function setUp() {
  const begun = new Store<ViewerSession | null>(null);
  const { parts, sockets: ownSockets, connections, page } = fakeViewerParts();
  const ahead = new ViewerPreconnect(begun, parts);
  const begin = (channel: string, socket: Signaling | null) => ahead.begin(channel, socket);
  const lobbySocket = new FakeSignaling();
  lobbySocket.connect();
  return {
    begun,
    ahead,
    begin,
    ownSockets,
    lobbySocket,
    connections,
    wake: () => page.wake({ reason: 'online', gapMs: 0 }),
  };
}

test('it joins over the socket that is handed over, and keeps the session for the page', async () => {
  const { begun, begin, ownSockets, lobbySocket } = setUp();
  begin('math-101', lobbySocket);
  await settle();
  expect(lobbySocket.seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  expect(begun.get()?.channel).toBe('math-101');
  begun.set(null);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lobbySocket.closed).toBe(false);
  expect(ownSockets).toHaveLength(0);
});

test('the handed-over socket is used once; the next one is its own', () => {
  const { begin, ownSockets, lobbySocket, wake } = setUp();
  begin('math-101', lobbySocket);
  lobbySocket.disconnect();
  wake();
  expect(lobbySocket.closed).toBe(true);
  expect(ownSockets.map(({ opened }) => opened)).toEqual([true]);
});

test('without a socket to hand over it opens one', () => {
  const { begin, ownSockets } = setUp();
  begin('math-101', null);
  expect(ownSockets.map(({ opened }) => opened)).toEqual([true]);
});

test('it stops when no page takes it over, and when another show is clicked', async () => {
  const { begun, begin, ownSockets, lobbySocket } = setUp();
  begin('math-101', lobbySocket);
  begin('math-102', null);
  expect(lobbySocket.closed).toBe(true);
  expect(begun.get()?.channel).toBe('math-102');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ownSockets.map(({ closed }) => closed)).toEqual([true]);
  expect(begun.get()).toBeNull();
});

test('the prepared offer is sent immediately, and for the first show only', async () => {
  const { ahead, begin, lobbySocket, connections } = setUp();
  ahead.prepare();
  ahead.prepare();
  expect(connections).toHaveLength(1);
  await settle();
  begin('math-101', lobbySocket);
  await Promise.resolve();
  expect(lobbySocket.last('viewer:join').body).toEqual({ channel: 'math-101', sdpOffer: 'offer' });
  begin('math-102', null);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});

test('the prepared connection is closed if it is not used, and kept if it is', () => {
  const { ahead, begin, lobbySocket, connections } = setUp();
  ahead.prepare();
  ahead.close();
  ahead.prepare();
  begin('math-101', lobbySocket);
  ahead.close();
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});
