import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { test as base, expect, newPage } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { startRostrum } from '../servers/rostrum-server.ts';
import { walkKeysAndPasscodes } from './walk-access.ts';
import { walkTheConversation } from './walk-conversation.ts';
import { walkWithAGuest } from './walk-guests.ts';
import { walkARecording, walkTheLibrary } from './walk-library.ts';
import { walkBesideTheShow, walkToTheRecording, walkUntilLive, walkWithoutPictures } from './walk-show.ts';
import {
  walkBehindABlock,
  walkBrokenPages,
  walkWithoutACamera,
  walkWithoutAServer,
  walkWithoutMedia,
} from './walk-troubles.ts';
import type { LookAt, Walk, Walkers } from './walkers.ts';

/** Playwright's test with a fresh server for each test, and the people of a show on it. */
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
  failureLogs: async ({ people }, use, testInfo) => {
    await use(undefined);
    if (testInfo.status === testInfo.expectedStatus) return;
    await writeFile(testInfo.outputPath('server.log'), people.server.log());
  },
});

/** The walks that a quick check takes. */
export const quickWalks: Readonly<Record<string, Walk>> = {
  'a server without broadcasts': walkAnEmptyHouse,
};

/**
 * Walks through every page and state, by name, also those in which something is missing: a camera, the server, the
 * media, or the page itself. Each starts on a fresh server and can run by itself.
 */
export const walks: Readonly<Record<string, Walk>> = {
  ...quickWalks,
  'before and during a show': walkUntilLive,
  'dialogs and other pages during a show': walkBesideTheShow,
  'from an interruption to the recording': walkToTheRecording,
  'an unreachable server': walkWithoutAServer,
  'a blocked connection': walkBehindABlock,
  'a missing camera': walkWithoutACamera,
  'a camera without a picture': walkWithoutPictures,
  'media that does not get through': walkWithoutMedia,
  'a page that crashed': walkBrokenPages,
  'keys and passcodes': walkKeysAndPasscodes,
  'the conversation of a show': walkTheConversation,
  'a show with a guest': walkWithAGuest,
  'the list of recordings': walkTheLibrary,
  'the page of a recording': walkARecording,
};

/** Every page of a server that has never had a broadcast. */
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
