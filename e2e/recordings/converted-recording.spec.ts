import { spawnSync } from 'node:child_process';
import { recordingPaths } from '../../lib/recording.ts';
import { expect, newPage } from '../fixtures.ts';
import { expectAccessible } from '../pages/participant.ts';
import { expectColourOf, test } from '../pages/shown-recording.ts';

test('a recording is converted to MP4 by whoever has a key, and plays in step for everybody who downloads it', {
  tag: '@long',
}, async ({ shown: { page, server, id }, browser }) => {
  test.setTimeout(180_000);
  test.skip(spawnSync('ffmpeg', ['-version']).status !== 0, 'FFmpeg, which is optional, is not installed.');
  const visitor = await newPage(browser, server);
  await visitor.goto(`/recordings/${id}`);
  await expect(visitor.getByRole('link', { name: /^Sound only/ })).toBeVisible();
  await expect(visitor.getByRole('button', { name: 'Convert to MP4' })).toBeHidden();

  await page.goto(`/present#key=${server.key}`);
  await expect(page).not.toHaveURL(/key=/);
  await page.goto(`/recordings/${id}`);
  const begin = page.getByRole('button', { name: 'Convert to MP4' });
  await begin.click();
  await expect(page.getByRole('progressbar', { name: 'Converting to MP4' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel the conversion' }).click();
  await expect(begin).toBeVisible();
  await begin.click();
  await expect(page.getByRole('link', { name: /^Download as MP4 \(H\.264\), \d/ })).toBeVisible({ timeout: 120_000 });

  await visitor.reload();
  await expect(visitor.getByRole('link', { name: /^Download as MP4 \(H\.264\)/ })).toBeVisible();
  await visitor.evaluate((address) => {
    const video = document.createElement('video');
    video.id = 'converted';
    video.src = address;
    document.body.append(video);
  }, recordingPaths.downloadConverted(id));
  const video = visitor.locator('#converted');
  const seconds = () => video.evaluate((element) => (element as HTMLVideoElement).duration);
  await expect.poll(seconds).toBeGreaterThan(19);
  expect(Math.abs((await seconds()) - 20)).toBeLessThan(0.3);
  for (const at of [17, 2, 12, 7]) {
    await video.evaluate((element, to) => {
      (element as HTMLVideoElement).currentTime = to;
    }, at);
    await expectColourOf(video, at);
  }
  await visitor.context().close();
});
