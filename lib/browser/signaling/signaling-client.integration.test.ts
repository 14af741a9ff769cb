import { Server, type ServerOptions } from 'socket.io';
import { afterEach, expect, test } from 'vitest';
import { type ClientToServerEvents, type ServerToClientEvents, signalingPath } from '../../signaling.ts';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { ServerClock } from './server-clock.ts';
import { SignalingClient } from './signaling-client.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function listen(options: Partial<ServerOptions> = {}) {
  const io = new Server<ClientToServerEvents, ServerToClientEvents>({ path: signalingPath, ...options });
  io.listen(0);
  closing.push(() => io.close());
  const address = io.httpServer.address();
  if (address === null || typeof address === 'string') expect.unreachable('it does not listen on a port');
  return { io, url: `http://127.0.0.1:${address.port}` };
}

async function connect(url: string, timeoutMs = 5_000, clock = new ServerClock(), memory = fakeStorage()) {
  const client = new SignalingClient({ url, timeoutMs, clock, memory });
  closing.push(() => client.close());
  client.open();
  await client.whenConnected();
  return client;
}

test('a request resolves with the server’s data, or fails with the server’s error', async () => {
  const { io, url } = listen();
  io.on('connection', (socket) => {
    socket.on('key:check', ({ key }, reply) => {
      if (key === 'right') reply({ ok: true, data: { role: 'owner' } });
      else reply({ ok: false, error: { code: 'wrong-key', message: 'Not this one.' } });
    });
  });
  const client = await connect(url);
  await expect(client.request('key:check', { key: 'right' })).resolves.toEqual({ role: 'owner' });
  await expect(client.request('key:check', { key: 'wrong' })).rejects.toMatchObject({
    code: 'wrong-key',
    message: 'Not this one.',
  });
});

test('a request without a reply fails with connection-lost after the timeout', async () => {
  const { url } = listen();
  const client = await connect(url, 1_000);
  await expect(client.request('viewer:leave', {})).rejects.toMatchObject({ code: 'connection-lost' });
});

test('a request without a connection fails immediately and is not sent later', async () => {
  const { url } = listen();
  const client = new SignalingClient({ url });
  await expect(client.request('viewer:leave', {})).rejects.toMatchObject({ code: 'connection-lost' });
});

test('every reply updates the clock, and the heartbeat asks for the time when the device slept or its clock was set', async () => {
  const { io, url } = listen({ pingInterval: 100 });
  const aheadMs = 7_200_000;
  const asked: string[] = [];
  io.on('connection', (socket) => {
    const clock = () => ({ receivedAt: Date.now() + aheadMs, repliedAt: Date.now() + aheadMs });
    socket.on('viewer:leave', (_, reply) => reply({ ok: true, data: {}, clock: clock() }));
    socket.on('clock:read', (_, reply) => {
      asked.push('clock:read');
      reply({ ok: true, data: {}, clock: clock() });
    });
  });
  let setByMs = 0;
  const clock = new ServerClock({ steadyMs: () => performance.now(), timeOfDayMs: () => Date.now() + setByMs });
  const client = await connect(url, 5_000, clock);
  await client.request('viewer:leave', {});
  expect(Math.abs((clock.now() ?? 0) - Date.now() - aheadMs)).toBeLessThan(2_000);
  expect(asked).toEqual([]);
  setByMs = 3_600_000;
  await expect.poll(() => asked).toEqual(['clock:read']);
  expect(Math.abs((clock.now() ?? 0) - Date.now() - aheadMs)).toBeLessThan(2_000);
});

test('where WebSockets are refused, the same attempt goes on with polling', async () => {
  const { io, url } = listen({ transports: ['polling'] });
  io.on('connection', (socket) => socket.on('key:check', (_, reply) => reply({ ok: true, data: { role: 'owner' } })));
  const client = await connect(url, 1_000);
  await expect(client.request('key:check', { key: 'right' })).resolves.toEqual({ role: 'owner' });
});

test('where WebSockets are swallowed, polling takes over after one attempt, and comes first from then on', async () => {
  const { io, url } = listen();
  let swallowed = 0;
  io.httpServer.removeAllListeners('upgrade').on('upgrade', (_, socket) => {
    swallowed += 1;
    closing.push(() => socket.destroy());
  });
  const memory = fakeStorage();
  await connect(url, 1_500, new ServerClock(), memory).catch(() => undefined);
  await expect.poll(() => io.engine.clientsCount, { timeout: 10_000 }).toBe(1);
  const before = swallowed;
  const next = await connect(url, 1_500, new ServerClock(), memory);
  expect(next.connected).toBe(true);
  // Nevertheless, a WebSocket is tried in addition.
  await expect.poll(() => swallowed).toBeGreaterThan(before);
});

test.each([
  ['is there and stops every connection', 'signaling-blocked'],
  ['is not there', 'connection-lost'],
] as const)('a server that %s is reported as %s', async (where, code) => {
  const { io, url } = listen({ allowRequest: (_, decide) => decide('Not on this network.', false) });
  const health = where === 'is not there' ? 'Bad gateway' : JSON.stringify({ status: 'ok' });
  const [others] = io.httpServer.listeners('request');
  io.httpServer.removeAllListeners('request').on('request', (request, response) => {
    if (request.url === '/api/health') response.end(health);
    else others?.call(io.httpServer, request, response);
  });
  const client = new SignalingClient({ url, timeoutMs: 1_000, memory: fakeStorage() });
  closing.push(() => client.close());
  client.open();
  await expect(client.whenConnected()).rejects.toMatchObject({ code });
});

test('announcements reach their handler until it is removed', async () => {
  const { io, url } = listen();
  const client = await connect(url);
  const heard: unknown[] = [];
  const off = client.on('lobby:changed', (body) => heard.push(body));
  const second = new Promise<void>((resolve) => {
    client.on('broadcast:changed', () => resolve());
  });
  io.emit('lobby:changed', { broadcasts: [], upcoming: [] });
  await expect.poll(() => heard).toEqual([{ broadcasts: [], upcoming: [] }]);
  off();
  io.emit('lobby:changed', { broadcasts: [], upcoming: [] });
  io.emit('broadcast:changed', { channel: 'math-101', broadcast: null });
  await second;
  expect(heard).toHaveLength(1);
});

test('it reconnects on its own when the server disconnects it, and reports that it is not recovered', async () => {
  const { io, url } = listen();
  const client = await connect(url);
  const connections: boolean[] = [];
  client.onConnected((recovered) => connections.push(recovered));
  io.disconnectSockets(true);
  await expect.poll(() => connections, { timeout: 10_000 }).toEqual([false]);
  expect(client.connected).toBe(true);
});

test('once closed it stays closed', async () => {
  const { url } = listen();
  const client = await connect(url);
  let broke = false;
  client.onDisconnected(() => {
    broke = true;
  });
  client.close();
  client.open();
  expect(client.connected).toBe(false);
  expect(broke).toBe(false);
});
