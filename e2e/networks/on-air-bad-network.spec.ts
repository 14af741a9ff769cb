import { expect } from '../fixtures.ts';
import { installTestSource } from '../media/test-source.ts';
import { Presenter } from '../pages/presenter.ts';
import { whyNoNamespace } from '../servers/network-namespace.ts';
import { test } from '../servers/remote.ts';

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

test('a presenter whose upload has no room for smaller pictures reads so, until it has', {
  tag: ['@alone', '@long'],
}, async ({ openRemote, server }) => {
  test.setTimeout(240_000);
  const reason = await whyNoNamespace(({ conditions }) => conditions.narrowUpload(1_000));
  test.skip(reason !== null, reason ?? '');
  const { page, url, network } = await openRemote();
  await network.conditions.narrowUpload(1_000);
  const presenter = new Presenter(page, server.key);
  await installTestSource(page, { width: 1280, height: 720, prompt: true, grain: true });
  await presenter.open({ camera: 'as it is', url });
  await presenter.goLive({ channel: 'slow-upload', title: 'Slow upload' });
  const lowOnly = page.getByText('Your upload leaves no room for a medium picture.');
  // The first seconds may have overloaded it. Then there is no room for any other picture until the estimate has recovered,
  // which grows by 8 % a second.
  await expect(lowOnly).toBeVisible({ timeout: 90_000 });
  await network.conditions.narrowUpload(300);
  await expect(page.getByText('Your upload leaves no room for a smaller picture.')).toBeVisible({ timeout: 40_000 });
  await network.conditions.narrowUpload(50_000);
  await expect(lowOnly).toBeHidden({ timeout: 60_000 });
  await presenter.end();
});
