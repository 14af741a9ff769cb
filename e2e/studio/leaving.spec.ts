import type { Dialog } from 'playwright/test';
import { expect, test } from '../fixtures.ts';

test('nobody leaves the studio by accident while they are on air', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  const studio = presenter.page;
  const asked: string[] = [];
  const stay = (dialog: Dialog) => {
    asked.push(dialog.type());
    dialog.dismiss().catch(() => undefined);
  };
  await presenter.open();
  await studio.getByRole('link', { name: 'On air', exact: true }).click();
  await studio.getByRole('link', { name: 'Go live' }).click();
  await presenter.goLive({ channel: 'stay-here', title: 'Stay' });
  const viewer = await openViewer();
  await viewer.open('stay-here');
  await viewer.seesMovingVideo();
  studio.removeAllListeners('dialog');
  studio.on('dialog', stay);

  await test.step('a link opens beside the studio', async () => {
    const opening = studio.context().waitForEvent('page');
    await studio.getByRole('link', { name: 'Recordings (in a new tab)' }).click();
    const beside = await opening;
    await expect(beside.getByRole('heading', { name: 'Recordings' })).toBeVisible();
    await beside.close();
    await presenter.seesThatItIsLive();
  });

  await test.step('the browser asks before it closes the page', async () => {
    await studio.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toEqual(['beforeunload']);
    await presenter.seesThatItIsLive();
  });

  await test.step('going back is asked about, and can be meant', async () => {
    const question = studio.getByRole('alertdialog', { name: 'Leave the studio?' });
    await studio.evaluate(() => history.back());
    await expect(question).toBeVisible();
    await viewer.seesMovingVideo();
    await question.getByRole('button', { name: 'Stay' }).click();
    await expect(question).toBeHidden();
    await presenter.seesThatItIsLive();
    await studio.evaluate(() => history.back());
    await question.getByRole('button', { name: 'Leave' }).click();
    await expect(studio.getByRole('heading', { name: 'On air now' })).toBeVisible();
    await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
    await expect(studio.getByRole('link', { name: 'Recordings', exact: true })).toBeVisible();
  });

  await test.step('who comes back resumes, and whose show has ended goes without a question', async () => {
    await studio.goForward();
    await studio.getByRole('button', { name: 'Resume your broadcast' }).click();
    await viewer.seesMovingVideo();
    await presenter.end();
    await studio.getByRole('link', { name: 'Recordings', exact: true }).click();
    await expect(studio.getByRole('heading', { name: 'Recordings' })).toBeVisible();
    expect(asked).toHaveLength(1);
  });
});
