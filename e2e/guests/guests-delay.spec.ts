import { expect, test } from '../fixtures.ts';
import { lookAtFrame } from '../media/test-source.ts';
import { Guest } from '../pages/guest.ts';

const looks = 25;

// Alone, because on a busy machine the delay itself changes from one second to the next.
test('guest and presenter see each other within 300 ms', { tag: ['@alone', '@long'] }, async ({
  presenter,
  openPage,
}) => {
  test.setTimeout(120_000);
  const { page } = presenter;
  await presenter.open();
  await page.getByLabel('Quality', { exact: true }).selectOption('360');
  await presenter.goLive({ channel: 'guest-delay', title: 'Guest delay' });
  const guest = new Guest(await openPage(), 'Ada');
  await guest.comesOnAir(page);
  for (const [seenBy, who] of [
    [guest.page, 'Presenter'],
    [page, 'Ada'],
  ] as const) {
    // The first figures are those of the first seconds, in which everything is later than it will be.
    await expect(async () => {
      const delays: number[] = [];
      for (let look = 0; look < looks; look += 1) {
        const { clockMs, seenAtMs } = await lookAtFrame(seenBy, who);
        if (clockMs !== null) delays.push(seenAtMs - clockMs);
      }
      delays.sort((one, other) => one - other);
      const median = delays[delays.length >> 1] ?? Number.NaN;
      console.log(`${who} is seen after ${median} ms (${delays.length} of ${looks} frames were legible)`);
      expect(delays.length).toBeGreaterThan(looks / 2);
      expect(median).toBeLessThan(300);
    }).toPass({ timeout: 30_000, intervals: [2_000] });
  }
});
