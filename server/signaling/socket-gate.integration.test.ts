import { connect } from 'node:net';
import { io } from 'socket.io-client';
import { afterEach, expect, it, vi } from 'vitest';
import type { GateSettings } from '../gate-settings.ts';
import { ask, type Client, key, SignalingRig, show } from './testing/signaling-rig.ts';

let rig: SignalingRig;
const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await rig.close();
});

const open = async (gates: Partial<GateSettings> = {}) => {
  rig = await SignalingRig.open(undefined, {}, undefined, { gates });
};

/** Connects from another address of this machine, or with other headers. */
const attempt = (options: { localAddress?: string; extraHeaders?: Record<string, string> }) => {
  const client: Client = io(rig.url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });
  clients.push(client);
  return new Promise<Client | 'refused'>((resolve) => {
    client.once('connect', () => resolve(client));
    client.once('connect_error', () => resolve('refused'));
  });
};

it('refuses sockets that another site’s page opens, and accepts those of its own pages', async () => {
  await open();
  for (const origin of ['https://evil.example', 'null', `${rig.url}0`, 'http://127.0.0.1']) {
    expect(await attempt({ extraHeaders: { origin } }), origin).toBe('refused');
  }
  expect(await attempt({ extraHeaders: { 'sec-fetch-site': 'cross-site' } })).toBe('refused');
  expect(await attempt({ extraHeaders: { origin: rig.url } })).not.toBe('refused');
  expect(await attempt({})).not.toBe('refused');
  expect(rig.signaling.counts.sockets).toBe(2);
});

it('lets an address hold only so many sockets, and another one as soon as one is closed', async () => {
  await open({ socketsPerAddress: 2 });
  const [first] = [await rig.connect(), await rig.connect()];
  expect(await attempt({})).toBe('refused');
  first?.disconnect();
  await vi.waitFor(async () => expect(await attempt({})).not.toBe('refused'));
});

it('lets an address connect only so often in a given time', async () => {
  await open({ rateLimitFactor: 0.005 });
  const outcomes = [];
  for (let index = 0; index < 8; index++) outcomes.push((await attempt({})) === 'refused');
  expect(outcomes.slice(0, 5)).toEqual([false, false, false, false, false]);
  expect(outcomes).toContain(true);
});

it('answers a flood of messages with an error, then closes the socket, and serves the others', async () => {
  await open();
  const [flooding, other] = [await rig.connect(), await rig.connect()];
  const gone = new Promise<string>((resolve) => void flooding.once('disconnect', resolve));
  const send = flooding.emit.bind(flooding) as (event: string, body: unknown) => void;
  flooding.io.reconnection(false);
  for (let index = 0; index < 3_000; index++) send('viewer:join', { channel: index });
  for (let index = 0; index < 3_000; index++) send(`no such request ${index}`, [index]);
  expect(await ask(other, 'clock:read')).toMatchObject({ ok: true });
  expect(await gone).toBe('io server disconnect');
});

it('tells who asks too often, and serves them again later', async () => {
  await open({ rateLimitFactor: 0.05 });
  const client = await rig.connect();
  const replies = [];
  for (let index = 0; index < 15; index++) replies.push(await ask(client, 'clock:read'));
  expect(replies[0]).toMatchObject({ ok: true });
  const last = replies.at(-1);
  expect(last).toMatchObject({ ok: false, error: { code: 'too-many-requests' } });
  expect(last?.ok === false && last.error.message).toMatch(/again in \d+ s/);
  await vi.waitFor(async () => expect(await ask(client, 'clock:read')).toMatchObject({ ok: true }), 5_000);
});

it('passes a bounded number of candidates on for each link', async () => {
  await open();
  await rig.goLive();
  const viewer = await rig.connect();
  await ask(viewer, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
  const link = rig.gateway.links.at(-1);
  const replies = await Promise.all(
    Array.from({ length: 250 }, (_, index) =>
      ask(viewer, 'candidate:add', { candidate: `candidate:${index} 1 udp 1 192.0.2.1 9 typ host`, sdpMid: '0' }),
    ),
  );
  expect(replies.filter(({ ok }) => ok)).toHaveLength(200);
  expect(link?.candidates).toHaveLength(200);
});

it('slows down guessing of the presenter key, and lets presenters at other addresses in meanwhile', async () => {
  await open();
  const guesser = await attempt({ localAddress: '127.0.0.2' });
  if (guesser === 'refused') throw new Error('The guesser could not connect.');
  const codes = [];
  for (let index = 0; index < 30; index++) {
    const reply = await ask(guesser, 'key:check', { key: `guess ${index}` });
    codes.push(reply.ok ? 'ok' : reply.error.code);
  }
  expect(codes.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 'wrong-key'));
  expect(new Set(codes.slice(11))).toEqual(new Set(['too-many-requests']));
  // The right one would not be noticed either during the pause.
  expect(await ask(guesser, 'broadcast:start', show)).toMatchObject({ error: { code: 'too-many-requests' } });
  expect(await ask(await rig.connect(), 'key:check', { key })).toMatchObject({ ok: true });
});

it('closes a socket that never reads what it is sent', async () => {
  // Without limits on rates, only what is unread counts.
  await open({ rateLimitFactor: 0 });
  await rig.goLive();
  const socket = connect(Number(new URL(rig.url).port), '127.0.0.1');
  socket.on('error', () => {});
  const handshake = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', 'Host: x', 'Upgrade: websocket'];
  const rest = ['Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
  socket.write([...handshake, ...rest, '', ''].join('\r\n'));
  await new Promise((resolve) => void socket.once('data', resolve));
  socket.pause();
  socket.write(frame('40'));
  await vi.waitFor(() => expect(rig.signaling.counts.sockets).toBe(2));
  // The system's buffers take some megabytes of answers before anything has to wait in the server.
  const asking = Buffer.concat(Array.from({ length: 500 }, () => frame('420["lobby:follow",{}]')));
  let written = 0;
  const ask = () => {
    written += 500;
    if (!socket.destroyed) socket.write(asking, () => setImmediate(ask));
  };
  ask();
  await vi.waitFor(() => expect(rig.signaling.counts.sockets).toBe(1), 15_000);
  socket.destroy();
  expect(written).toBeGreaterThan(1_000);
}, 30_000);

/** A masked text frame (RFC 6455 §5.2) of at most 125 bytes; a mask of zeros changes nothing. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
