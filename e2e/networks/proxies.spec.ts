import { once } from 'node:events';
import { readdir, truncate } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { recordingPaths } from '../../lib/recording.ts';
import { RedisServer, whyNoRedis } from '../../server/cluster/testing/redis-server.ts';
import { whyNoProgram } from '../../server/testing/debian-package.ts';
import { freeTcpPort } from '../../server/testing/free-port.ts';
import { expect, test } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { readyRecording } from '../pages/recording-list.ts';
import { Viewer } from '../pages/viewer.ts';
import { proxies, ReverseProxy } from '../servers/reverse-proxy.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test('two web servers behind nginx, as the README has it: when one is stopped, its show goes on at the other', {
  tag: '@long',
}, async ({ browser }) => {
  test.setTimeout(180_000);
  const { program, debianPackage } = proxies.nginx;
  const obstacle = (await whyNoProgram(program, debianPackage)) ?? (await whyNoRedis());
  test.skip(obstacle !== null, obstacle ?? '');
  const redis = await RedisServer.start();
  const settings = { REDIS_URL: redis.url, EMBEDDED_BIND_IP: '127.0.0.1', TRUSTED_PROXIES: '127.0.0.1' };
  const [one, other] = await Promise.all([startRostrum(settings), startRostrum(settings)]);
  const proxy = await ReverseProxy.start('nginx', [one.url, other.url]);
  const context = await browser.newContext({ baseURL: proxy.url, ignoreHTTPSErrors: true });
  try {
    const presenter = new Presenter(await context.newPage(), one.key);
    await presenter.open({ url: proxy.url });
    await presenter.goLive({ channel: 'balanced', title: 'Balanced' });
    const viewer = new Viewer(await context.newPage());
    await viewer.open('balanced');
    await viewer.seesTheTestSource();
    // By address, nginx sends everybody of this test to the same web server.
    const peersOf = async ({ health }: typeof one) => (await health()).peers;
    const [home, spare] = (await peersOf(one)) > 0 ? [one, other] : [other, one];
    expect([await peersOf(home), await peersOf(spare)]).toEqual([2, 0]);
    expect(await home.stop()).toBe(0);
    await expect.poll(() => peersOf(spare), { timeout: 30_000 }).toBe(2);
    await viewer.seesMovingVideo(50);
    await presenter.seesThatItIsLive();
  } finally {
    await context.close();
    await proxy.close();
    await Promise.all([one.close(), other.close()]);
    await redis.close();
  }
});

for (const kind of ['Caddy', 'nginx'] as const) {
  const { program, debianPackage } = proxies[kind];

  test(`a show is sent, watched and downloaded through ${kind} with the example configuration`, {
    tag: '@long',
  }, async ({ browser, server }) => {
    test.setTimeout(180_000);
    const obstacle = await whyNoProgram(program, debianPackage);
    test.skip(obstacle !== null, obstacle ?? '');
    const proxy = await ReverseProxy.start(kind, server.url);
    const permissions = ['camera', 'microphone', 'clipboard-read', 'clipboard-write'];
    const context = await browser.newContext({ baseURL: proxy.url, ignoreHTTPSErrors: true, permissions });
    try {
      const seen = { webSockets: 0, polls: 0 };
      context.on('page', (page) => page.on('websocket', () => (seen.webSockets += 1)));
      context.on('request', (request) => {
        if (request.url().includes('transport=polling')) seen.polls += 1;
      });
      const channel = `through-${program}`;
      const presenter = new Presenter(await context.newPage(), server.key);
      await presenter.open({ url: proxy.url });
      await presenter.goLive({ channel, title: kind, record: true });
      await presenter.seesOfTheRecording('Recording');
      const viewer = new Viewer(await context.newPage());
      await viewer.open(channel);
      await viewer.seesMovingVideo();
      await presenter.seesViewers(1);
      expect(seen.polls).toBe(0);
      expect(seen.webSockets).toBeGreaterThan(1);
      await presenter.end();
      await viewer.seesThatItEnded();

      const { id } = await readyRecording(viewer.page, channel);
      const file = recordingPaths.download(id);
      const range = await context.request.get(file, { headers: { range: 'bytes=100-199' } });
      expect(range.status()).toBe(206);
      expect(range.headers()['content-range']).toMatch(/^bytes 100-199\/\d+$/);
      expect((await range.body()).length).toBe(100);
      if (proxy.plainUrl !== null) {
        const redirect = await fetch(`${proxy.plainUrl}/watch/a?b`, { redirect: 'manual' });
        expect([redirect.status, redirect.headers.get('location')]).toEqual([301, `${proxy.url}/watch/a?b`]);
      }
      await downloadsAsItComes(proxy, file, server.dataDir, id);
    } finally {
      await context.close();
      await proxy.close();
    }
  });
}

/** Expects that a large recording arrives while it is still being sent, and that the proxy stores none of it. */
async function downloadsAsItComes(proxy: ReverseProxy, file: string, dataDir: string, id: string): Promise<void> {
  const bytes = 256 * 1_048_576;
  const folder = join(dataDir, 'recordings', id);
  const name = (await readdir(folder)).find((each) => each.endsWith('.webm'));
  await truncate(join(folder, name ?? ''), bytes);
  const url = new URL(file, proxy.url);
  const [response] = (await once(get(url, { rejectUnauthorized: false }), 'response')) as [IncomingMessage];
  expect(Number(response.headers['content-length'])).toBe(bytes);
  let received = 0;
  for await (const chunk of response) {
    if (received === 0)
      expect(await filesIn(proxy.folder)).not.toContainEqual(expect.stringMatching(/temp-proxy\/.*\d/));
    received += (chunk as Buffer).length;
  }
  expect(received).toBe(bytes);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('a WebSocket on which nothing is said stays open through nginx, whatever its time limit is', async () => {
  const { program, debianPackage } = proxies.nginx;
  const obstacle = await whyNoProgram(program, debianPackage);
  test.skip(obstacle !== null, obstacle ?? '');
  // Unlike Rostrum, this server never says anything by itself.
  const echo = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(echo, 'listening');
  echo.on('connection', (socket) => socket.on('message', (text) => socket.send(String(text))));
  const target = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
  // The time limit of a minute is shortened, for the example and for a second site that does not set its own.
  const otherPort = await freeTcpPort();
  const upgrade =
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
  const other = `server { listen ${otherPort}; location / { proxy_pass http://${target}; ${upgrade} } }`;
  const around = `proxy_read_timeout 1s; proxy_send_timeout 1s; ${other}`;
  const proxy = await ReverseProxy.start('nginx', `http://${target}`, around);
  try {
    const lasting = new WebSocket(proxy.url.replace('https', 'wss'), { rejectUnauthorized: false });
    await once(lasting, 'open');
    for (const _ of [1, 2]) {
      const limited = new WebSocket(`ws://localhost:${otherPort}`);
      await once(limited, 'open');
      await once(limited, 'close');
    }
    lasting.send('still here');
    expect(String((await once(lasting, 'message'))[0])).toBe('still here');
    lasting.terminate();
  } finally {
    await proxy.close();
    for (const socket of echo.clients) socket.terminate();
    echo.close();
  }
});
