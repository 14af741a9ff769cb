import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { expectOneWholeRecording, ShowClock } from '../media/whole-recording.ts';
import { holdTheSenders, stopSending } from '../pages/hindrances.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const resumeButton = { name: 'Resume your broadcast' } as const;

test(
  'a presenter whose browser is killed finds the show waiting in the next one',
  { tag: '@long' },
  async ({ server, openViewer }, testInfo) => {
    test.setTimeout(90_000);
    const profile = await mkdtemp(join(tmpdir(), 'rostrum-profile-'));
    const launch = async () => {
      const { launchOptions = {} } = testInfo.project.use;
      const context = await chromium.launchPersistentContext(profile, {
        ...launchOptions,
        baseURL: server.url,
        permissions: ['camera', 'microphone'],
      });
      return { context, presenter: new Presenter(await context.newPage(), server.key) };
    };
    try {
      const first = await launch();
      await first.presenter.open();
      await first.presenter.goLive({ channel: 'killed', title: 'Killed', record: true });
      const clock = await ShowClock.started(first.presenter.page);
      const viewer = await openViewer();
      await viewer.open('killed');
      // A browser writes what a page keeps to the disk only every few seconds.
      await viewer.seesMovingVideo(200);
      clock.goesAway();
      await killProcessesOf(profile);
      await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
      const second = await launch();
      await second.presenter.open();
      await second.presenter.page.getByRole('button', resumeButton).click();
      await second.presenter.seesThatItIsLive();
      await viewer.seesMovingVideo();
      clock.isBack();
      await viewer.seesMovingVideo(100);
      const length = clock.stop();
      await second.presenter.end();
      await expectOneWholeRecording(second.presenter.page, server.url, 'killed', length);
      await second.context.close();
    } finally {
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);

test('a show is taken over by a second browser, and the first is told', { tag: '@long' }, async ({
  presenter,
  openViewer,
  openPage,
  server,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'handover', title: 'Handed over', record: true });
  const clock = await ShowClock.started(presenter.page);
  const viewer = await openViewer();
  await viewer.open('handover');
  await viewer.seesMovingVideo();
  const second = new Presenter(await openPage(), server.key);
  await second.open({ link: await presenter.handsOver() });
  expect(new URL(second.page.url()).hash).toBe('');
  clock.goesAway();
  await second.page.getByRole('button', resumeButton).click();
  await second.seesThatItIsLive();
  await expect(presenter.page.getByText(/presented from another place/i).first()).toBeVisible();
  await viewer.seesMovingVideo();
  clock.isBack();
  await viewer.seesMovingVideo(100);
  const length = clock.stop();
  await second.end();
  await expectOneWholeRecording(second.page, server.url, 'handover', length);
});

test('a web server that is killed and started again finds presenter and viewer back by themselves', {
  tag: '@long',
}, async ({ openPage }) => {
  test.setTimeout(90_000);
  let server = await startRostrum();
  try {
    const presenter = new Presenter(await openPage(), server.key);
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel: 'revived', title: 'Revived', record: true });
    const clock = await ShowClock.started(presenter.page);
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${server.url}/watch/revived`);
    await viewer.seesMovingVideo();
    clock.goesAway();
    await server.kill();
    server = await startRostrum({ PORT: new URL(server.url).port }, server);
    const since = Date.now();
    await presenter.seesThatItIsLive();
    await viewer.seesMovingVideo();
    clock.isBack();
    await viewer.seesTheTestSource();
    console.log(`web server killed: moving pictures ${Date.now() - since} ms after it listened again`);
    await viewer.seesMovingVideo(100);
    const length = clock.stop();
    await presenter.end();
    await expectOneWholeRecording(presenter.page, server.url, 'revived', length);
  } finally {
    await server.close();
  }
});

/** Kills every process that runs on the browser profile `folder`, as a crash would. */
async function killProcessesOf(folder: string): Promise<void> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of processes) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(folder) && Number(id) !== process.pid) process.kill(Number(id), 'SIGKILL');
  }
}

test('without a time of grace a show outlives a silence, and ends when its presenter leaves', { tag: '@long' }, async ({
  openPage,
}) => {
  test.setTimeout(90_000);
  const server = await startRostrum({ PRESENTER_GRACE_S: '0' });
  try {
    const presenter = new Presenter(await openPage(), server.key);
    await holdTheSenders(presenter.page);
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel: 'strict', title: 'Strict' });
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${server.url}/watch/strict`);
    await viewer.seesMovingVideo();
    await stopSending(presenter.page);
    await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
    // The page notices that it is not heard, and makes another connection.
    await presenter.seesThatItIsLive();
    await viewer.seesMovingVideo(60);
    await presenter.page.close();
    await viewer.seesThatItEnded();
  } finally {
    await server.close();
  }
});
