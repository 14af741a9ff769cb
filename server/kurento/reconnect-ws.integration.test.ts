import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import reconnectWs from './reconnect-ws/index.cjs';

/** Everything that the tests opened, which is closed when they end. */
type Opened = { close(): void };

const opened: Opened[] = [];

afterEach(() => {
  for (const it of opened.splice(0)) it.close();
});

async function openServer(options: ServerOptions = {}, answer = (frame: string): string | null => `echo ${frame}`) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  await once(server, 'listening');
  // A TCP server's address is an object; only pipes have a string.
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<WebSocket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('message', (data) => {
      const text = answer(String(data));
      if (text !== null) socket.send(text);
    });
  });
  const close = () => {
    for (const socket of sockets) socket.terminate();
    server.close();
  };
  opened.push({ close });
  return { port, url: `ws://127.0.0.1:${port}/`, sockets, close, server };
}

/** A port on which nothing listens. */
async function refusedUrl() {
  const { url, close, server } = await openServer();
  close();
  await once(server, 'close');
  return url;
}

function openClient(options: reconnectWs.Options, onConnection?: (socket: WebSocket) => void) {
  const client = reconnectWs({ initialDelay: 5, ...options }, onConnection);
  opened.push({ close: () => client.disconnect() });
  return client;
}

describe('reconnect-ws', () => {
  it('passes the open socket first with "connection", then with "connect"', async () => {
    const { url } = await openServer();
    const told: string[] = [];
    const client = openClient({}, () => told.push('handler'));
    client.on('connection', () => told.push(`connection, connected: ${client.connected}`));
    expect(client.connect(url)).toBe(client);
    expect([client.connected, client.reconnect]).toEqual([false, true]);
    await once(client, 'connect');
    expect(told).toEqual(['handler', 'connection, connected: true']);
  });

  it('can be created without options', async () => {
    const { url } = await openServer();
    const socket = await new Promise<WebSocket>((resolve) => {
      const client = reconnectWs(resolve).connect(url);
      opened.push({ close: () => client.disconnect() });
    });
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('passes text frames as strings to browser-style listeners', async () => {
    const { url } = await openServer();
    const client = openClient({}).connect(url);
    const [socket] = (await once(client, 'connection')) as [WebSocket & { writable?: boolean }];
    const echo = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
    socket.send('hello');
    expect(await echo).toBe('echo hello');
    expect(() => {
      socket.writable = false;
    }).not.toThrow();
  });

  it('emits nothing for the first attempt, "retry" before each further one, and "reconnect" before the first of them', async () => {
    const client = openClient({ failAfter: 4 });
    const told: string[] = [];
    client.on('reconnect', (retry) => told.push(`reconnect ${retry}`));
    client.on('retry', (retry) => told.push(`retry ${retry}`));
    client.connect(await refusedUrl());
    const [error] = await once(client, 'fail');
    expect(told).toEqual(['retry 0', 'reconnect 0', 'retry 1', 'retry 2', 'retry 3']);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(client.reconnect).toBe(false);
  });

  it('waits between attempts for an eighth of the outage, within limits', async () => {
    const client = openClient({ failAfter: 40, initialDelay: 2, maxDelay: 8 });
    const pauses: number[] = [];
    client.on('retry', (_retry, pause) => pauses.push(pause));
    client.connect(await refusedUrl());
    await once(client, 'fail');
    expect(pauses[0]).toBe(2);
    expect(pauses.at(-1)).toBe(8);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  });

  it('fails immediately with failAfter 0', async () => {
    const client = openClient({ failAfter: 0 }).connect(await refusedUrl());
    await once(client, 'fail');
    expect(client.connected).toBe(false);
  });

  it('reconnects after its socket dropped', async () => {
    const { url, sockets } = await openServer();
    const client = openClient({}).connect(url);
    await once(client, 'connect');
    for (const socket of sockets) socket.terminate();
    await once(client, 'disconnect');
    expect(client.connected).toBe(false);
    await once(client, 'connect');
    expect(client.connected).toBe(true);
  });

  it('reconnects after the server was away for several attempts', async () => {
    const first = await openServer();
    const client = openClient({ maxDelay: 10 }).connect(first.url);
    await once(client, 'connect');
    first.close();
    await once(client, 'disconnect');
    await new Promise<void>((resolve) => {
      client.on('retry', (retry) => {
        if (retry === 3) resolve();
      });
    });
    await openServer({ port: first.port });
    await once(client, 'connect');
    expect(client.connected).toBe(true);
  });

  it('starts with short delays again once a connection was established', async () => {
    const { url, sockets } = await openServer();
    const client = openClient({}).connect(url);
    const retries: number[] = [];
    client.on('retry', (retry) => retries.push(retry));
    for (let drops = 0; drops < 3; drops += 1) {
      await once(client, 'connect');
      for (const socket of sockets) socket.terminate();
      await once(client, 'disconnect');
    }
    await once(client, 'connect');
    expect(retries).toEqual([0, 0, 0]);
  });

  it('notices a server that sends nothing', async () => {
    const { url } = await openServer({}, () => null);
    const client = openClient({ heartbeatInterval: 10, silenceTimeout: 50 }).connect(url);
    await once(client, 'connect');
    const [error] = await once(client, 'disconnect');
    expect(error).toMatchObject({ code: 'SILENT' });
    expect(client.reconnect).toBe(true);
  });

  it('keeps a connection on which the server is busy while it responds on another one, up to a limit', async () => {
    const { url, server } = await openServer({}, () => null);
    // Like a Kurento that is busy with a slow request of one connection.
    let connections = 0;
    server.on('connection', (socket) => {
      connections += 1;
      if (connections === 1) return;
      socket.on('message', (data) => {
        const { id } = JSON.parse(String(data));
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { value: 'pong' } }));
      });
    });
    const client = openClient({ heartbeatInterval: 40, silenceTimeout: 200, busyTimeout: 1_000 }).connect(url);
    await once(client, 'connect');
    const since = performance.now();
    const [error] = await once(client, 'disconnect');
    expect(error).toMatchObject({ code: 'SILENT' });
    expect(performance.now() - since).toBeGreaterThan(900);
  });

  it('opens no second connection to a server that responds, and closes the one that it opened', async () => {
    let isBusy = false;
    const { url, sockets } = await openServer({}, (frame) =>
      isBusy ? null : JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(frame).id, result: { value: 'pong' } }),
    );
    const client = openClient({ heartbeatInterval: 10, silenceTimeout: 2_000 }).connect(url);
    await once(client, 'connect');
    await expect.poll(() => sockets.size).toBe(1);
    isBusy = true;
    await expect.poll(() => sockets.size).toBe(2);
    isBusy = false;
    const [first, second] = sockets;
    await expect.poll(() => second?.readyState).toBe(second?.CLOSED);
    expect([client.connected, first?.readyState]).toEqual([true, first?.OPEN]);
  });

  it('keeps a quiet connection whose server answers pings, and does not pass on the answers', async () => {
    let pings = 0;
    let enough: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const { url } = await openServer({}, (frame) => {
      pings += 1;
      if (pings === 10) enough();
      return JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(frame).id, result: { value: 'pong' } });
    });
    const client = openClient({ heartbeatInterval: 10, silenceTimeout: 1_000 }, (socket) => {
      socket.on('message', () => {
        throw new Error('Nobody asked for this.');
      });
    }).connect(url);
    await once(client, 'connect');
    let dropped = false;
    client.on('disconnect', () => {
      dropped = true;
    });
    await asked;
    expect(dropped).toBe(false);
  });

  it('answers requests itself once their answers can no longer arrive', async () => {
    const { url, sockets } = await openServer({}, () => null);
    const client = openClient({}).connect(url);
    const [socket] = (await once(client, 'connect')) as [WebSocket];
    const answers: unknown[] = [];
    socket.addEventListener('message', ({ data }) => answers.push(JSON.parse(String(data))));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'release' }));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 8, method: 'ping' }));
    for (const it of sockets) it.terminate();
    await once(client, 'connect');
    expect(answers).toEqual([
      { jsonrpc: '2.0', id: 7, error: { code: -32000, message: expect.stringContaining('Connection error') } },
      { jsonrpc: '2.0', id: 8, result: { value: 'pong' } },
    ]);
  });

  it('closes its socket on disconnect()', async () => {
    const { url, sockets } = await openServer();
    const client = openClient({}).connect(url);
    await once(client, 'connect');
    const [socket] = sockets;
    client.disconnect();
    if (socket !== undefined) await once(socket, 'close');
    expect([client.connected, client.reconnect]).toEqual([false, false]);
  });

  it('makes no further attempt once disconnect() was called between two', async () => {
    const url = await refusedUrl();
    const client = openClient({}).connect(url);
    client.on('retry', () => {
      throw new Error('The retry was cancelled.');
    });
    await once(client, 'disconnect');
    client.disconnect();
    // Another socket goes through more than the delay that the first one was in.
    await once(openClient({ failAfter: 3 }).connect(url), 'fail');
    expect(client.connected).toBe(false);
  });

  it('aborts an attempt that is under way when disconnect() is called', async () => {
    const { url } = await openServer();
    const client = openClient({}, () => {
      throw new Error('An abandoned socket must not be handed out.');
    }).connect(url);
    client.disconnect();
    const other = openClient({}).connect(url);
    await once(other, 'connect');
    expect(client.connected).toBe(false);
  });

  it('can be connected again, and forgets the earlier socket', async () => {
    const first = await openServer();
    const second = await openServer();
    const client = openClient({}).connect(first.url);
    await once(client, 'connect');
    client.connect(second.url);
    await once(client, 'connect');
    for (const socket of first.sockets) socket.terminate();
    expect([client.connected, second.sockets.size]).toEqual([true, 1]);
  });

  it('allows ending the socket by the name that kurento-client uses', async () => {
    const { url } = await openServer();
    const client = openClient({}).connect(url);
    const [socket] = (await once(client, 'connect')) as [WebSocket & { end(): void }];
    socket.end();
    await once(client, 'disconnect');
    await once(client, 'connect');
    expect(client.connected).toBe(true);
  });
});
