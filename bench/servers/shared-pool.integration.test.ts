import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { PoolReport } from '../../lib/pool-view.ts';
import { RedisServer, whyNoRedis } from '../../server/cluster/testing/redis-server.ts';
import { WebServer } from '../../server/cluster/testing/web-server.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import { LoadViewer } from '../load/load-viewer.ts';

/* Several web servers with one pool of media servers, which register themselves; all in processes of their own. */

const obstacle = await whyNoRedis();
const key = 'the key of several servers';
const secret = 'the secret of the media servers';
const timeoutMs = 20_000;
const program = fileURLToPath(new URL('../../server/media-server.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const closing: (() => Promise<unknown>)[] = [];
function own<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(() => opened.close());
  return opened;
}
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What `npm run media-server` runs. */
async function startMediaServer(redis: RedisServer, settings: Record<string, string> = {}): Promise<ChildProcess> {
  const child = fork(program, ['--host', '127.0.0.1', '--port', '0', '--bind-ip', '127.0.0.1'], {
    execArgv: ['--import', loader],
    env: { ...process.env, REDIS_URL: redis.url, EMBEDDED_SECRET: secret, ...settings },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  closing.push(() => end(child, 'SIGTERM'));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => String(text).includes('is registered') && resolve());
    child.once('exit', (code) => reject(new Error(`It ended with code ${code}.`)));
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-pool-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const redis = own(await RedisServer.start());
  let started = 0;
  const startWebServer = async () => {
    started += 1;
    return own(
      await WebServer.start({
        REDIS_URL: redis.url,
        EMBEDDED_SECRET: secret,
        EMBEDDED_PROCESSES: '0',
        PRESENTER_KEY: key,
        DATA_DIR: join(folder, `data-${started}`),
        RECORDINGS_DIR: join(folder, 'recordings'),
        LOG_LEVEL: 'error',
      }),
    );
  };
  return { redis, startWebServer };
}

const target = ({ url }: WebServer) => ({ url, timeoutMs });
const headers = { authorization: `Bearer ${key}` };

async function poolAt({ url }: WebServer): Promise<PoolReport['members']> {
  const reply = await fetch(`${url}/api/pool`, { headers });
  return reply.ok ? ((await reply.json()) as PoolReport).members : [];
}

/** The channels on each media server, as a web server sees them. */
async function channelsAt(server: WebServer): Promise<string[]> {
  return (await poolAt(server))
    .map(({ shows }) =>
      shows
        .map(({ channel }) => channel)
        .sort()
        .join(),
    )
    .sort();
}

async function present(server: WebServer, channel: string): Promise<LoadPresenter> {
  const presenter = own(await LoadPresenter.start(target(server), { key, channel, title: channel }));
  await presenter.waitForLive(timeoutMs);
  return presenter;
}

describe.skipIf(obstacle !== null)('one pool of several web servers', { timeout: 120_000 }, () => {
  it('has the media servers that register themselves, and spreads the shows of all web servers over them', async () => {
    const { redis, startWebServer } = await open();
    // The first one comes before there is anything to use.
    const one = await startWebServer();
    expect(await poolAt(one)).toEqual([]);
    await Promise.all([startMediaServer(redis), startMediaServer(redis)]);
    const two = await startWebServer();
    const isUp = async (server: WebServer) => (await poolAt(server)).map(({ health }) => health);
    for (const server of [one, two]) await expect.poll(() => isUp(server)).toEqual(['up', 'up']);
    await present(one, 'math');
    for (const server of [one, two]) await expect.poll(() => channelsAt(server)).toEqual(['', 'math']);
    await present(two, 'art');
    for (const server of [one, two]) await expect.poll(() => channelsAt(server)).toEqual(['art', 'math']);
    const viewer = own(await LoadViewer.join(target(two), 'math'));
    await viewer.waitForVideo(timeoutMs);
  });

  it('drops a media server whose lease has ended, and drains one everywhere that is drained at one web server', {
    tags: ['long'],
  }, async () => {
    const { redis, startWebServer } = await open();
    const doomed = await startMediaServer(redis);
    await startMediaServer(redis);
    await startMediaServer(redis);
    const [one, two] = [await startWebServer(), await startWebServer()];
    for (const server of [one, two]) await expect.poll(async () => (await poolAt(server)).length).toBe(3);
    await end(doomed, 'SIGKILL');
    for (const server of [one, two]) {
      await expect.poll(async () => (await poolAt(server)).length, { timeout: 20_000 }).toBe(2);
    }
    const id = (await poolAt(one))[0]?.id;
    await fetch(`${one.url}/api/pool/${id}/drain`, { method: 'POST', headers });
    const drainAt = async (server: WebServer) => (await poolAt(server)).find((member) => member.id === id)?.drain;
    for (const server of [one, two]) await expect.poll(() => drainAt(server)).toBe('drained');
    await present(one, 'math');
    await present(two, 'art');
    await expect.poll(() => channelsAt(one)).toEqual(['', 'art,math']);
  });

  it('lets nobody in who knows Redis but not the secret of the media servers', { tags: ['long'] }, async () => {
    const { redis, startWebServer } = await open();
    await startMediaServer(redis, { EMBEDDED_SECRET: 'another secret of somebody else' });
    const friend = await startMediaServer(redis);
    const one = await startWebServer();
    await expect.poll(async () => (await poolAt(one)).length).toBe(1);
    await end(friend, 'SIGTERM');
    await expect.poll(async () => (await poolAt(one)).length, { timeout: 20_000 }).toBe(0);
  });
});
