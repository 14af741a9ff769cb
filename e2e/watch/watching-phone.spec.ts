import { expect, test } from '../fixtures.ts';
import { installTestSource } from '../media/test-source.ts';
import { desktop, isFull, opacityOf, openDevice, phone, stageOf } from '../pages/devices.ts';

test('a viewer with a phone sees a phone’s picture as large as it goes, and everything within reach', async ({
  browser,
  presenter,
  server,
}) => {
  test.setTimeout(90_000);
  await installTestSource(presenter.page, { width: 360, height: 640 });
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'pocket', title: 'In the pocket', record: true });
  const viewer = await openDevice(browser, server.url, phone);
  const { page, video } = viewer;
  await viewer.open('pocket');
  await viewer.seesMovingVideo();
  await expect
    .poll(async () => {
      const box = await stageOf(page).boundingBox();
      return box === null ? 0 : box.width / box.height;
    })
    .toBeLessThan(0.61);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Tap for sound' }).tap();
  await expect(video).toHaveJSProperty('muted', false);

  await test.step('a tap on what has faded only shows it', async () => {
    const mute = page.getByRole('button', { name: 'Turn sound off' });
    await expect.poll(() => opacityOf(mute), { timeout: 10_000 }).toBe('0');
    await mute.tap();
    await expect.poll(() => opacityOf(mute)).toBe('1');
    await expect(video).toHaveJSProperty('muted', false);
    await mute.tap();
    await expect(video).toHaveJSProperty('muted', true);
  });
  await test.step('every control is large enough for a finger, and none is out of reach', async () => {
    for (const button of await stageOf(page).getByRole('button').all()) {
      const box = await button.boundingBox();
      if (box === null) continue;
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(390);
    }
  });
  await test.step('the figures fit on the stage', async () => {
    await page.getByRole('button', { name: 'Technical details' }).tap();
    await expect(page.getByText('360 × 640')).toBeVisible();
    await page.getByRole('button', { name: 'Close the technical details' }).tap();
  });
  await test.step('two taps fill the screen', async () => {
    const { x, y, width } = (await stageOf(page).boundingBox()) ?? { x: 0, y: 0, width: 0 };
    await page.touchscreen.tap(x + width / 2, y + 200);
    await page.touchscreen.tap(x + width / 2, y + 200);
    await expect.poll(() => isFull(page)).toBe(true);
    await page.evaluate(() => document.exitFullscreen());
  });
  await presenter.end();
  await viewer.seesThatItEnded();
  await page.getByRole('link', { name: 'Watch the recording' }).tap();
  await expect(page).toHaveURL(/\/recordings\//);
  await page.context().close();
});

test('who reads Korean waits, watches and says goodbye in Korean', { tag: '@long' }, async ({
  browser,
  presenter,
  server,
}) => {
  for (const device of [phone, desktop]) {
    const { page } = await openDevice(browser, server.url, device, 'ko-KR');
    const video = page.getByLabel('방송', { exact: true });
    await page.goto('/watch/seoul');
    await expect(page).toHaveTitle('seoul 시청 · Rostrum');
    await expect(page.getByText('아직 방송이 없습니다')).toBeVisible();
    if (device === phone) await presenter.open();
    else await presenter.preparesAnother();
    await presenter.goLive({ channel: 'seoul', title: '서울' });
    await expect
      .poll(() => video.evaluate((element) => (element as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames))
      .toBeGreaterThan(20);
    await expect(page.getByRole('button', { name: '눌러서 소리 켜기' })).toBeVisible();
    await expect(page.getByText('1명 시청 중')).toBeVisible();
    await presenter.end();
    await expect(page.getByText('방송이 끝났습니다', { exact: true })).toBeVisible();
    await page.context().close();
  }
});
