import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { broadcastView, FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { Lobby } from './lobby.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const sockets: FakeSignaling[] = [];
  const lobby = new Lobby(() => {
    const socket = new FakeSignaling();
    sockets.push(socket);
    return socket;
  });
  lobby.open();
  const socket = () => sockets.at(-1) ?? expect.unreachable('no line was opened');
  return { lobby, sockets, socket };
}

test('its socket is handed over when the person leaves for a channel, and the lobby no longer receives its events', async () => {
  const { lobby, sockets, socket } = setUp();
  socket().connect();
  socket()
    .last('lobby:follow')
    .answer({ broadcasts: [broadcastView()], upcoming: [] });
  await settle();
  expect(lobby.releaseSocket()).toBe(socket());
  socket().announce('lobby:changed', { broadcasts: [], upcoming: [] });
  socket().connect();
  lobby.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets.map(({ closed }) => closed)).toEqual([false]);
  expect(socket().count('lobby:follow')).toBe(1);
  expect(lobby.state.get().broadcasts).toHaveLength(1);
});

test('a lobby that stays open after all opens another socket', async () => {
  const { lobby, sockets, socket } = setUp();
  socket().connect();
  lobby.releaseSocket();
  expect(lobby.releaseSocket()).toBeNull();
  await vi.advanceTimersByTimeAsync(10_000);
  socket().connect();
  expect(sockets).toHaveLength(2);
  expect(socket().count('lobby:follow')).toBe(1);
});

test('a socket that is not connected is not handed over', () => {
  const { lobby, socket } = setUp();
  expect(lobby.releaseSocket()).toBeNull();
  lobby.close();
  expect(socket().closed).toBe(true);
});
