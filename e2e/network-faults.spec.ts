import type { Page } from 'playwright/test';
import { test as base, expect } from './fixtures.ts';
import { NetworkNamespace, whyNoNamespace } from './network-namespace.ts';
import { backAfter, readPictures, watchPictures } from './picture-watch.ts';
import { Presenter } from './presenter.ts';
import { Viewer } from './viewer.ts';
import { expectOneWholeRecording } from './whole-recording.ts';

/** Somebody whose browser sits behind a cable of its own. */
type Remote = { page: Page; url: string; network: NetworkNamespace; freeze(): void; thaw(): void };

const test = base.extend<{ remote: Remote }>({
  remote: async ({ server }, use, testInfo) => {
    const reason = await whyNoNamespace();
    testInfo.skip(reason !== null, reason ?? '');
    const network = await NetworkNamespace.open();
    try {
      const url = `http://${network.hostAddress}:${new URL(server.url).port}`;
      const { browser, pid } = await network.launchBrowser(testInfo.project.use.launchOptions ?? {}, url);
      const signal = (name: NodeJS.Signals) => () => void process.kill(-pid, name);
      try {
        const context = await browser.newContext({ baseURL: url, permissions: ['camera', 'microphone'] });
        await use({ page: await context.newPage(), url, network, freeze: signal('SIGSTOP'), thaw: signal('SIGCONT') });
      } finally {
        // A test that failed may have left it frozen, and a frozen browser does not close.
        signal('SIGCONT')();
        await browser.close();
      }
    } finally {
      await network.close();
    }
  },
});

test('a presenter whose network is gone for 20 s comes back by itself, and one recording comes out', async ({
  remote,
  openViewer,
  server,
}) => {
  test.setTimeout(90_000);
  const presenter = new Presenter(remote.page, server.key);
  await presenter.open({ url: remote.url });
  await presenter.goLive({ channel: 'cable', title: 'Cable', record: true });
  const startedMs = Date.now();
  const viewer = await openViewer();
  await watchPictures(viewer.page);
  await viewer.open('cable');
  await viewer.seesMovingVideo(60);
  const { loadedMs } = await readPictures(viewer.page);

  const cutMs = Date.now();
  await remote.network.cut();
  await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible({ timeout: 8_000 });
  const slateMs = Date.now() - cutMs;
  await passes(cutMs, 20_000);
  const mendedMs = Date.now();
  await remote.network.mend();
  const backMs = await pictureIsBack(viewer.page, cutMs);
  console.log(`presenter cut for 20 s: slate after ${slateMs} ms, picture ${backMs - mendedMs} ms after the cable`);
  expect(slateMs).toBeLessThan(5_000);
  await presenter.seesThatItIsLive();
  await viewer.seesMovingVideo(60);
  await viewer.seesTheTestSource();
  expect((await readPictures(viewer.page)).loadedMs).toBe(loadedMs);
  const wallSeconds = (Date.now() - startedMs) / 1000;
  await presenter.end();
  const liveSeconds = wallSeconds - (backMs - cutMs) / 1000;
  await expectOneWholeRecording(viewer.page, server.url, 'cable', { wallSeconds, liveSeconds });
});

test('a viewer whose network is gone for 10 s has the picture back by itself', async ({ remote, presenter }) => {
  await showTo(remote, presenter, 'unplugged');
  const since = Date.now();
  await remote.network.cut();
  await passes(since, 10_000);
  await remote.network.mend();
  await expectBack(remote, since, 'viewer cut for 10 s', 15_000);
});

test('a viewer whose media is blocked while the socket lives has the picture back by itself', async ({
  remote,
  presenter,
}) => {
  await showTo(remote, presenter, 'blocked');
  const since = Date.now();
  await remote.network.blockUdp();
  await passes(since, 8_000);
  await remote.network.unblockUdp();
  await expectBack(remote, since, 'viewer’s media blocked for 8 s', 15_000);
});

test('a viewer whose browser sleeps for 20 s is live again soon after it wakes', async ({ remote, presenter }) => {
  await showTo(remote, presenter, 'asleep');
  const since = Date.now();
  remote.freeze();
  await passes(since, 20_000);
  remote.thaw();
  await expectBack(remote, since, 'viewer frozen for 20 s', 10_000);
});

async function showTo(remote: Remote, presenter: Presenter, channel: string): Promise<void> {
  await presenter.open();
  await presenter.goLive({ channel, title: 'Remote' });
  await watchPictures(remote.page);
  const viewer = new Viewer(remote.page);
  await viewer.open(channel);
  await viewer.seesMovingVideo(60);
}

/** Time itself is the fault here. */
function passes(sinceMs: number, durationMs: number): Promise<void> {
  return expect.poll(() => Date.now() - sinceMs, { timeout: durationMs + 5_000 }).toBeGreaterThan(durationMs);
}

/** When pictures came back for good after `faultMs`. */
async function pictureIsBack(page: Page, faultMs: number): Promise<number> {
  let backMs: number | null = null;
  await expect
    .poll(
      async () => {
        backMs = backAfter(await readPictures(page), faultMs);
        return backMs;
      },
      { timeout: 40_000, intervals: [200], message: 'when the picture came back' },
    )
    .not.toBeNull();
  return backMs ?? Number.POSITIVE_INFINITY;
}

/** The fault is over now: the picture comes back within `limitMs`, without anybody reloading, and it is live. */
async function expectBack(remote: Remote, faultMs: number, name: string, limitMs: number): Promise<void> {
  const overMs = Date.now();
  // It may be back before the last command that ends the fault has told so.
  const backMs = Math.max(overMs, await pictureIsBack(remote.page, faultMs));
  console.log(`${name}: picture ${backMs - overMs} ms after the fault was over`);
  expect(backMs - overMs).toBeLessThan(limitMs);
  expect((await readPictures(remote.page)).loadedMs).toBeLessThan(faultMs);
  await new Viewer(remote.page).seesTheTestSource();
}
