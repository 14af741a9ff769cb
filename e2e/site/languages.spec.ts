import type { Browser } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { switchLanguage } from '../pages/looks.ts';
import { englishIn, expectKorean, textsOf } from '../pages/page-texts.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

/**
 * The pages on which a browser in Korean finds nothing in English, each with the text in Korean that shows that it is
 * there. States that need a show are looked at in accessibility.spec.ts.
 */
const koreanPages = [
  { path: '/', landmark: '지금 방송 중' },
  { path: '/recordings', landmark: '지난 방송을 다시 보고 내려받을 수 있습니다.' },
  { path: '/recordings/none', landmark: '이 녹화를 찾을 수 없습니다' },
  { path: '/nowhere', landmark: '페이지를 찾을 수 없습니다' },
  { path: '/watch/NO', landmark: '시청 링크가 온전하지 않습니다' },
  { path: '/present', landmark: '진행자 확인' },
] as const;

test('a browser in Korean finds no English on any page', { tag: '@long' }, async ({ browser }) => {
  // Shows and recordings of other tests have English titles.
  const server = await startRostrum();
  try {
    for (const { path, landmark } of koreanPages) {
      await test.step(path, async () => {
        const page = await koreanPage(browser);
        await page.goto(`${server.url}${path}`);
        await expect(page.getByText(landmark).first()).toBeVisible();
        await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
        await expect(page.getByText('…')).toHaveCount(0);
        await expectKorean(page, path);
        await page.context().close();
      });
    }
  } finally {
    await server.close();
  }
});

/** What tabs say, where no show is needed for it. */
const tabs = [
  { path: '/', en: 'On air now · Rostrum', ko: '지금 방송 중 · Rostrum' },
  { path: '/recordings', en: 'Recordings · Rostrum', ko: '녹화 · Rostrum' },
  { path: '/recordings/none', en: 'Recording · Rostrum', ko: '녹화 · Rostrum' },
  { path: '/watch/math-101', en: 'Watch math-101 · Rostrum', ko: 'math-101 시청 · Rostrum' },
  { path: '/embed/math-101', en: 'Watch math-101 · Rostrum', ko: 'math-101 시청 · Rostrum' },
  { path: '/watch/Math%20101', en: /^This watch link is not complete ·/, ko: /^시청 링크가 온전하지 않습니다 ·/ },
  { path: '/present', en: 'Go live · Rostrum', ko: '방송하기 · Rostrum' },
  { path: '/nowhere', en: /^There is nothing at this address ·/, ko: /^페이지를 찾을 수 없습니다 ·/ },
] as const;

test('every tab says what is in it, in the language of the page', { tag: '@long' }, async ({
  browser,
  openPage,
  server,
}) => {
  const [english, korean] = [await openPage(), await koreanPage(browser)];
  for (const { path, en, ko } of tabs) {
    await english.goto(`${server.url}${path}`);
    await expect(english, path).toHaveTitle(en);
    await korean.goto(`${server.url}${path}`);
    await expect(korean, path).toHaveTitle(ko);
  }
  await korean.context().close();
});

test('the language is changed on the page as it stands, and remembered', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'two-tongues', title: 'Two tongues' });
  const viewer = await openViewer();
  await viewer.open('two-tongues');
  await viewer.seesMovingVideo();
  for (const page of [viewer.page, presenter.page]) {
    await page.locator('video').evaluate((video) => video.setAttribute('data-before', 'yes'));
    await switchLanguage(page, 'ko');
    // A newly created player would have lost what was written on it.
    await expect(page.locator('video')).toHaveAttribute('data-before', 'yes');
  }
  await expect(presenter.page).toHaveTitle('● 방송 중: Two tongues');
  await expect(viewer.page.getByRole('link', { name: '녹화', exact: true })).toBeVisible();
  await viewer.page.locator('video').evaluate(async (video) => {
    const player = video as HTMLVideoElement;
    const { totalVideoFrames } = player.getVideoPlaybackQuality();
    while (player.getVideoPlaybackQuality().totalVideoFrames < totalVideoFrames + 20) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  await viewer.page.reload();
  await expect(viewer.page.locator('html')).toHaveAttribute('lang', 'ko');
  await viewer.page.goto('/');
  await expect(viewer.page.getByRole('heading', { name: '지금 방송 중' })).toBeVisible();
  await switchLanguage(presenter.page, 'en');
  await expect(presenter.page).toHaveTitle('● Live: Two tongues');
  await presenter.end();
  await expect(presenter.page).toHaveTitle('Go live · Rostrum');
});

test('pieces of English are found among Korean, and names are not', () => {
  expect(englishIn(['Nothing recorded yet', '링크를 복사 Copy the link now'], [])).toHaveLength(2);
  expect(
    englishIn(
      ['Open day at the observatory', 'Rostrum 1.4 GB', 'Chrome, Edge, Firefox, Safari를'],
      ['Open day at the observatory'],
    ),
  ).toEqual([]);
});

test('a browser in neither language gets English', async ({ browser, server }) => {
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  await page.goto(server.url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  expect(await textsOf(page)).toContain('On air now');
  await context.close();
});

async function koreanPage(browser: Browser) {
  const context = await browser.newContext({ locale: 'ko-KR' });
  return context.newPage();
}
