import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { refuseTheCamera, takeWebRtcAway } from '../pages/hindrances.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test('a channel that is taken is told to the second presenter, and the first goes on', async ({
  presenter,
  openPage,
  openViewer,
  server,
}) => {
  const { Presenter } = await import('../pages/presenter.ts');
  await presenter.open();
  await presenter.goLive({ channel: 'taken', title: 'First come' });
  const second = new Presenter(await openPage(), server.key);
  await second.open();
  await second.fillIn({ channel: 'taken', title: 'Too late' });
  await second.page.getByRole('button', { name: 'Go live' }).click();
  await expect(
    second.page
      .getByRole('alert')
      .filter({ hasText: /another channel/i })
      .first(),
  ).toBeVisible();
  const viewer = await openViewer();
  await viewer.open('taken');
  await viewer.seesMovingVideo();
  await presenter.end();
});

test('a wrong key is told before anything else happens', async ({ openPage }) => {
  const page = await openPage();
  await page.goto('/present#key=a-guess-that-is-wrong');
  await expect(page.getByText(/presenter key/i).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Go live' })).toBeHidden();
});

test('the key leaves the address at once, and shows on no page', { tag: '@long' }, async ({
  presenter,
  openViewer,
  server,
}) => {
  await presenter.open();
  expect(presenter.page.url()).not.toContain(server.key);
  await presenter.page.goto(`/present#key=${server.key}`);
  await expect.poll(() => presenter.page.url()).toBe(`${server.url}/present`);
  await presenter.goLive({ channel: 'secret', title: 'Secret' });
  expect(await presenter.page.content()).not.toContain(server.key);
  await presenter.page.getByRole('button', { name: /copy.*link/i }).click();
  const link = await presenter.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${server.url}/watch/secret`);
  const viewer = await openViewer();
  await viewer.open('secret');
  await viewer.seesMovingVideo();
  expect(await viewer.page.content()).not.toContain(server.key);
  await presenter.end();
  expect(server.log()).not.toContain(server.key);
});

test('a blocked camera is told with its remedy', async ({ openPage, server }) => {
  const page = await openPage();
  await refuseTheCamera(page, 'NotAllowedError');
  await page.goto(`/present#key=${server.key}`);
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: /blocked|allow/i })
      .first(),
  ).toBeVisible();
});

test('a missing camera is told with its remedy', async ({ openPage, server }) => {
  const page = await openPage();
  await refuseTheCamera(page, 'NotFoundError');
  await page.goto(`/present#key=${server.key}`);
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: /camera/i })
      .first(),
  ).toBeVisible();
});

test('a page without HTTPS says that it needs HTTPS', async ({ openPage, server }) => {
  const page = await openPage();
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
    Object.defineProperty(window, 'isSecureContext', { value: false });
  });
  await page.goto(`/present#key=${server.key}`);
  await expect(page.getByRole('alert').filter({ hasText: /https/i }).first()).toBeVisible();
});

test('a browser without WebRTC is told so', async ({ openPage }) => {
  const page = await openPage();
  await takeWebRtcAway(page);
  await page.goto('/watch/anything');
  await expect(page.getByText('This browser cannot do live video')).toBeVisible();
  await expect(page.getByText(/current version of Chrome/)).toBeVisible();
});

test('a page whose scripts were cancelled by a change of network loads again by itself', async ({
  openPage,
  server,
}) => {
  const page = await openPage();
  const cancelled = new Set<string>();
  await page.route('**/_next/static/**/*.js', async (route, request) => {
    const isFirst = cancelled.size < 2 && !cancelled.has(request.url());
    cancelled.add(request.url());
    await (isFirst ? route.abort('internetdisconnected') : route.continue());
  });
  await page.goto(`/present#key=${encodeURIComponent(server.key)}`);
  await expect(page.getByLabel('Channel', { exact: true })).toBeVisible();
  expect(cancelled.size).toBeGreaterThan(1);
});

test('a script that was cancelled before the style sheets are there is missed no longer', async ({
  openPage,
  server,
}) => {
  const html = await (await fetch(`${server.url}/present`)).text();
  const [, source = ''] = /<script src="([^"]+)"/.exec(html) ?? [];
  const page = await openPage();
  let requests = 0;
  await page.route('**/_next/static/**/*.css', async (route) => {
    if (requests < 2) await page.waitForTimeout(1_000);
    await route.continue();
  });
  await page.route(`**${source}`, async (route) => {
    requests += 1;
    await (requests === 1 ? route.abort('internetdisconnected') : route.continue());
  });
  await page.goto(`/present#key=${encodeURIComponent(server.key)}`, { waitUntil: 'commit' });
  await expect(page.getByLabel('Channel', { exact: true })).toBeVisible({ timeout: 10_000 });
  expect(requests).toBe(2);
});

test('a page with a script that never arrives is loaded again by itself', { tag: '@long' }, async ({
  openPage,
  server,
}) => {
  test.setTimeout(60_000);
  const page = await openPage();
  let held = '';
  await page.route('**/_next/static/**/*.js', async (route, request) => {
    const isHeld = held === '';
    if (isHeld) held = request.url();
    else await route.continue();
  });
  await page.goto(`/present#key=${encodeURIComponent(server.key)}`, { waitUntil: 'commit' });
  await expect(page.getByLabel('Channel', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(held).not.toBe('');
});

test('a part of a page whose code was cancelled again and again is loaded all the same', async ({
  openPage,
  server,
}) => {
  const address = `/present#key=${encodeURIComponent(server.key)}`;
  const html = await (await fetch(`${server.url}/present`)).text();
  const page = await openPage();
  const cancelled = new Map<string, number>();
  await page.route('**/_next/static/**/*.js', async (route, request) => {
    const { pathname } = new URL(request.url());
    const count = cancelled.get(pathname) ?? 0;
    if (html.includes(pathname) || count === 3) return await route.continue();
    cancelled.set(pathname, count + 1);
    await route.abort('internetdisconnected');
  });
  await page.goto(address);
  await expect(page.getByLabel('Channel', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect([...cancelled.values()].filter((count) => count === 3).length).toBeGreaterThan(0);
});

test('a channel that cannot be is told, and so is a page that is not there', async ({ openPage }) => {
  const page = await openPage();
  await page.goto('/watch/NOT%20A%20CHANNEL');
  await expect(page.getByText(/no such channel|not a channel|channel name/i).first()).toBeVisible();
  const missing = await page.goto('/nowhere');
  expect(missing?.status()).toBe(404);
});

test('an address that cannot be read is refused on every page and route, in words', async ({ openPage, server }) => {
  const under = [
    'watch/',
    'embed/',
    'recordings/',
    'present/',
    'api/',
    'api/health/',
    'api/recordings/',
    '_next/static/',
    '',
  ];
  for (const path of [...under, 'icon.svg', 'socket.io/']) {
    for (const broken of ['%', '%E0%A4%A', '%ff?EIO=4&transport=polling']) {
      const reply = await fetch(`${server.url}/${path}${broken}`, { redirect: 'manual' });
      expect([path, broken, reply.status]).toEqual([path, broken, 400]);
      expect(await reply.json()).toMatchObject({ error: { code: 'bad-request' } });
    }
  }
  const page = await openPage();
  const answer = await page.goto('/watch/%ff');
  expect(answer?.status()).toBe(400);
  await expect(page.getByText('The server did not accept this')).toBeVisible();
});

test('the owner is told in one sentence why the server does not start', { tag: '@long' }, async ({ server }) => {
  const port = new URL(server.url).port;
  await expect(startRostrum({ PORT: port })).rejects.toThrow(/taken by another program/);
  await expect(startRostrum({ KURENTO_URL: 'ws://127.0.0.1:9/kurento' })).rejects.toThrow(/ws:\/\/127\.0\.0\.1:9/);
  await expect(startRostrum({ PORT: 'eighty' })).rejects.toThrow(/PORT/);
  const below = { DATA_DIR: 'package.json/below-a-file' };
  await expect(startRostrum(below)).rejects.toThrow(/cannot be written to.*DATA_DIR/);
  await expect(startRostrum({ ...below, PRESENTER_KEY: '' })).rejects.toThrow(/cannot be written to.*DATA_DIR/);
  const recordings = { RECORDINGS_DIR: 'package.json/below-a-file' };
  await expect(startRostrum(recordings)).rejects.toThrow(/cannot be made or written/);
});

test('a server that is told to stop ends its shows, finishes their recordings, and says that all is well', async ({
  openPage,
}) => {
  const { Presenter } = await import('../pages/presenter.ts');
  const { Viewer } = await import('../pages/viewer.ts');
  const own = await startRostrum();
  try {
    const presenter = new Presenter(await openPage(), own.key);
    await presenter.open({ url: own.url });
    await presenter.goLive({ channel: 'last', title: 'The last one', record: true });
    await presenter.seesOfTheRecording('Recording');
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${own.url}/watch/last`);
    await viewer.seesMovingVideo();
    expect(await own.stop()).toBe(0);
    await viewer.seesThatItEnded();
    const [id] = await readdir(join(own.dataDir, 'recordings'));
    const manifest = await readFile(join(own.dataDir, 'recordings', String(id), 'manifest.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ channel: 'last', state: 'ready' });
  } finally {
    await own.close();
  }
});
