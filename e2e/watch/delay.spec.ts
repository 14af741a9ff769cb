import { expect, test } from '../fixtures.ts';
import { lookAtFrame } from '../media/test-source.ts';

const looks = 25;

// Alone, because on a busy machine the delay itself changes from one second to the next.
test('viewers are told how old the picture is, and its own clock agrees within 50 ms', {
  tag: ['@alone', '@long'],
}, async ({ presenter, openViewer }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'delayed', title: 'Delayed' });
  const { page } = await openViewer();
  await page.goto('/watch/delayed');
  const told = page.locator('[data-delay-ms]');
  // The presenter's browser measures for a few seconds before it says anything.
  await expect(told).toHaveText(/\d\.\d sec delay/, { timeout: 20_000 });

  const median = (values: number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
  // The clock was drawn up to a frame before the camera took it, and it is looked at up to a frame after it was shown.
  const frameMs = 1_000 / 30;
  // The first figures are those of the first seconds, in which a show is later than it will be.
  await expect(async () => {
    const [shown, measured]: [number[], number[]] = [[], []];
    for (let look = 0; look < looks; look += 1) {
      const { clockMs, seenAtMs } = await lookAtFrame(page, 'Broadcast');
      if (clockMs !== null) measured.push(seenAtMs - clockMs);
      shown.push(Number(await told.getAttribute('data-delay-ms')));
    }
    console.log(`delay told ${median(shown)} ms, by the picture's clock ${Math.round(median(measured) - frameMs)} ms`);
    expect(measured.length).toBeGreaterThan(looks / 2);
    expect(Math.abs(median(shown) - (median(measured) - frameMs))).toBeLessThan(50);
  }).toPass({ timeout: 20_000, intervals: [2_000] });
});
