import type { Request } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { Viewer } from '../pages/viewer.ts';

test('a click on a show goes on over the line of the lobby, with a page that is there already', {
  tag: '@long',
}, async ({ presenter, openPage }) => {
  test.setTimeout(120_000);
  await presenter.open();
  await presenter.goLive({ channel: 'clicked', title: 'Clicked upon' });
  const page = await openPage();
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  const pages: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname === '/watch/clicked') pages.push(search);
  });
  // A first request asks for no more than the outline of the page. The router stops listening once it has the page.
  const isPage = (request: Request) =>
    new URL(request.url()).pathname === '/watch/clicked' && !('next-router-segment-prefetch' in request.headers());
  const prefetched = Promise.race([
    page.waitForEvent('requestfinished', isPage),
    page.waitForEvent('requestfailed', isPage),
  ]);
  await page.goto('/');
  await prefetched;
  const asked = pages.length;

  await page.getByRole('link', { name: 'Clicked upon' }).click();
  const viewer = new Viewer(page);
  await viewer.seesMovingVideo();
  await viewer.seesTheTestSource();
  expect(sockets).toHaveLength(1);
  expect(pages).toHaveLength(asked);
  await presenter.seesViewers(1);

  await test.step('the way back leaves the show, and the lobby is told of it again', async () => {
    await page.goBack();
    await expect(page.getByRole('link', { name: 'Clicked upon' })).toBeVisible();
    await presenter.seesViewers(0);
    await presenter.end();
    await expect(page.getByRole('link', { name: 'Clicked upon' })).toBeHidden();
  });
});
