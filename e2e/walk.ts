import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { test as base, expect, newPage } from './fixtures.ts';
import { Presenter } from './presenter.ts';
import { startRostrum } from './rostrum-server.ts';
import { Viewer } from './viewer.ts';
import { walkBesideTheShow, walkToTheRecording, walkUntilLive } from './walk-show.ts';
import {
  walkBehindABlock,
  walkBrokenPages,
  walkWithoutACamera,
  walkWithoutAServer,
  walkWithoutMedia,
} from './walk-troubles.ts';
import type { LookAt, Walk, Walkers } from './walkers.ts';

/** Playwright's test, with people on a server of their own, on which nothing was ever on air. */
export const test = base.extend<{ people: Walkers }>({
  people: async ({ browser }, use) => {
    const server = await startRostrum();
    const pages: Page[] = [];
    const openPage = async () => {
      const page = await newPage(browser, server);
      pages.push(page);
      return page;
    };
    const presenter = new Presenter(await openPage(), server.key);
    await use({ presenter, openPage, openViewer: async () => new Viewer(await openPage()), server });
    await Promise.all(pages.map((page) => page.context().close()));
    await server.close();
  },
  serverLog: async ({ people }, use, testInfo) => {
    await use(undefined);
    if (testInfo.status === testInfo.expectedStatus) return;
    await writeFile(testInfo.outputPath('server.log'), people.server.log());
  },
});

/** Ways through every page, by where they lead. No way needs what another one did. */
export const walks: Readonly<Record<string, Walk>> = {
  'up to a show, and on air': walkUntilLive,
  'beside a show': walkBesideTheShow,
  'from interruptions to the recording': walkToTheRecording,
  'an empty house': walkAnEmptyHouse,
};

/** Ways through what people meet where something is missing: a camera, the server, the media, or the page itself. */
export const walksThroughTrouble: Readonly<Record<string, Walk>> = {
  'without a server': walkWithoutAServer,
  'behind a block': walkBehindABlock,
  'without a camera': walkWithoutACamera,
  'without media': walkWithoutMedia,
  'a broken page': walkBrokenPages,
};

/** Every page before anything was ever on air. */
async function walkAnEmptyHouse({ openPage }: Walkers, lookAt: LookAt): Promise<void> {
  const visitor = await openPage();
  await visitor.goto('/');
  await expect(visitor.getByText('The house is quiet')).toBeVisible();
  await lookAt(visitor, 'lobby-empty');
  await visitor.goto('/recordings');
  await expect(visitor.getByText('Nothing recorded yet')).toBeVisible();
  await lookAt(visitor, 'recordings-empty');
  await visitor.goto('/recordings/none');
  await expect(visitor.getByText('This recording does not exist')).toBeVisible();
  await lookAt(visitor, 'recording-missing');
  await visitor.goto('/nowhere');
  await expect(visitor.getByText('There is nothing at this address')).toBeVisible();
  await lookAt(visitor, 'not-found');
  await visitor.goto('/watch/NO');
  await expect(visitor.getByText('This watch link is not complete')).toBeVisible();
  await lookAt(visitor, 'watch-wrong-channel');
  await visitor.goto('/present');
  await expect(visitor.getByText('Who is presenting?')).toBeVisible();
  await lookAt(visitor, 'present-key');
}
