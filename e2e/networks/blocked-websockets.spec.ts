import { test as base, expect } from '../fixtures.ts';
import { Viewer } from '../pages/viewer.ts';
import { MeddlingProxy, type UpgradeTreatment } from '../servers/meddling-proxy.ts';

const test = base.extend<{ meddler: MeddlingProxy }>({
  meddler: async ({ server }, use) => {
    const proxy = await MeddlingProxy.open(server.url);
    await use(proxy);
    await proxy.close();
  },
});

const treatments: [string, UpgradeTreatment][] = [
  ['answers 400 to WebSockets', 400],
  ['answers 502 to WebSockets', 502],
  ['swallows WebSockets', 'swallow'],
  ['cuts WebSockets at once', { cutAfterMs: 0 }],
  ['cuts WebSockets after a second', { cutAfterMs: 1_000 }],
];

for (const [index, [does, treatment]] of treatments.entries()) {
  test(`a show is sent and watched through a proxy that ${does}`, { tag: '@long' }, async ({
    presenter,
    openPage,
    meddler,
  }) => {
    test.setTimeout(90_000);
    const channel = `proxy-${index}`;
    meddler.upgrades = treatment;
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${meddler.url}/watch/${channel}`);
    await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
    // Nobody fills in the form so fast that the page has not found out yet what the proxy does.
    const polls = presenter.page.waitForRequest(/transport=polling/, { timeout: 30_000 });
    await presenter.open({ url: meddler.url });
    await polls;
    await presenter.goLive({ channel, title: 'Through a proxy' });
    await viewer.seesMovingVideo();
    await presenter.seesViewers(1);

    await test.step('who comes late gets in soon', async () => {
      const late = new Viewer(await openPage());
      const since = Date.now();
      await late.page.goto(`${meddler.url}/watch/${channel}`);
      await late.seesMovingVideo(1);
      console.log(`a proxy that ${does}: a picture ${Date.now() - since} ms after the page was asked for`);
      await late.page.close();
    });
    await test.step('and everybody is back when the proxy starts again', async () => {
      meddler.breakAll();
      await presenter.seesThatItIsLive();
      await viewer.seesMovingVideo(60);
      // A viewer who was cut off between two polls is missed only when the server's heartbeat stays unanswered.
      await expect(presenter.page.getByText('1 viewer', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    });
    await presenter.end();
    await viewer.seesThatItEnded();
    expect(meddler.seen.polls).toBeGreaterThan(0);
  });
}

test('a page uses WebSockets alone where they work', { tag: '@long' }, async ({ presenter, openPage, meddler }) => {
  const viewer = new Viewer(await openPage());
  await viewer.page.goto(`${meddler.url}/watch/websockets`);
  await presenter.open({ url: meddler.url });
  await presenter.goLive({ channel: 'websockets', title: 'WebSockets' });
  await viewer.seesMovingVideo();
  expect(meddler.seen.upgrades).toBeGreaterThan(1);
  expect(meddler.seen.polls).toBe(0);
  await presenter.end();
});

test('a WebSocket takes over where the proxy lets one through at last', { tag: '@long' }, async ({
  presenter,
  openPage,
  meddler,
}) => {
  await presenter.open({ url: meddler.url });
  await presenter.goLive({ channel: 'at-last', title: 'At last' });
  const viewer = new Viewer(await openPage());
  meddler.upgrades = 'swallow';
  await viewer.page.goto(`${meddler.url}/watch/at-last`);
  await viewer.seesMovingVideo();
  expect(meddler.seen.polls).toBeGreaterThan(0);
  meddler.upgrades = 'pass';
  meddler.breakAll();
  await expect
    .poll(async () => {
      const before = meddler.seen.polls;
      await viewer.seesMovingVideo(60);
      return meddler.seen.polls - before;
    })
    .toBe(0);
  await presenter.end();
});

test('a presenter who closes the page behind such a proxy is missed soon', { tag: '@long' }, async ({
  presenter,
  openPage,
  meddler,
}) => {
  meddler.upgrades = 400;
  await presenter.open({ url: meddler.url });
  await presenter.goLive({ channel: 'gone', title: 'Gone' });
  const viewer = new Viewer(await openPage());
  await viewer.page.goto(`${meddler.url}/watch/gone`);
  await viewer.seesMovingVideo();
  await presenter.page.close();
  await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
});

test('where nothing gets through but pages, each of them says what is blocked', { tag: '@long' }, async ({
  openPage,
  meddler,
  server,
}) => {
  test.setTimeout(90_000);
  meddler.upgrades = 400;
  meddler.polling = 'refuse';
  const [lobby, watching, embedded, studio] = [
    await openPage(),
    await openPage(),
    await openPage(),
    await openPage(),
  ] as const;
  await lobby.goto(meddler.url);
  await watching.goto(`${meddler.url}/watch/blocked`);
  await embedded.goto(`${meddler.url}/embed/blocked`);
  await studio.goto(`${meddler.url}/present#key=${server.key}`);
  for (const page of [lobby, watching, embedded, studio]) {
    await expect(page.getByText('The connection is blocked').first()).toBeVisible({
      timeout: 30_000,
    });
    await expect(page.getByText(/WebSockets and long polling/).first()).toBeVisible();
  }
  await test.step('and goes on by itself once it is not', async () => {
    meddler.polling = 'pass';
    await expect(watching.getByText('Nothing is on air yet')).toBeVisible({ timeout: 30_000 });
    await studio.getByRole('button', { name: 'Try again' }).click();
    await expect(studio.getByLabel('Your camera', { exact: true })).toBeVisible();
  });
});
