import type { LaunchOptions, Page } from 'playwright/test';
import { test as base, expect } from '../fixtures.ts';
import { observeReception } from '../media/reception.ts';
import { freeTheDevices, openOneCameraAtATime, refuseOneDevice, takeTheDevices } from '../pages/hindrances.ts';
import { switchLanguage } from '../pages/looks.ts';

/** Playwright's test in a Chromium with three fake cameras. The second one gives depth, which no encoder takes. */
const test = base.extend<object, { launchOptions: LaunchOptions }>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const args = (launchOptions.args ?? []).filter((arg) => !arg.startsWith('--use-fake-device'));
      await use({ ...launchOptions, args: [...args, '--use-fake-device-for-media-stream=device-count=3'] });
    },
    { scope: 'worker' },
  ],
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const preview = (page: Page) => page.getByLabel('Your camera', { exact: true });
const camera = (page: Page) => page.getByLabel('Camera', { exact: true });
const notice = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text });

test('a busy camera does not cost the microphone, is told, and is had again with one click', { tag: '@long' }, async ({
  presenter,
  openViewer,
  server,
}) => {
  const { page } = presenter;
  await refuseOneDevice(page, 'video', 'busy');
  await page.goto(`/present#key=${server.key}`);
  await expect(notice(page, /^The camera cannot be started.*Another program is probably using it/)).toBeVisible();
  await presenter.seesTheLevel();
  await expect(camera(page)).toHaveValue('none');
  await freeTheDevices(page);
  await button(page, 'Try again').click();
  await expect(preview(page)).toBeVisible();
  await expect(notice(page, /cannot be started/)).toBeHidden();
  await presenter.goLive({ channel: 'busy', title: 'Busy at first' });
  const viewer = await openViewer();
  await viewer.open('busy');
  await viewer.seesMovingVideo();
  await presenter.end();
});

test('a busy microphone does not cost the camera, and viewers see the show', { tag: '@long' }, async ({
  presenter,
  openViewer,
  server,
}) => {
  const { page } = presenter;
  await refuseOneDevice(page, 'audio', 'busy');
  await page.goto(`/present#key=${server.key}`);
  await expect(notice(page, /^The microphone cannot be started, so your audience does not hear you/)).toBeVisible();
  await expect(preview(page)).toBeVisible();
  await presenter.goLive({ channel: 'silent', title: 'Silent for now' });
  const viewer = await openViewer();
  await viewer.open('silent');
  await viewer.seesMovingVideo();

  await test.step('and the microphone is the choice for the next time', async () => {
    await presenter.end();
    await page.reload();
    await expect(notice(page, /^The microphone cannot be started/)).toBeVisible();
    await freeTheDevices(page);
    await button(page, 'Try again').click();
    await presenter.seesTheLevel();
  });
});

test('a missing camera does not cost the microphone, and is told', async ({ presenter, server }) => {
  await refuseOneDevice(presenter.page, 'video', 'missing');
  await presenter.page.goto(`/present#key=${server.key}`);
  await expect(notice(presenter.page, /^No camera was found/)).toBeVisible();
  await presenter.seesTheLevel();
});

test('a system that denies the devices has its own advice, in both languages', async ({ presenter, server }) => {
  const { page } = presenter;
  await refuseOneDevice(page, 'video', 'denied by the system');
  await page.goto(`/present#key=${server.key}`);
  await expect(
    notice(page, /^Your system does not let the browser use the camera.*“Privacy & Security”/),
  ).toBeVisible();
  await switchLanguage(page, 'ko');
  await expect(notice(page, /^시스템이 브라우저의 카메라 사용을 막고 있어.*‘개인정보 보호 및 보안’/)).toBeVisible();
  await switchLanguage(page, 'en');

  await test.step('also when it denies both', async () => {
    await refuseOneDevice(page, 'audio', 'denied by the system');
    await page.reload();
    const alert = page.getByRole('alert').filter({ hasText: 'Your system does not let this browser use' });
    await expect(alert).toContainText('System Settings → Privacy & Security → Camera');
    await switchLanguage(page, 'ko');
    await expect(page.getByRole('alert').filter({ hasText: '시스템 설정 → 개인정보 보호 및 보안' })).toBeVisible();
  });
});

test('a phone changes cameras; when its camera cannot be had again that is told, and the sound goes on', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  test.setTimeout(120_000);
  const { page } = presenter;
  await refuseOneDevice(page, 'video', 'busy', 'a moment');
  await openOneCameraAtATime(page);
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'pocket', title: 'From the pocket' });
  const viewer = await openViewer();
  await observeReception(viewer.page);
  await viewer.open('pocket');
  await viewer.seesMovingVideo();
  await button(page, 'Devices and quality').click();
  await camera(page).selectOption({ index: 2 });
  await viewer.seesMovingVideo();
  await takeTheDevices(page);
  await camera(page).selectOption({ index: 0 });
  const lost = /^The camera could not be started again, so your audience no longer sees you/;
  await expect(page.getByRole('dialog').getByRole('status').filter({ hasText: lost })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(notice(page, lost)).toBeVisible();
  const before = await soundBytes(viewer.page);
  await expect.poll(() => soundBytes(viewer.page)).toBeGreaterThan(before);
  await presenter.seesThatItIsLive();
  await freeTheDevices(page);
  await button(page, 'Try again').click();
  await expect(preview(page)).toBeVisible();
  // Frames count from zero where the viewer had to connect again.
  await expect(() => viewer.seesMovingVideo(5)).toPass({ timeout: 45_000 });
  await presenter.end();
});

/** How much sound the page's connections have received, in bytes. */
function soundBytes(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { seenConnections } = window as unknown as { seenConnections: RTCPeerConnection[] };
    const reports = await Promise.all(seenConnections.map((connection) => connection.getStats()));
    const entries = reports.flatMap((report) => [...report.values()]);
    const sound = entries.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    return sound.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  });
}
