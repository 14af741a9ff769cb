import { expect } from '../fixtures.ts';
import {
  breakThePage,
  hinderTheMedia,
  leaveTheCameraUnanswered,
  refuseOneDevice,
  refuseSockets,
  refuseTheCamera,
  takeWebRtcAway,
} from '../pages/hindrances.ts';
import { Presenter } from '../pages/presenter.ts';
import { lanAddress } from '../servers/lan-address.ts';
import { installScreenshotSource } from './screenshot-source.ts';
import { type LookAt, lostShow, type Walkers } from './walkers.ts';

export async function walkWithoutAServer({ openPage, server }: Walkers, lookAt: LookAt): Promise<void> {
  const page = await openPage();
  await refuseSockets(page, 'the server is away');
  await page.goto(`/present#key=${server.key}`);
  await expect(page.getByText('Opening your studio…')).toBeVisible();
  await lookAt(page, 'present-opening');
  await expect(page.getByText('The connection to the server is lost')).toBeVisible({ timeout: 30_000 });
  await lookAt(page, 'present-unreachable');
  await page.goto('/');
  await expect(page.getByText('The connection to the server is lost')).toBeVisible({ timeout: 30_000 });
  await lookAt(page, 'lobby-unreachable');
  await page.goto('/watch/nobody-answers');
  await expect(page.getByText('One moment…')).toBeVisible();
  await expect(page.getByText('The server does not answer', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Nothing is on air yet')).toBeHidden();
  await lookAt(page, 'watch-unanswered');
  await page.route('**/api/recordings*', (request) => request.abort());
  await page.goto('/recordings');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await lookAt(page, 'recordings-unreachable');
  await page.close();
}

export async function walkBehindABlock({ openPage, server }: Walkers, lookAt: LookAt): Promise<void> {
  const page = await openPage();
  await refuseSockets(page, 'it is blocked');
  const addresses = {
    present: `/present#key=${server.key}`,
    lobby: '/',
    watch: '/watch/blocked',
    embed: '/embed/blocked',
  };
  for (const [name, address] of Object.entries(addresses)) {
    await page.goto(address);
    await expect(page.getByText('The connection is blocked').first()).toBeVisible({
      timeout: 30_000,
    });
    await lookAt(page, `${name}-blocked`);
  }
  await page.close();
}

export async function walkWithoutACamera({ openPage, server }: Walkers, lookAt: LookAt): Promise<void> {
  const wrongKey = await openPage();
  await wrongKey.goto('/present#key=a-guess-that-is-wrong');
  await expect(wrongKey.getByRole('alert').filter({ hasText: /key/ })).toBeVisible();
  await lookAt(wrongKey, 'present-wrong-key');
  await wrongKey.close();
  const asking = await openPage();
  await leaveTheCameraUnanswered(asking);
  await asking.goto(`/present#key=${server.key}`);
  await expect(asking.getByText('Allow camera and microphone')).toBeVisible();
  await lookAt(asking, 'present-asking');
  await asking.close();
  const refused = await openPage();
  await refuseTheCamera(refused, 'NotAllowedError');
  await refused.goto(`/present#key=${server.key}`);
  await expect(refused.getByText('The camera and microphone are blocked')).toBeVisible();
  await lookAt(refused, 'present-camera-blocked');
  await refused.close();
  const busy = await openPage();
  await installScreenshotSource(busy);
  await refuseOneDevice(busy, 'video', 'busy');
  await busy.goto(`/present#key=${server.key}`);
  await expect(busy.getByText(/^The camera cannot be started/)).toBeVisible();
  await lookAt(busy, 'present-camera-busy');
  await busy.close();
  await walkWithoutHttps({ openPage, server }, lookAt);
}

/** The studio at an address where browsers open no camera. */
async function walkWithoutHttps(
  { openPage, server }: Pick<Walkers, 'openPage' | 'server'>,
  lookAt: LookAt,
): Promise<void> {
  const host = lanAddress();
  if (host === null) return;
  const page = await openPage();
  for (const [state, hash] of [
    ['present-insecure-key', ''],
    ['present-insecure', `#key=${server.key}`],
  ] as const) {
    await page.goto(`http://${host}:${new URL(server.url).port}/present${hash}`);
    await expect(page.getByRole('alert').filter({ hasText: 'HTTPS=self-signed' })).toBeVisible();
    await lookAt(page, state);
  }
  await page.close();
}

export async function walkWithoutMedia({ openPage, server }: Walkers, lookAt: LookAt): Promise<void> {
  const studio = await openPage();
  await hinderTheMedia(studio, 'the beginning');
  await installScreenshotSource(studio);
  const presenter = new Presenter(studio, server.key);
  await presenter.open({ camera: 'as it is' });
  await studio.getByRole('button', { name: 'Test my connection' }).click();
  await presenter.fillIn(lostShow);
  await expect(studio.getByText('Sound and picture do not get through')).toBeVisible({ timeout: 30_000 });
  await studio.getByRole('button', { name: 'Go live' }).click();
  await expect(studio.getByText('Going live…')).toBeVisible();
  await lookAt(studio, 'present-starting');
  await expect(studio.getByText('Sound and picture did not get through')).toBeVisible({ timeout: 30_000 });
  await lookAt(studio, 'present-blocked');
  const waiting = await openPage();
  await waiting.goto(`/watch/${lostShow.channel}`);
  await expect(waiting.getByText('Nothing is on air yet')).toBeVisible();
  await studio.getByRole('button', { name: 'Go live' }).click();
  await expect(waiting.getByText('The presenter is getting ready')).toBeVisible();
  await lookAt(waiting, 'watch-starting');
  await waiting.close();
  await studio.close();
  const incapable = await openPage();
  await takeWebRtcAway(incapable);
  for (const [path, place] of [
    ['watch', 'watch-failed'],
    ['embed', 'embed-failed'],
  ] as const) {
    await incapable.goto(`/${path}/${lostShow.channel}`);
    await expect(incapable.getByText('This browser cannot do live video')).toBeVisible();
    await lookAt(incapable, place);
  }
  await incapable.close();
}

export async function walkBrokenPages({ openPage }: Walkers, lookAt: LookAt): Promise<void> {
  const broken = await openPage();
  await breakThePage(broken, 'the page');
  await broken.goto(`/watch/${lostShow.channel}`);
  await expect(broken.getByText('This page ran into a problem')).toBeVisible();
  await lookAt(broken, 'error');
  await broken.close();
  const whole = await openPage();
  await breakThePage(whole, 'its frame');
  await whole.goto('/');
  await expect(whole.getByText('This page ran into a problem')).toBeVisible();
  await lookAt(whole, 'global-error', 'en');
  await whole.close();
}
