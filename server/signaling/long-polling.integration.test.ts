import { once } from 'node:events';
import { get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { maxMessageBytes, signalingPath } from '../../lib/signaling.ts';
import { ask, type Client, SignalingRig } from './testing/signaling-rig.ts';

let rig: SignalingRig;
let origin: string;
beforeEach(async () => {
  rig = await SignalingRig.open();
  origin = `http://127.0.0.1:${(rig.http.address() as AddressInfo).port}`;
});
afterEach(() => rig.close());

const address = (query = '') => `${origin}${signalingPath}/?EIO=4&transport=polling${query}`;
const handshake = async (init: RequestInit = {}) => {
  const response = await fetch(address(), init);
  const { sid } = JSON.parse((await response.text()).slice(1)) as { sid: string };
  return { response, sid };
};

describe('over long polling', () => {
  it('requests are answered and checked as they are over WebSockets', async () => {
    const client: Client = io(origin, { transports: ['polling'], upgrade: false });
    try {
      await new Promise<void>((resolve) => void client.once('connect', resolve));
      expect(await ask(client, 'lobby:follow', {})).toMatchObject({ ok: true, data: { broadcasts: [] } });
      expect(await ask(client, 'key:check', { key: 'guess' })).toMatchObject({ error: { code: 'wrong-key' } });
      expect(await ask(client, 'viewer:join', { channel: 'X' })).toMatchObject({ error: { code: 'bad-request' } });
      expect(client.io.engine.transport.name).toBe('polling');
    } finally {
      client.disconnect();
    }
    await vi.waitFor(() => expect(rig.signaling.counts).toEqual({ sockets: 0, peers: 0 }));
  });

  it('a message that is too large is refused', async () => {
    const { sid } = await handshake();
    const large = await fetch(address(`&sid=${sid}`), { method: 'POST', body: `4${'x'.repeat(maxMessageBytes)}` });
    expect(large.status).toBe(413);
  });

  it('no other site can connect, or read the answers', async () => {
    const foreign = await fetch(address(), { headers: { Origin: 'https://elsewhere.example' } });
    expect(foreign.status).toBe(403);
    expect(await foreign.text()).not.toContain('sid');
    const { response } = await handshake();
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const jsonp = await fetch(address('&j=0'));
    expect(jsonp.status).toBe(403);
    expect(await jsonp.text()).not.toContain('sid');
  });
});

describe('when the server closes', () => {
  it('a client is notified, and connections that would never end hold nothing up', async () => {
    const { port } = rig.http.address() as AddressInfo;
    // A browser opens connections in advance, and a paused player stops reading.
    const unused = connect(port, '127.0.0.1');
    await once(unused, 'connect');
    rig.http.prependListener('request', (request, response) => {
      if (request.url === '/download') response.write(Buffer.alloc(50e6));
    });
    const [download] = await once(get(`${origin}/download`), 'response');
    const client: Client = io(origin, { transports: ['polling'], upgrade: false, reconnection: false });
    try {
      await new Promise<void>((resolve) => void client.once('connect', resolve));
      const left = new Promise((resolve) => client.once('disconnect', resolve));
      const since = performance.now();
      await rig.signaling.close();
      expect(performance.now() - since).toBeLessThan(4_000);
      await left;
    } finally {
      client.disconnect();
      download.destroy();
      unused.destroy();
    }
  });
});
