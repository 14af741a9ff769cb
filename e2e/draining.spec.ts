import type { PoolReport } from '../lib/pool-view.ts';
import { test as base, expect } from './fixtures.ts';
import { observePictures, readPictures } from './picture-observer.ts';
import { type RostrumServer, startRostrum } from './rostrum-server.ts';

/** A server with a pool of three media servers, of which each carries one viewer of a show. */
const test = base.extend<object, { server: RostrumServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const server = await startRostrum({ EMBEDDED_PROCESSES: '3', VIEWERS_PER_MEDIA_SERVER: '1' });
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

/** A keyframe that was asked for comes within this time, and a new picture for everybody; in milliseconds. */
const mostGapMs = 1_000;

async function members({ url, key }: RostrumServer): Promise<PoolReport['members']> {
  const reply = await fetch(`${url}/api/pool`, { headers: { authorization: `Bearer ${key}` } });
  return ((await reply.json()) as PoolReport).members;
}

async function drain(server: RostrumServer, role: 'origin' | 'edge'): Promise<void> {
  const found = (await members(server)).find(({ shows }) => shows.some((show) => show.role === role));
  expect(found).toBeDefined();
  const headers = { authorization: `Bearer ${server.key}` };
  const reply = await fetch(`${server.url}/api/pool/${found?.id}/drain`, { method: 'POST', headers });
  expect(reply.status).toBe(200);
  const state = async () => (await members(server)).find(({ id }) => id === found?.id)?.drain;
  await expect.poll(state, { timeout: 30_000 }).toBe('drained');
}

test.describe.configure({ mode: 'serial', timeout: 90_000 });
test.afterEach(async ({ server }) => {
  for (const { id } of await members(server)) {
    const headers = { authorization: `Bearer ${server.key}` };
    await fetch(`${server.url}/api/pool/${id}/undrain`, { method: 'POST', headers });
  }
});

test('a show whose media server is drained goes on for its presenter and its viewers, without a reload', async ({
  presenter,
  openViewer,
  server,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'moved', title: 'Moved' });
  const viewers = [await openViewer(), await openViewer()];
  for (const viewer of viewers) {
    await observePictures(viewer.page);
    await viewer.open('moved');
    await viewer.seesMovingVideo();
  }
  const before = await Promise.all(viewers.map(({ page }) => readPictures(page)));
  const drainedMs = Date.now();
  await drain(server, 'origin');
  for (const viewer of viewers) await viewer.seesTheTestSource();
  await presenter.seesThatItIsLive();
  for (const [index, { page }] of viewers.entries()) {
    const { loadedMs, gaps } = await readPictures(page);
    expect(loadedMs).toBe(before[index]?.loadedMs);
    const lengths = gaps.filter(({ toMs }) => toMs > drainedMs).map(({ fromMs, toMs }) => toMs - fromMs);
    console.log(`origin drained: viewer ${index + 1} had gaps of ${lengths.join(', ') || 'less than 300'} ms`);
    expect(Math.max(0, ...lengths)).toBeLessThan(mostGapMs);
  }
});

test('viewers of an edge that is drained see no gap, and hear the sound go on', { tag: '@long' }, async ({
  presenter,
  openViewer,
  server,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'edge', title: 'Edge' });
  const viewers = [await openViewer(), await openViewer()];
  for (const viewer of viewers) {
    await observePictures(viewer.page);
    await viewer.open('edge');
    await viewer.seesMovingVideo();
  }
  const drainedMs = Date.now();
  await drain(server, 'edge');
  for (const viewer of viewers) {
    await viewer.seesTheTestSource();
    await viewer.hearsTheTone();
    const { gaps } = await readPictures(viewer.page);
    const lengths = gaps.filter(({ toMs }) => toMs > drainedMs).map(({ fromMs, toMs }) => toMs - fromMs);
    console.log(`edge drained: gaps of ${lengths.join(', ') || 'less than 300'} ms`);
    expect(Math.max(0, ...lengths)).toBeLessThan(mostGapMs);
  }
});
