import { expect } from '../fixtures.ts';
import { Viewer } from '../pages/viewer.ts';
import { whyNoNamespace } from '../servers/network-namespace.ts';
import { test } from '../servers/remote.ts';

test('a viewer whose download loses packets is told so, and nobody else is', { tag: ['@alone', '@long'] }, async ({
  openRemote,
  openViewer,
  presenter,
}) => {
  test.setTimeout(120_000);
  const reason = await whyNoNamespace(({ conditions }) => conditions.loseUdp(1));
  test.skip(reason !== null, reason ?? '');
  await presenter.open();
  await presenter.goLive({ channel: 'lossy', title: 'Lossy' });
  const { page, network } = await openRemote();
  const [poor, good] = [new Viewer(page), await openViewer()];
  for (const viewer of [poor, good]) {
    await viewer.open('lossy');
    await viewer.seesMovingVideo(60);
  }
  // A tenth is repaired in time; of so much not everything can be.
  await network.conditions.loseUdp(400);
  await expect(page.getByText('It stutters because of your download')).toBeVisible({ timeout: 40_000 });
  await expect(good.page.getByText(/It stutters/)).toBeHidden();
  await network.conditions.loseUdp(0);
  await expect(page.getByText(/It stutters/)).toBeHidden({ timeout: 30_000 });
  await presenter.end();
});
