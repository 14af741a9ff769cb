import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Locator, Page } from 'playwright/test';
import type { EmbedEvent } from '../../lib/embed-api.ts';
import { test as base, expect } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

/** Somebody else's site: one page that holds the player of the channel in its query, and records what it receives. */
type Site = { origin: string; close: () => Promise<void>; rostrum: string };

async function openSite(): Promise<Site> {
  const site: Site = { origin: '', rostrum: '', close: async () => undefined };
  const server: Server = createServer((request, response) => {
    const channel = new URL(request.url ?? '/', 'http://site').searchParams.get('channel') ?? '';
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>A school</title><body style="margin: 0">
      <iframe src="${site.rostrum}/embed/${channel}" title="Player" allow="autoplay; fullscreen"
        style="width: 100%; aspect-ratio: 16 / 9; border: 0"></iframe>
      <button data-command="play">Play</button> <button data-command="pause">Pause</button>
      <button data-command="mute">Mute</button> <button data-command="unmute">Unmute</button>
      <button data-command="request-state">Ask</button> <button data-command="set-volume">Half</button>
      <script>
        window.told = [];
        addEventListener('message', ({ origin, data }) => origin === '${site.rostrum}' && told.push(data));
        for (const button of document.querySelectorAll('button')) button.onclick = () =>
          document.querySelector('iframe').contentWindow.postMessage(
            { target: 'rostrum', command: button.dataset.command, volume: 0.5 }, '${site.rostrum}');
      </script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  site.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return site;
}

const test = base.extend<{ school: Site; stranger: Site; rostrum: RostrumServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  school: async ({}, use) => {
    const site = await openSite();
    await use(site);
    await site.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  stranger: async ({}, use) => {
    const site = await openSite();
    await use(site);
    await site.close();
  },
  rostrum: async ({ school, stranger }, use) => {
    const server = await startRostrum({ EMBED_ORIGINS: school.origin });
    for (const site of [school, stranger]) site.rostrum = server.url;
    await use(server);
    await server.close();
  },
});

/** What the page was told, in order; it has what its own script put there. */
const toldTo = (page: Page) => page.evaluate(() => (window as unknown as { told: EmbedEvent[] }).told);
const lastTold = async (page: Page) => (await toldTo(page)).at(-1);

/** How many pictures were shown. */
const shownIn = (video: Locator) =>
  video.evaluate((element) => (element as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);

function playerIn(page: Page): Frame {
  const frame = page.frames().find((one) => one !== page.mainFrame());
  if (frame === undefined) throw new Error('The page holds no frame.');
  return frame;
}

test('a page of an allowed site holds the player, hears what it does, and steers it', { tag: '@long' }, async ({
  openPage,
  rostrum,
  school,
}) => {
  test.setTimeout(90_000);
  const presenter = new Presenter(await openPage(), rostrum.key);
  const pages = [await openPage(), await openPage()];
  await pages[1]?.setViewportSize({ width: 390, height: 844 });
  for (const page of pages) {
    await page.goto(`${school.origin}/?channel=open-day`);
    await expect(page.frameLocator('iframe').getByText('Nothing is on air yet')).toBeVisible();
    await expect
      .poll(() => toldTo(page))
      .toContainEqual({
        source: 'rostrum',
        event: 'ready',
        channel: 'open-day',
        state: 'waiting',
        playback: 'starting',
        muted: true,
        volume: 1,
      });
  }
  await presenter.open({ url: rostrum.url });
  await presenter.goLive({ channel: 'open-day', title: 'Open day', record: true });
  for (const page of pages) {
    const frame = page.frameLocator('iframe');
    const video = frame.getByLabel('Broadcast', { exact: true });
    await expect
      .poll(() => lastTold(page))
      .toMatchObject({ event: 'state', state: 'live', playback: 'playing', muted: true });
    await expect.poll(() => shownIn(video)).toBeGreaterThan(20);

    await test.step('it has sound when the page asks for it after a click, and none when it does not', async () => {
      await page.getByRole('button', { name: 'Unmute' }).click();
      await expect(video).toHaveJSProperty('muted', false);
      await expect.poll(() => lastTold(page)).toMatchObject({ state: 'live', muted: false, volume: 1 });
      await expect(video).toHaveJSProperty('paused', false);
      await page.getByRole('button', { name: 'Half' }).click();
      await expect.poll(() => lastTold(page)).toMatchObject({ muted: false, volume: 0.5 });
      await page.getByRole('button', { name: 'Mute', exact: true }).click();
      await expect(video).toHaveJSProperty('muted', true);
      const before = (await toldTo(page)).length;
      await page.getByRole('button', { name: 'Ask' }).click();
      await expect.poll(async () => (await toldTo(page)).length).toBe(before + 1);
    });
    await test.step('it stands still when the page asks for it, and goes on live', async () => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(video).toHaveJSProperty('paused', true);
      await expect.poll(() => lastTold(page)).toMatchObject({ state: 'live', playback: 'paused' });
      await page.getByRole('button', { name: 'Play' }).click();
      await expect.poll(() => lastTold(page)).toMatchObject({ state: 'live', playback: 'playing' });
      await expect(video).toHaveJSProperty('paused', false);
    });
    await test.step('it fills its frame, and shows the way to the whole page', async () => {
      const [inner, outer] = [await playerIn(page).evaluate(stageSize), await page.locator('iframe').boundingBox()];
      expect(inner.width).toBeCloseTo(outer?.width ?? 0, 0);
      expect(inner.height).toBeCloseTo(outer?.height ?? 0, 0);
      expect(inner.overflow).toBeLessThanOrEqual(0);
      const link = frame.getByRole('link', { name: 'Open open-day in a new tab' });
      await expect(link).toHaveAttribute('href', '/watch/open-day');
      await expect(link).toHaveAttribute('target', '_blank');
    });
  }
  await presenter.page.close();
  for (const page of pages) {
    await expect(page.frameLocator('iframe').getByText('The presenter will be right back')).toBeVisible();
    await expect.poll(() => lastTold(page)).toMatchObject({ state: 'interrupted' });
  }
  await rostrum.stop();
  for (const page of pages) await expect.poll(() => lastTold(page)).toMatchObject({ state: 'ended' });
});

test('what the browser does not let play by itself is begun by a click in the page around', { tag: '@long' }, async ({
  openPage,
  rostrum,
  school,
}) => {
  const presenter = new Presenter(await openPage(), rostrum.key);
  await presenter.open({ url: rostrum.url });
  await presenter.goLive({ channel: 'saving', title: 'Saving power' });
  const page = await openPage();
  // As phones do that save power: nothing plays, without sound neither, before somebody asks for it.
  await page.addInitScript(() => {
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = () => {
      HTMLMediaElement.prototype.play = play;
      return Promise.reject(new DOMException('Nobody asked for it.', 'NotAllowedError'));
    };
  });
  await page.goto(`${school.origin}/?channel=saving`);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('button', { name: 'Tap to watch' })).toBeVisible();
  await expect.poll(() => lastTold(page)).toMatchObject({ state: 'live', playback: 'refused' });
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => lastTold(page)).toMatchObject({ state: 'live', playback: 'playing' });
  await expect(frame.getByRole('button', { name: 'Tap to watch' })).toBeHidden();
  const video = frame.getByLabel('Broadcast', { exact: true });
  const before = await shownIn(video);
  await expect.poll(() => shownIn(video)).toBeGreaterThan(before + 20);
  await presenter.end();
});

test('a page of any other site gets a refusal in place of the player, and hears nothing', async ({
  openPage,
  rostrum,
  stranger,
}) => {
  const page = await openPage();
  const refused = page.waitForEvent('console', { predicate: (message) => /frame-ancestors/.test(message.text()) });
  await page.goto(`${stranger.origin}/?channel=open-day`);
  await refused;
  expect(playerIn(page).url()).not.toContain('/embed/');
  expect(await toldTo(page)).toEqual([]);
  for (const path of ['/', '/present', '/watch/open-day', '/embed/..%2fpresent']) {
    const reply = await fetch(`${rostrum.url}${path}`);
    expect(reply.headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
  }
});

test('a channel that cannot be is told in the frame, too', { tag: '@long' }, async ({ openPage, server }) => {
  const page = await openPage();
  await page.goto(`${server.url}/embed/NO`);
  await expect(page.getByText('This watch link is not complete')).toBeVisible();
});

/** How large the stage is, and how far the page sticks out of its frame, in pixels. */
function stageSize(): { width: number; height: number; overflow: number } {
  const { width, height } = document.querySelector('section')?.getBoundingClientRect() ?? { width: 0, height: 0 };
  const { scrollWidth, scrollHeight } = document.documentElement;
  return { width, height, overflow: Math.max(scrollWidth - innerWidth, scrollHeight - innerHeight) };
}
