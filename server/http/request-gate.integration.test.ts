import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { createGates } from '../gates/gates.ts';
import { limitConnections } from '../gates/socket-limits.ts';
import { openLogger } from '../logger.ts';
import { AddressCheckingServer } from './bad-address.ts';
import { refuseRequest } from './request-gate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let server: Server;
let seen: string[];

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function serve(settings: Record<string, string> = {}) {
  seen = [];
  const gates = createGates(readConfig(settings).gates, null, openLogger('silent'));
  server = new AddressCheckingServer(root);
  server.on('request', (request, response) => {
    if (refuseRequest(request, response, gates, false)) return;
    seen.push(`${request.method} ${request.url}`);
    response.end('fine');
  });
  limitConnections(server, gates.settings.socketsPerAddress, gates.addresses);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('lets nothing through that another site’s page sends to change something', async () => {
  const url = await serve();
  const host = new URL(url).host;
  const ask = async (method: string, headers: Record<string, string>) =>
    (await fetch(`${url}/api/recordings/x`, { method, headers })).status;
  expect(await ask('DELETE', { origin: 'https://evil.example' })).toBe(403);
  expect(await ask('POST', { origin: 'null' })).toBe(403);
  expect(await ask('PUT', { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(seen).toEqual([]);
  expect(await ask('DELETE', { origin: `http://${host}` })).toBe(200);
  expect(await ask('DELETE', {})).toBe(200);
  expect(await ask('GET', { origin: 'https://evil.example' })).toBe(200);
});

it('answers 405 to whatever would change a page', async () => {
  const url = await serve();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const response = await fetch(`${url}/watch/math-101`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  }
  expect(seen).toEqual([]);
});

it('refuses a body of 100 MB without reading it', async () => {
  const url = await serve();
  for (const head of [
    'POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n',
    'POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
  ]) {
    const answer = await sendSlowly(url, head);
    expect(answer).toMatch(/^HTTP\/1\.1 41[13] /);
    expect(answer).toMatch(/Connection: close/i);
  }
  expect(seen).toEqual([]);
});

it('refuses a request that names two hosts', async () => {
  const url = await serve();
  expect(await sendSlowly(url, 'GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  expect(seen).toEqual([]);
});

it('answers 429 when an address asks for too many pages, and says when to come back', async () => {
  const url = await serve({ RATE_LIMIT_FACTOR: '0.001' });
  const statuses = [];
  for (let index = 0; index < 4; index++) statuses.push(await fetch(url));
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
  expect(statuses[2]?.headers.get('retry-after')).toBe('10');
  expect(await statuses[2]?.json()).toMatchObject({ error: { code: 'too-many-requests' } });
  expect((await fetch(`${url}/_next/static/chunks/a.js`)).status).toBe(200);
});

it('closes connections on which no request comes, beyond as many as an address may have sockets', async () => {
  const url = await serve({ MAX_SOCKETS_PER_ADDRESS: '200' });
  const port = Number(new URL(url).port);
  const open = (localAddress: string) => connect({ port, host: '127.0.0.1', localAddress });
  const sockets = Array.from({ length: 260 }, () => open('127.0.0.2'));
  let closed = 0;
  for (const socket of sockets) socket.on('error', () => {}).on('close', () => closed++);
  await expect.poll(() => closed).toBe(60);
  // A client that does send requests is not affected, even from the same address once there is room.
  expect((await fetch(url)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});

/** Sends the head of a request and no body, and returns what comes until the server closes the connection. */
function sendSlowly(url: string, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    connect(Number(new URL(url).port), '127.0.0.1')
      .on('data', (data) => {
        text += data;
      })
      .on('close', () => resolve(text))
      .on('error', reject)
      .write(head);
  });
}
