import { expect, test } from '../fixtures.ts';
import { installTestSource } from '../media/test-source.ts';

const size = { width: 1280, height: 720 };

test('viewers see the picture in the size that was chosen from the first one on, also after the presenter came back', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  const { page: watching } = await openViewer();
  // Each size that the element had, as long as it is the same element or another.
  await watching.addInitScript(() => {
    const heights: number[] = [];
    Object.assign(window, { heights });
    const seen = new WeakSet<Element>();
    setInterval(() => {
      const video = document.querySelector<HTMLVideoElement>('video[aria-label="Broadcast"]');
      if (video === null || seen.has(video)) return;
      seen.add(video);
      const note: VideoFrameRequestCallback = (_, { height }) => {
        heights.push(height);
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    }, 10);
  });
  const heights = () => watching.evaluate(() => (window as unknown as { heights: number[] }).heights);
  await watching.goto('/watch/first-seconds');
  await installTestSource(presenter.page, { ...size, prompt: true, grain: true });
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'first-seconds', title: 'First seconds' });
  await expect.poll(async () => (await heights()).length).toBeGreaterThan(10);
  expect((await heights()).slice(0, 10)).toEqual(Array.from({ length: 10 }, () => size.height));

  await watching.waitForTimeout(6_000);
  await presenter.page.reload();
  await watching.evaluate(() => (window as unknown as { heights: number[] }).heights.splice(0));
  await presenter.page.getByRole('button', { name: 'Resume' }).click();
  await presenter.seesThatItIsLive();
  await expect.poll(async () => (await heights()).length).toBeGreaterThan(10);
  expect((await heights()).slice(-5)).toEqual(Array.from({ length: 5 }, () => size.height));
  await presenter.end();
});
