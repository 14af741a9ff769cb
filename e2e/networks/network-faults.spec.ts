import type { Page } from 'playwright/test';
import { expect } from '../fixtures.ts';
import { backAfter, observePictures, readPictures } from '../media/picture-observer.ts';
import { expectOneWholeRecording } from '../media/whole-recording.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { type Remote, test } from '../servers/remote.ts';

test('a presenter whose network is gone for 20 s comes back by itself, and one recording comes out', {
  tag: ['@alone', '@long'],
}, async ({ openRemote, openViewer, server }) => {
  test.setTimeout(90_000);
  const remote = await openRemote();
  const presenter = new Presenter(remote.page, server.key);
  await presenter.open({ url: remote.url });
  await presenter.goLive({ channel: 'cable', title: 'Cable', record: true });
  const startedMs = Date.now();
  const viewer = await openViewer();
  await observePictures(viewer.page);
  await viewer.open('cable');
  await viewer.seesMovingVideo(60);
  const { loadedMs } = await readPictures(viewer.page);

  await observeText(remote.page, 'Sound and picture did not get through');
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
  // It did get through for a while: no firewall is to blame.
  expect(await remote.page.evaluate(() => document.body.dataset.said)).toBeUndefined();
  await presenter.seesThatItIsLive();
  await viewer.seesMovingVideo(60);
  await viewer.seesTheTestSource();
  expect((await readPictures(viewer.page)).loadedMs).toBe(loadedMs);
  const wallSeconds = (Date.now() - startedMs) / 1000;
  await presenter.end();
  const liveSeconds = wallSeconds - (backMs - cutMs) / 1000;
  await expectOneWholeRecording(viewer.page, server.url, 'cable', { wallSeconds, liveSeconds });
});

/** From now on, `data-said` on the page's body tells whether it ever said so. */
function observeText(page: Page, words: string): Promise<void> {
  return page.evaluate((searched) => {
    const look = () => {
      if (document.body.innerText.includes(searched)) document.body.dataset.said = searched;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, words);
}

test('viewers who lose the network, the media or their wits have the picture back by themselves', {
  tag: ['@alone', '@long'],
}, async ({ openRemote, presenter, server }) => {
  test.setTimeout(120_000);
  await presenter.open();
  await presenter.goLive({ channel: 'remote', title: 'Remote' });
  const [unplugged, blocked, asleep] = [await openRemote(), await openRemote(), await openRemote()];
  for (const remote of [unplugged, blocked, asleep]) await watches(remote, 'remote');
  expect((await server.health()).viewers).toBe(3);

  await Promise.all([
    test.step('the network is gone for 10 s', async () => {
      const since = Date.now();
      await unplugged.network.cut();
      await passes(since, 10_000);
      await unplugged.network.mend();
      await expectBack(unplugged, since, 'viewer cut for 10 s', 15_000);
    }),
    test.step('media is blocked for 8 s while the socket lives', async () => {
      const since = Date.now();
      await blocked.network.blockUdp();
      await passes(since, 8_000);
      await blocked.network.unblockUdp();
      await expectBack(blocked, since, 'viewer’s media blocked for 8 s', 15_000);
    }),
    test.step('the browser sleeps for 20 s, and the viewer is let in again', async () => {
      const since = Date.now();
      asleep.freeze();
      await passes(since, 12_000);
      await expect.poll(async () => (await server.health()).viewers, { timeout: 23_000 }).toBe(2);
      console.log(`viewer frozen: the server let go of it after ${Date.now() - since} ms`);
      await passes(since, 20_000);
      asleep.thaw();
      await expectBack(asleep, since, 'viewer frozen for 20 s', 10_000);
    }),
  ]);
  expect((await server.health()).viewers).toBe(3);
});

/** Opens the page of `channel` and waits for its picture to move. */
async function watches({ page }: Remote, channel: string): Promise<void> {
  await observePictures(page);
  const viewer = new Viewer(page);
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

/** The fault is over now: the picture comes back within `timeoutMs`, without anybody reloading, and it is live. */
async function expectBack(remote: Remote, faultMs: number, name: string, timeoutMs: number): Promise<void> {
  const overMs = Date.now();
  // It may be back before the last command that ends the fault has told so.
  const backMs = Math.max(overMs, await pictureIsBack(remote.page, faultMs));
  console.log(`${name}: picture ${backMs - overMs} ms after the fault was over`);
  expect(backMs - overMs).toBeLessThan(timeoutMs);
  expect((await readPictures(remote.page)).loadedMs).toBeLessThan(faultMs);
  await new Viewer(remote.page).seesTheTestSource();
}
