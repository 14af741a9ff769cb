import { SignJWT } from 'jose';
import type { Page, Request } from 'playwright/test';
import { test as base, expect } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

const linkSecret = 'the secret that both servers have in common';
const passcode = 'seven blue chairs';

/** A server whose recordings are for presenters, which logs everything, and accepts signed links. */
const test = base.extend<object, { server: RostrumServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const server = await startRostrum({
        LOG_LEVEL: 'debug',
        JWT_SECRET: linkSecret,
        RECORDINGS_ACCESS: 'presenters',
      });
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

const sign = (claims: Record<string, unknown>, lifetime = '5m') =>
  new SignJWT({ aud: 'rostrum', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(linkSecret));

/** Everything that a page sends in addresses and in Referer headers. */
function sentBy(page: Page): string[] {
  const sent: string[] = [];
  const note = (request: Request) => sent.push(request.url(), request.headers().referer ?? '');
  page.on('request', note);
  page.on('websocket', (socket) => sent.push(socket.url()));
  return sent;
}

async function enters(page: Page, text: string): Promise<void> {
  await page.getByLabel('Passcode', { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

test('a presenter whose key is revoked is taken off air, and reads why', async ({ openPage, server }) => {
  const owner = await openPage();
  await owner.goto(`/keys#key=${server.key}`);
  await owner.getByLabel('Name', { exact: true }).fill('Anna');
  await owner.getByLabel('Channels', { exact: true }).fill('algebra');
  await owner.getByRole('button', { name: 'Make the key' }).click();
  const key = (await owner.getByText(/^rk_/).textContent()) ?? '';
  const presenter = new Presenter(await openPage(), key);
  await presenter.open();
  await expect(presenter.page.getByLabel('Channel', { exact: true })).toHaveValue('algebra');
  await presenter.page.getByLabel('Title', { exact: true }).fill('Groups');
  await presenter.page.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();
  await owner.getByRole('button', { name: 'Revoke the key of Anna' }).click();
  await owner.getByRole('button', { name: 'Revoke it' }).click();
  await expect(presenter.page.getByText(/revoked the presenter key/)).toBeVisible();
  await expect(owner.getByText('There are no presenter keys yet.')).toBeVisible();
  await presenter.page.reload();
  await expect(presenter.page.getByRole('alert').filter({ hasText: /key is not right/ })).toBeVisible();
});

test('viewers enter the passcode of a show, its recording is for presenters, and no secret is told', async ({
  presenter,
  openViewer,
  openPage,
  server,
}) => {
  const viewer = await openViewer();
  const sent = [presenter.page, viewer.page].map(sentBy);
  await presenter.open();
  await presenter.fillIn({ channel: 'closed-class', title: 'Only for us', record: true });
  await presenter.page.getByText('Passcode for viewers').click();
  await enters(presenter.page, passcode);
  await expect(presenter.page.getByText(/need the passcode/)).toBeVisible();
  await presenter.page.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();

  await viewer.page.goto('/');
  await expect(viewer.page.getByText('Private', { exact: true })).toBeVisible();
  await expect(viewer.page.getByText('Only for us')).toBeHidden();
  await viewer.page.getByRole('link', { name: 'closed-class' }).click();
  await enters(viewer.page, 'seven red chairs');
  await expect(viewer.page.getByRole('alert').filter({ hasText: 'This passcode is not right' })).toBeVisible();
  await enters(viewer.page, passcode);
  await viewer.seesMovingVideo();
  await expect(viewer.page.getByRole('heading', { name: 'Only for us' })).toBeVisible();
  await viewer.page.reload();
  await viewer.seesMovingVideo();

  await presenter.end();
  await expect(viewer.page.getByText('This broadcast has ended')).toBeVisible();
  await expect(viewer.page.getByRole('link', { name: 'Watch the recording' })).toBeHidden();
  await viewer.page.goto('/recordings');
  await expect(viewer.page.getByText('Only presenters can see this')).toBeVisible();
  await presenter.page.goto('/recordings');
  await presenter.page.getByRole('button', { name: 'Play Only for us' }).click();
  const video = presenter.page.getByLabel('Recording: Only for us');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0);
  const source = (await video.getAttribute('src')) ?? '';
  expect((await (await openPage()).request.get(source)).status()).toBe(401);

  const tickets = await viewer.page.evaluate(() => localStorage.getItem('rostrum.ticket.closed-class') ?? '');
  const ticket = /rs_[\w.-]+/.exec(tickets)?.[0] ?? '';
  const cookies = await presenter.page.context().cookies(`${server.url}/api`);
  const cookie = cookies.find(({ name }) => name === 'rostrum-session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api' });
  const told = `${sent.flat().join('\n')}\n${server.log()}`;
  expect(told).toContain('/watch/closed-class');
  expect(told).toMatch(/"level":"debug"/);
  for (const secret of [server.key, passcode, encodeURIComponent(passcode), ticket, cookie?.value ?? '']) {
    expect(secret.length).toBeGreaterThan(10);
    expect(told).not.toContain(secret);
  }
});

test('signed links of another application admit a presenter and a viewer, and no one sees them again', {
  tag: '@long',
}, async ({ openPage, server }) => {
  const presenterLink = await sign({ role: 'presenter', channel: 'linked', name: 'Anna' });
  const viewerLink = await sign({ role: 'viewer', channel: 'linked' }, '20s');
  const [page, watching] = [await openPage(), await openPage()];
  const sent = [page, watching].map(sentBy);
  const presenter = new Presenter(page, '');
  await presenter.open({ link: `/present#token=${presenterLink}` });
  expect(new URL(page.url()).hash).toBe('');
  await expect(page.getByText('You present as “Anna”.')).toBeVisible();
  await page.getByText('Passcode for viewers').click();
  await enters(page, passcode);
  await expect(page.getByText(/need the passcode/)).toBeVisible();
  await page.getByLabel('Title', { exact: true }).fill('Linked');
  await page.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();

  const viewer = new Viewer(watching);
  await watching.goto(`/embed/linked#token=${viewerLink}`);
  await viewer.seesMovingVideo();
  expect(new URL(watching.url()).hash).toBe('');
  await watching.goto(`/watch/linked#token=${await sign({ role: 'viewer', channel: 'other' })}`);
  await expect(watching.getByText('This broadcast asks for a passcode', { exact: true })).toBeVisible();
  await watching.goto('/');
  await watching.goto(`/watch/linked#token=${await sign({ role: 'viewer', channel: 'linked' }, '-5m')}`);
  await expect(watching.getByText('This link has expired')).toBeVisible();
  const stranger = await openPage();
  await stranger.goto(`/present#token=${viewerLink}`);
  await expect(stranger.getByRole('alert').filter({ hasText: 'This link is not valid' })).toBeVisible();
  const told = `${sent.flat().join('\n')}\n${server.log()}`;
  for (const secret of [presenterLink, viewerLink, presenterLink.split('.')[2] ?? ''])
    expect(told).not.toContain(secret);
});
