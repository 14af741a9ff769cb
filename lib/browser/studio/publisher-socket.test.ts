import { expect, test, vi } from 'vitest';
import { FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { PublisherSocket } from './publisher-socket.ts';

function setUp() {
  const sockets: FakeSignaling[] = [];
  const told: string[] = [];
  const socket = new PublisherSocket(
    () => {
      const signaling = new FakeSignaling();
      sockets.push(signaling);
      return signaling;
    },
    {
      onConnected: (recovered) => told.push(recovered ? 'recovered' : 'connected'),
      onDisconnected: () => told.push('disconnected'),
      onUnreachable: ({ code }) => told.push(code),
      onBroadcast: () => told.push('news'),
      onLinkMoving: () => told.push('moving'),
      onOwnerLeaving: () => told.push('leaving'),
      onLinkClosed: ({ code }) => told.push(code),
    },
  );
  return { sockets, told, socket, closed: () => sockets.map((one) => one.closed) };
}

test('one former socket stays open while it is connected, until it is released or the next one is replaced as well', () => {
  const { socket, sockets, closed } = setUp();
  socket.open();
  sockets[0]?.connect();
  socket.open();
  expect(closed()).toEqual([false, false]);
  sockets[1]?.connect();
  socket.open();
  expect(closed()).toEqual([true, false, false]);
  socket.releaseFormer();
  expect(closed()).toEqual([true, true, false]);
});

test('a socket that is not connected is closed immediately when it is replaced, and the former one stays', () => {
  const { socket, sockets, closed } = setUp();
  socket.open();
  sockets[0]?.connect();
  socket.open();
  socket.open();
  expect(closed()).toEqual([false, true, false]);
  socket.close();
  expect(closed()).toEqual([true, true, true]);
});

test('a socket that was left no longer reports anything', async () => {
  const { socket, sockets, told } = setUp();
  socket.open();
  sockets[0]?.connect();
  sockets[0]?.announce('broadcast:changed', { channel: 'math-101', broadcast: null });
  expect(told).toEqual(['connected', 'news']);
  socket.open();
  sockets[0]?.announce('broadcast:changed', { channel: 'math-101', broadcast: null });
  sockets[0]?.announce('link:closed', { error: { code: 'taken-over', message: '' } });
  sockets[0]?.disconnect();
  socket.close();
  sockets[1]?.connect(true);
  await settle();
  expect(told).toEqual(['connected', 'news']);
});

test('a request fails without a socket, and without a reply in time', async () => {
  vi.useFakeTimers();
  const { socket, sockets } = setUp();
  await expect(socket.request('recording:measure', {})).rejects.toMatchObject({ code: 'connection-lost' });
  socket.open();
  sockets[0]?.connect();
  const asking = expect(socket.request('recording:measure', {}, 1_000)).rejects.toMatchObject({
    code: 'connection-lost',
  });
  await vi.advanceTimersByTimeAsync(1_000);
  await asking;
  vi.useRealTimers();
});
