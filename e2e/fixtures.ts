import { writeFile } from 'node:fs/promises';
import {
  type Browser,
  test as base,
  type ConsoleMessage,
  type Dialog,
  expect,
  type Page,
  type WorkerFixture,
} from 'playwright/test';
import { findInKorean, inKorean } from './pages/in-korean.ts';
import { Presenter } from './pages/presenter.ts';
import { Viewer } from './pages/viewer.ts';
import { type RostrumServer, serverLogs, startRostrum } from './servers/rostrum-server.ts';

type Fixtures = {
  /** A fresh presenter in a separate browser profile, with the test source as camera. */
  presenter: Presenter;
  /** Opens as many viewers as a test needs, each in a separate profile. */
  openViewer: () => Promise<Viewer>;
  /** Saves the logs of a failed test's servers next to its screenshots: the shared one's, and those that it started. */
  failureLogs: undefined;
  /** Opens a page in a separate profile, for a person who neither presents nor watches. */
  openPage: () => Promise<Page>;
};

/** Runs a server for as long as a worker needs one. Extending `test` with it again gives a server that no test used. */
// biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
export const runServer: WorkerFixture<RostrumServer, object> = async ({}, use) => {
  const server = await startRostrum();
  await use(server);
  await server.close();
};

/** Playwright's test, with a running server and the people of a show. */
export const test = base.extend<Fixtures, { server: RostrumServer }>({
  server: [runServer, { scope: 'worker' }],
  failureLogs: [
    async ({ server }, use, testInfo) => {
      const [before, started] = [server.log().length, serverLogs.length];
      await use(undefined);
      if (testInfo.status === testInfo.expectedStatus) return;
      const logs = [server.log().slice(before), ...serverLogs.slice(started).map((log) => log())];
      for (const [index, log] of logs.entries()) {
        await writeFile(testInfo.outputPath(index === 0 ? 'server.log' : `server-${index}.log`), log);
      }
    },
    { auto: true },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  page: async ({ page }, use) => {
    speakLanguage(page);
    await use(page);
  },
  presenter: async ({ browser, server }, use) => {
    const page = await newPage(browser, server);
    await use(new Presenter(page, server.key));
    await page.context().close();
  },
  openViewer: async ({ browser, server }, use) => {
    const pages: Page[] = [];
    await use(async () => {
      const page = await newPage(browser, server);
      pages.push(page);
      return new Viewer(page);
    });
    await Promise.all(pages.map((page) => page.context().close()));
  },
  openPage: async ({ browser, server }, use) => {
    const pages: Page[] = [];
    await use(async () => {
      const page = await newPage(browser, server);
      pages.push(page);
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
  },
});

/** A page in a profile of its own. */
export async function newPage(browser: Browser, server: RostrumServer): Promise<Page> {
  const context = await browser.newContext({
    baseURL: server.url,
    permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  speakLanguage(page);
  page.on('dialog', leaveAllTheSame);
  page.on('console', failOnViolations);
  return page;
}

/** Whether the browsers of this project ask for Korean. */
const isKorean = () => test.info().project.use.locale === 'ko-KR';

/** In a project whose browsers ask for Korean, the English of the specs is found in Korean. */
function speakLanguage(page: Page): void {
  if (isKorean()) findInKorean(page);
}

/** A whole text of the interface as this project's browsers show it, for an expectation. */
export function asShown(english: string): string | RegExp {
  return isKorean() ? inKorean(english, true) : english;
}

/**
 * A page that violates its own Content-Security-Policy fails whatever test it belongs to. That another page may not
 * frame it is no violation of its own.
 */
function failOnViolations(message: ConsoleMessage): void {
  if (/^(?!Framing ).*content security policy/i.test(message.text())) throw new Error(message.text());
}

/** The browser asks for confirmation when the studio is left during a show; a test that leaves it always confirms. */
function leaveAllTheSame(dialog: Dialog): void {
  const answering = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
  // A page that is closed meanwhile no longer asks.
  answering.catch(() => undefined);
}

export { expect };
