import { writeFile } from 'node:fs/promises';
import { type Browser, test as base, type Dialog, expect, type Page, type WorkerFixture } from 'playwright/test';
import { Presenter } from './presenter.ts';
import { type RostrumServer, startRostrum } from './rostrum-server.ts';
import { Viewer } from './viewer.ts';

type Fixtures = {
  /** A fresh presenter in a browser profile of its own, with the test source for a camera. */
  presenter: Presenter;
  /** Opens as many viewers as a test wants, each in a profile of its own. */
  openViewer: () => Promise<Viewer>;
  /** What the server logged during a test that fails is kept beside its screenshots. */
  serverLog: undefined;
  /** A page in a profile of its own, for whoever neither presents nor watches. */
  openPage: () => Promise<Page>;
};

/** Runs a server for as long as a worker needs one. Who extends `test` with it again has one that no other test used. */
// biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
export const runServer: WorkerFixture<RostrumServer, object> = async ({}, use) => {
  const server = await startRostrum();
  await use(server);
  await server.close();
};

/** Playwright's test, with a running server and the people of a show. */
export const test = base.extend<Fixtures, { server: RostrumServer }>({
  server: [runServer, { scope: 'worker' }],
  serverLog: [
    async ({ server }, use, testInfo) => {
      const before = server.log().length;
      await use(undefined);
      if (testInfo.status === testInfo.expectedStatus) return;
      await writeFile(testInfo.outputPath('server.log'), server.log().slice(before));
    },
    { auto: true },
  ],
  baseURL: async ({ server }, use) => use(server.url),
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
  page.on('dialog', leaveAllTheSame);
  return page;
}

/** Who leaves the studio during a show is asked by the browser; a test that does means it. */
function leaveAllTheSame(dialog: Dialog): void {
  const answering = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
  // A page that is closed meanwhile asks no more.
  answering.catch(() => undefined);
}

export { expect };
