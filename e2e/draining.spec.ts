import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import type { PoolReport } from '../lib/pool-view.ts';
import { test as base, expect } from './fixtures.ts';
import { everyLook, showAs, usualLook } from './looks.ts';
import { observePictures, readPictures } from './picture-observer.ts';
import { type RostrumServer, startRostrum } from './rostrum-server.ts';
import type { Viewer } from './viewer.ts';

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

/** A keyframe that was asked for comes within this time, in milliseconds. */
const mostGapMs = 1_000;
const drainTimeoutMs = 40_000;

test.describe.configure({ mode: 'serial', timeout: 120_000 });
test.afterEach(async ({ server }) => {
  const headers = { authorization: `Bearer ${server.key}` };
  for (const { id } of await members(server)) {
    await fetch(`${server.url}/api/pool/${id}/undrain`, { method: 'POST', headers });
  }
});

async function members({ url, key }: RostrumServer): Promise<PoolReport['members']> {
  const reply = await fetch(`${url}/api/pool`, { headers: { authorization: `Bearer ${key}` } });
  return ((await reply.json()) as PoolReport).members;
}

async function serverWith(server: RostrumServer, role: 'origin' | 'edge'): Promise<string> {
  const found = (await members(server)).find(({ shows }) => shows.some((show) => show.role === role));
  if (found === undefined) throw new Error(`No media server has the ${role} of a show.`);
  return found.name;
}

/** Opens a viewer, and notes when the picture stands or the page connects again. */
async function watches(viewer: Viewer, channel: string): Promise<Viewer> {
  await observePictures(viewer.page);
  await viewer.page.addInitScript(() => {
    const note = () => {
      if (/Reconnecting/.test(document.body?.innerText ?? '')) Object.assign(window, { hasReconnected: true });
    };
    new MutationObserver(note).observe(document, { childList: true, subtree: true, characterData: true });
  });
  await viewer.open(channel);
  await viewer.seesMovingVideo();
  return viewer;
}

/** How long the picture stood, each time for 300 ms or more, since `sinceMs`. */
async function gapsSince({ page }: Viewer, sinceMs: number): Promise<number[]> {
  const { gaps } = await readPictures(page);
  return gaps.filter(({ fromMs }) => fromMs >= sinceMs).map(({ fromMs, toMs }) => toMs - fromMs);
}

const hasReconnected = ({ page }: Viewer) => page.evaluate(() => 'hasReconnected' in window);

/** Drains a media server on the owner's page, with the keyboard. */
async function drains(owner: Page, name: string): Promise<void> {
  await owner.getByRole('button', { name: `Drain ${name}` }).focus();
  await owner.keyboard.press('Enter');
  await expect(owner.getByRole('alertdialog')).toContainText(name);
  // The focus begins on the way out.
  await owner.keyboard.press('Tab');
  await owner.keyboard.press('Enter');
  await expect(owner.getByText(`${name} is drained and can be stopped.`)).toBeAttached({ timeout: drainTimeoutMs });
}

test('the owner drains the media server of a show, which goes on without a reload, and uses it again', async ({
  presenter,
  openViewer,
  openPage,
  server,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'moved', title: 'Moved' });
  const viewers = [await watches(await openViewer(), 'moved'), await watches(await openViewer(), 'moved')];
  const loaded = () => Promise.all(viewers.map(async ({ page }) => (await readPictures(page)).loadedMs));
  const before = await loaded();
  const owner = await openPage();
  await owner.goto(`/pool#key=${server.key}`);
  await expect(owner.getByText('3 media servers, 1 show, 2 viewers')).toBeVisible();
  await expect(owner.getByText('Presenter and 1 viewer')).toBeVisible();
  const name = await serverWith(server, 'origin');
  for (const { page } of viewers) await page.evaluate(() => Reflect.deleteProperty(window, 'hasReconnected'));
  await drains(owner, name);
  await expect(owner.getByText('Drained', { exact: true })).toBeVisible();
  for (const viewer of viewers) await viewer.seesTheTestSource();
  await presenter.seesThatItIsLive();
  expect(await loaded()).toEqual(before);
  expect(await Promise.all(viewers.map(hasReconnected))).toEqual([false, false]);
  await owner.getByRole('button', { name: `Use ${name} again` }).click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Use it again' }).click();
  await expect(owner.getByText('Drained', { exact: true })).toBeHidden();
});

for (const role of ['origin', 'edge'] as const) {
  test(`no viewer’s picture stands for longer than a keyframe takes when the ${role} is drained`, {
    tag: ['@long', '@alone'],
  }, async ({ presenter, openViewer, openPage, server }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'smooth', title: 'Smooth' });
    const viewers = [await watches(await openViewer(), 'smooth'), await watches(await openViewer(), 'smooth')];
    const owner = await openPage();
    await owner.goto(`/pool#key=${server.key}`);
    for (const viewer of viewers) await viewer.seesMovingVideo(100);
    const drainedMs = Date.now();
    await drains(owner, await serverWith(server, role));
    for (const viewer of viewers) {
      await viewer.seesTheTestSource();
      await viewer.hearsTheTone();
      const gaps = await gapsSince(viewer, drainedMs);
      console.log(`${role} drained: the picture stood for ${gaps.join(', ') || 'less than 300'} ms`);
      expect(Math.max(0, ...gaps)).toBeLessThan(mostGapMs);
    }
  });
}

test('the page of the pool is accessible in every look, with its dialog', { tag: '@long' }, async ({
  openPage,
  server,
}) => {
  const owner = await openPage();
  await owner.goto(`/pool#key=${server.key}`);
  await expect(owner.getByRole('listitem')).toHaveCount(3);
  const expectAccessible = async () => {
    for (const look of everyLook) {
      await showAs(owner, look);
      const { violations } = await new AxeBuilder({ page: owner }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
      expect(await owner.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    await showAs(owner, usualLook);
  };
  await expectAccessible();
  await owner
    .getByRole('button', { name: /^Drain/ })
    .first()
    .click();
  await expect(owner.getByRole('alertdialog')).toBeVisible();
  await expectAccessible();
});
