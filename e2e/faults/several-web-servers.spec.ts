import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { LoadBalancer } from '../../bench/servers/load-balancer.ts';
import { RedisServer, whyNoRedis } from '../../server/cluster/testing/redis-server.ts';
import { expect, test } from '../fixtures.ts';
import { observePictures, readPictures } from '../media/picture-observer.ts';
import { expectMoved, notesOf, watches } from '../pages/link-notes.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const obstacle = await whyNoRedis();
test.skip(obstacle !== null, obstacle ?? '');

/** How long Redis is away, in milliseconds: much longer than leases last. */
const awayMs = 30_000;
/** A machine that others load may show no picture for a moment, in milliseconds. */
const longestGapMs = 3_000;
const unreachable = 'The servers cannot reach each other at the moment';

test('a viewer at one web server watches a show of another one, and both say how many watch', async ({ openPage }) => {
  const redis = await RedisServer.start();
  const settings = { REDIS_URL: redis.url, EMBEDDED_BIND_IP: '127.0.0.1' };
  const [owner, other] = await Promise.all([startRostrum(settings), startRostrum(settings)]);
  try {
    const presenter = new Presenter(await openPage(), owner.key);
    await presenter.open({ url: owner.url });
    await presenter.goLive({ channel: 'math-101', title: 'Sums' });
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${other.url}/watch/math-101`);
    await viewer.seesTheTestSource();
    await presenter.seesViewers(1);
  } finally {
    await Promise.all([owner.close(), other.close()]);
    await redis.close();
  }
});

for (const data of ['kept', 'lost'] as const) {
  test(`while Redis is away for 30 s, pictures go on, and pages say why nobody gets in; its data is ${data}`, {
    tag: '@long',
  }, async ({ openPage }) => {
    test.setTimeout(180_000);
    const redis = await RedisServer.start();
    const settings = { REDIS_URL: redis.url, EMBEDDED_BIND_IP: '127.0.0.1' };
    const [owner, other] = await Promise.all([startRostrum(settings), startRostrum(settings)]);
    try {
      const presenter = new Presenter(await openPage(), owner.key);
      await presenter.open({ url: owner.url });
      await presenter.goLive({ channel: 'math-101', title: 'Sums' });
      const viewer = new Viewer(await openPage());
      await observePictures(viewer.page);
      await countLinks(viewer.page);
      await viewer.page.goto(`${other.url}/watch/math-101`);
      await viewer.seesMovingVideo(50);
      const awaySince = Date.now();
      const links = await readLinks(viewer.page);
      await redis.kill();

      // Somebody else comes to the other web server, and a show wants to begin on a free channel.
      const late = new Viewer(await openPage());
      await late.page.goto(`${other.url}/watch/math-101`);
      await expect(late.page.getByText(unreachable)).toBeVisible();
      const second = new Presenter(await openPage(), owner.key);
      await second.open({ url: owner.url });
      await second.fillIn({ channel: 'music-101', title: 'Songs' });
      await second.page.getByRole('button', { name: 'Go live' }).click();
      await expect(second.page.getByRole('alert').getByText(unreachable)).toBeVisible();
      // At the owner of the channel, everyone gets in.
      const near = new Viewer(await openPage());
      await near.page.goto(`${owner.url}/watch/math-101`);
      await near.seesMovingVideo();
      while (Date.now() - awaySince < awayMs) await viewer.seesMovingVideo(15);
      await expect(late.page.getByText(unreachable)).toBeVisible();
      await redis.restart(data);

      // Nobody has to do anything. Leases are taken again first, and the page waits between its attempts.
      await expect(late.page.getByText(unreachable)).toBeHidden({ timeout: 30_000 });
      await late.seesMovingVideo(50);
      await presenter.seesViewers(3);
      await presenter.seesThatItIsLive();
      expect(await readLinks(viewer.page)).toBe(links);
      const { gaps } = await readPictures(viewer.page);
      expect(gaps.filter(({ fromMs, toMs }) => toMs > awaySince && toMs - fromMs > longestGapMs)).toEqual([]);
      await second.page.getByRole('button', { name: 'Go live' }).click();
      await second.seesThatItIsLive();
    } finally {
      await Promise.all([owner.close(), other.close()]);
      await redis.close();
    }
  });
}

test('while the web servers are restarted one after the other, pictures go on moving, and one recording is made', {
  tag: ['@long', '@alone'],
}, async ({ openPage, server }) => {
  test.setTimeout(240_000);
  const redis = await RedisServer.start();
  const balancer = await LoadBalancer.start();
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-rolling-'));
  // The media server outlives the web servers.
  const settings = { REDIS_URL: redis.url, KURENTO_URL: server.mediaServerUrl, RECORDINGS_DIR: folder };
  const running = await Promise.all([startRostrum(settings), startRostrum(settings)]);
  try {
    const [owner, other] = running;
    balancer.to(owner.url);
    const presenter = new Presenter(await openPage(), owner.key);
    await presenter.open({ url: balancer.url });
    await presenter.goLive({ channel: 'math-101', title: 'Sums', record: true });
    await presenter.seesOfTheRecording('Recording');
    const viewers = [await watchesAt(balancer.url, await openPage())];
    balancer.to(other.url);
    viewers.push(await watchesAt(balancer.url, await openPage()));
    await presenter.seesViewers(2);
    const since = Date.now();
    for (const [index, former] of running.entries()) {
      const rest = running.filter((one) => one !== former).map(({ url }) => url);
      balancer.to(...rest);
      expect(await former.stop()).toBe(0);
      const next = await startRostrum(settings, { dataDir: former.dataDir });
      running[index] = next;
      balancer.to(next.url, ...rest);
      await presenter.seesViewers(2);
      await presenter.seesThatItIsLive();
      await presenter.seesOfTheRecording('Recording');
      // The owner is the first one, and then the second: every viewer gets another link each time.
      for (const viewer of viewers) {
        await expectMoved(viewer, index + 1);
        await viewer.seesTheTestSource();
      }
    }
    for (const viewer of viewers) {
      const { gaps, loadedMs } = await readPictures(viewer.page);
      const longest = Math.max(0, ...gaps.filter(({ toMs }) => toMs > since).map(({ fromMs, toMs }) => toMs - fromMs));
      console.log(`both web servers were restarted: the longest gap between pictures is ${longest} ms`);
      expect(longest).toBeLessThan(longestGapMs);
      expect(loadedMs).toBeLessThan(since);
      expect((await notesOf(viewer)).breaks).toEqual([]);
    }
    await presenter.end();
    await expect.poll(() => readRecordings(folder), { timeout: 30_000 }).toEqual([{ state: 'ready', title: 'Sums' }]);
  } finally {
    await Promise.all(running.map((one) => one.close()));
    await Promise.all([redis.close(), balancer.close(), rm(folder, { recursive: true, force: true })]);
  }
});

/** Opens a viewer whose page notes its pictures and its links. */
async function watchesAt(url: string, page: Page): Promise<Viewer> {
  await observePictures(page);
  return await watches(new Viewer(page), `${url}/watch/math-101`);
}

/** The state and title of each recording in a folder. */
async function readRecordings(folder: string): Promise<{ state: string; title: string }[]> {
  const ids = (await readdir(folder)).filter((id) => !id.startsWith('.'));
  return await Promise.all(
    ids.map(async (id) => {
      const [manifest = ''] = (await readdir(join(folder, id))).filter((name) => name.endsWith('.json'));
      const { state, title } = JSON.parse(await readFile(join(folder, id, manifest), 'utf8'));
      return { state, title };
    }),
  );
}

/** Makes `page` count the links that it makes, from its next load on. */
async function countLinks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counted = Object.assign(window, { linksMade: 0 });
    const Native = RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        counted.linksMade += 1;
      }
    };
  });
}

/** The count of {@link countLinks}. */
function readLinks(page: Page): Promise<number> {
  // The script above put this into the page.
  return page.evaluate(() => (window as unknown as { linksMade: number }).linksMade);
}
