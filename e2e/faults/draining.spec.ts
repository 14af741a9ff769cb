import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import type { PoolReport } from '../../lib/pool-view.ts';
import { test as base, expect } from '../fixtures.ts';
import { expectMoved, notesOf, watches } from '../pages/link-notes.ts';
import { everyLook, showAs, usualLook } from '../pages/looks.ts';
import { needsOwnMediaServer } from '../servers/media-server-choice.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

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

const drainTimeoutMs = 40_000;

test.describe.configure({ mode: 'serial', timeout: 120_000 });
needsOwnMediaServer('it needs three of them.');
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
  const viewers = [
    await watches(await openViewer(), '/watch/moved'),
    await watches(await openViewer(), '/watch/moved'),
  ];
  const owner = await openPage();
  await owner.goto(`/pool#key=${server.key}`);
  await expect(owner.getByText('3 media servers, 1 show, 2 viewers')).toBeVisible();
  await expect(owner.getByText('Presenter and 1 viewer')).toBeVisible();
  const name = await serverWith(server, 'origin');
  await drains(owner, name);
  await expect(owner.getByText('Drained', { exact: true })).toBeVisible();
  for (const viewer of viewers) await viewer.seesTheTestSource();
  await presenter.seesThatItIsLive();
  const [first, second] = viewers;
  if (first !== undefined) await expectMoved(first);
  // The notes of a page that was reloaded would be gone, with all links but one.
  for (const viewer of [first, second]) expect(viewer && (await notesOf(viewer)).breaks).toEqual([]);
  await owner.getByRole('button', { name: `Use ${name} again` }).click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Use it again' }).click();
  await expect(owner.getByText('Drained', { exact: true })).toBeHidden();
});

test('viewers of an edge that is drained change over to a link that is ready, and hear the sound go on', {
  tag: '@long',
}, async ({ presenter, openViewer, openPage, server }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'edge', title: 'Edge' });
  const stays = await watches(await openViewer(), '/watch/edge');
  const moves = await watches(await openViewer(), '/watch/edge');
  const owner = await openPage();
  await owner.goto(`/pool#key=${server.key}`);
  await drains(owner, await serverWith(server, 'edge'));
  await expectMoved(moves);
  await moves.seesTheTestSource();
  await moves.hearsTheTone();
  for (const viewer of [stays, moves]) expect((await notesOf(viewer)).breaks).toEqual([]);
  expect((await notesOf(stays)).links.filter(({ connectedMs }) => connectedMs !== null)).toHaveLength(1);
});

test('the page of the pool is accessible in every look, with its dialog', { tag: '@long' }, async ({
  openPage,
  server,
}) => {
  const owner = await openPage();
  await owner.goto(`/pool#key=${server.key}`);
  await expect(owner.getByRole('button', { name: /^Drain/ }).first()).toBeVisible();
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
