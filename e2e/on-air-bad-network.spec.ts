import { expect } from './fixtures.ts';
import { whyNoNamespace } from './network-namespace.ts';
import { Presenter } from './presenter.ts';
import { test } from './remote.ts';

test('a presenter whose line loses packets reads what is wrong, and when it is over', {
  tag: ['@alone', '@long'],
}, async ({ openRemote, openViewer, server }) => {
  test.setTimeout(150_000);
  const reason = await whyNoNamespace(({ conditions }) => conditions.loseUdp(1));
  test.skip(reason !== null, reason ?? '');
  const { page, url, network } = await openRemote();
  const presenter = new Presenter(page, server.key);
  await presenter.open({ url });
  await presenter.goLive({ channel: 'bad-network', title: 'Bad network' });
  const viewer = await openViewer();
  await viewer.open('bad-network');
  await viewer.seesMovingVideo();
  const connection = page.getByRole('region', { name: 'Your connection' });
  await expect(connection.getByText(/^Excellent – 360p, /)).toBeVisible({ timeout: 30_000 });

  await network.conditions.loseUdp(300);
  const words = /^(\d.* of what you send gets lost|Your upload is too slow for 360p; we send \d+p)$/;
  await expect(connection.getByText(words)).toBeVisible({ timeout: 30_000 });
  console.log(`30 % lost: ${await connection.getByText(words).textContent()}`);
  await expect(page.getByText('Poor connection', { exact: true })).toBeVisible({ timeout: 30_000 });

  await network.conditions.loseUdp(0);
  await expect(connection.getByText(/^(Excellent|Good) – 360p, /)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Poor connection', { exact: true })).toBeHidden();
  await viewer.seesMovingVideo();
  await presenter.end();
});
