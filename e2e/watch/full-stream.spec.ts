import { expect, newPage, test } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test('whoever comes to a full stream reads it, waits in line, and gets in when somebody leaves', {
  tag: '@long',
}, async ({ browser }) => {
  const server = await startRostrum({ MAX_VIEWERS_PER_CHANNEL: '1' });
  try {
    const [stage, seated, first, second] = await Promise.all(
      [1, 2, 3, 4].map(async () => await newPage(browser, server)),
    );
    if (!stage || !seated || !first || !second) throw new Error('A page is missing.');
    const presenter = new Presenter(stage, server.key);
    await presenter.open();
    await presenter.goLive({ channel: 'full-house', title: 'Full house' });
    await new Viewer(seated).open('full-house');
    await new Viewer(seated).seesMovingVideo();
    const full = (page: typeof first) => page.getByText('This stream is full', { exact: true });
    const next = (page: typeof first) => page.getByText('You are next in line.', { exact: false }).first();
    await new Viewer(first).open('full-house');
    await expect(full(first)).toBeVisible();
    await expect(next(first)).toBeVisible();
    await expect(first.getByRole('status').filter({ hasText: 'You are next in line.' })).toBeAttached();
    await new Viewer(second).open('full-house');
    await expect(second.getByText('You are number 2 in line.', { exact: false }).first()).toBeVisible();

    await test.step('a reload keeps the place', async () => {
      await first.reload();
      await expect(next(first)).toBeVisible();
      await expect(second.getByText('You are number 2 in line.', { exact: false }).first()).toBeVisible();
    });
    await test.step('the first gets in, and the second moves up', async () => {
      await seated.close();
      await new Viewer(first).seesMovingVideo();
      await expect(full(first)).toBeHidden();
      await expect(next(second)).toBeVisible();
    });
  } finally {
    await server.close();
  }
});
