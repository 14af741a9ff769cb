import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { type Arrangement, arrangements, screenWithStrip } from '../media/arrangements.ts';
import { coloursOverTime, isLike, levelOf, seesColour } from '../media/colour-and-tone.ts';
import { levelAt, listenTo } from '../media/spectrum.ts';
import { installTestScreen, testScreen } from '../media/test-screen.ts';
import { testSource } from '../media/test-source.ts';
import { Guest, guestSources, invite, pressArrangement } from '../pages/guest.ts';
import { PlayedRecording } from '../pages/played-recording.ts';
import { Presenter } from '../pages/presenter.ts';
import { readyRecording } from '../pages/recording-list.ts';
import { Viewer } from '../pages/viewer.ts';
import { needsOwnMediaServer } from '../servers/media-server-choice.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const blue = testSource.colour;
const [{ colour: light }] = guestSources;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A show on air with Ada in it, and a viewer. */
async function showWithGuest(people: {
  presenter: Presenter;
  openPage: () => Promise<Page>;
  openViewer: () => Promise<Viewer>;
  channel: string;
  record?: boolean;
}) {
  const { presenter, channel, record = false } = people;
  await presenter.open();
  // Two processors make a small picture more easily, and its parts are the same.
  await presenter.page.getByLabel('Quality', { exact: true }).selectOption('360');
  await presenter.goLive({ channel, title: channel, record });
  const guest = new Guest(await people.openPage(), 'Ada');
  await guest.comesOnAir(presenter.page);
  const viewer = await people.openViewer();
  await viewer.open(channel);
  await seesColour(viewer.video, [0.8, 0.42], light);
  return { guest, viewer };
}

test('a picture quality that is chosen while a guest is on air reaches the viewers', { tag: '@long' }, async ({
  presenter,
  openViewer,
  openPage,
}) => {
  test.setTimeout(240_000);
  const { page } = presenter;
  const { viewer } = await showWithGuest({ presenter, openViewer, openPage, channel: 'another-quality' });
  // What viewers are sent, before a busy machine makes it smaller for them.
  const program = page.getByLabel('What your audience sees', { exact: true });
  const height = () => program.evaluate((video) => (video as HTMLVideoElement).videoHeight);
  await expect.poll(height, { timeout: 30_000 }).toBe(360);
  await button(page, 'Devices and quality').click();
  await page.getByLabel('Quality', { exact: true }).selectOption('480');
  await page.keyboard.press('Escape');
  await expect.poll(height, { timeout: 60_000 }).toBe(480);
  // Both are still in the picture, which moves.
  await seesColour(viewer.video, [0.2, 0.42], blue);
  await seesColour(viewer.video, [0.8, 0.42], light);
  await viewer.seesMovingVideo();
});

test('with three guests, the presenter chooses the arrangement and who is large, or leaves that to who speaks', {
  tag: '@long',
}, async ({ presenter, openViewer, openPage }) => {
  test.setTimeout(420_000);
  const { page } = presenter;
  await installTestScreen(page);
  const { viewer } = await showWithGuest({ presenter, openViewer, openPage, channel: 'arranged', record: true });
  for (const [name, source] of [
    ['Bo', guestSources[1]],
    ['Cy', guestSources[2]],
  ] as const) {
    await new Guest(await openPage(), name).comesOnAir(page, source);
  }
  await button(viewer.page, 'Tap for sound').click();
  const main = page.getByLabel('Main person', { exact: true });

  for (const arrangement of arrangements) {
    await choose(page, arrangement.name);
    if (arrangement.name === 'One large') await main.selectOption('Bo');
    for (const [place, colour] of arrangement.looks) await seesColour(viewer.video, place, colour);
    for (const hz of allTones) await hears(viewer, hz);
    // The recording is looked at every half second.
    await viewer.seesMovingVideo(45);
  }

  await main.selectOption('Active speaker');
  await choose(page, 'Automatic');
  await button(page, 'Screen').click();
  for (const [place, colour] of screenWithStrip.looks) await seesColour(viewer.video, place, colour);
  await hears(viewer, testScreen.toneHz);
  await viewer.seesMovingVideo(45);
  await button(page, 'Camera').click();

  await choose(page, 'One large');
  for (const name of ['Bo', 'Cy']) await button(page, `Mute ${name}`).click();
  await page
    .getByRole('button', { name: /^Mute\b/ })
    .first()
    .click();
  await seesColour(viewer.video, [0.5, 0.45], light);
  // There is something to hear of it in the recording.
  await viewer.seesMovingVideo(120);
  await presenter.end();
  const adaSpeaks: Arrangement = { name: 'Ada speaks', looks: [[[0.5, 0.45], light]] };
  await isInTheRecording(viewer.page, [...arrangements, screenWithStrip, adaSpeaks]);
});

const allTones = [testSource.toneHz, ...guestSources.map(({ toneHz }) => toneHz)];

async function hears(viewer: Viewer, hz: number): Promise<void> {
  await expect.poll(() => levelOf(viewer.video, hz), { timeout: 30_000 }).toBeGreaterThan(-50);
}

async function choose(page: Page, arrangement: string): Promise<void> {
  await expect(async () => {
    // On a busy machine the show may be interrupted for a moment, in which nothing can be chosen.
    await pressArrangement(page, arrangement);
    await expect(page.getByRole('radio', { name: arrangement, exact: true })).toBeChecked({ timeout: 5_000 });
  }).toPass({ timeout: 40_000 });
}

/** Expects all arrangements in the recording, one after the other, with the tones of those who were heard. */
async function isInTheRecording(page: Page, shown: readonly Arrangement[]): Promise<void> {
  const { id } = await readyRecording(page, 'arranged');
  await PlayedRecording.open(page, id, { picture: true, sound: true });
  const places = shown.flatMap(({ looks }) => looks.map(([place]) => place));
  const moments = await coloursOverTime(page, places);
  const begins: number[] = [];
  let before = 0;
  for (const [index, { name, looks }] of shown.entries()) {
    const firstPlace = shown.slice(0, index).reduce((sum, other) => sum + other.looks.length, 0);
    const found = moments.find(
      ({ at, colours }) =>
        at > before && looks.every(([, colour], look) => isLike(colours[firstPlace + look] ?? [], colour)),
    );
    expect(found?.at, `“${name}” is in the recording`).toBeGreaterThan(before);
    before = found?.at ?? before;
    begins.push(before);
  }
  const video = page.locator('video');
  const playFrom = (at: number) =>
    video.evaluate(async (element, seconds) => {
      const player = element as HTMLVideoElement;
      player.currentTime = seconds;
      await player.play();
    }, at);
  await playFrom(begins[1] ?? 0);
  for (const hz of allTones) {
    await expect.poll(() => levelOf(video, hz), { timeout: 5_000 }).toBeGreaterThan(-50);
  }
  await playFrom(begins.at(-1) ?? 0);
  const isAdaAlone = async () => {
    const heard = await listenTo(video);
    const [ada, ...others] = guestSources;
    return levelAt(heard, ada.toneHz) > -50 && others.every(({ toneHz }) => levelAt(heard, toneHz) < -60);
  };
  await expect.poll(isAdaAlone, { timeout: 5_000 }).toBe(true);
}

test('a guest who drops keeps the place, and so do guests whose presenter drops or is taken over', {
  tag: '@long',
}, async ({ presenter, openViewer, openPage, server }) => {
  test.setTimeout(300_000);
  const { page } = presenter;
  const { guest, viewer } = await showWithGuest({ presenter, openViewer, openPage, channel: 'drops' });

  await test.step('a guest reloads', async () => {
    await guest.page.reload();
    await guest.seesThatItIsOnAir();
    await seesColour(viewer.video, [0.8, 0.42], light);
  });

  await test.step('a guest is away for a while', async () => {
    const address = guest.page.url();
    await guest.page.goto('about:blank');
    await expect(page.getByText('Away', { exact: true })).toBeVisible();
    await seesColour(viewer.video, [0.2, 0.42], blue);
    await guest.page.goto(address);
    await guest.seesThatItIsOnAir();
    await seesColour(viewer.video, [0.8, 0.42], light);
  });

  await test.step('the presenter reloads', async () => {
    await page.reload();
    await expect(guest.page.getByText('The presenter will be right back')).toBeVisible();
    await button(page, 'Resume your broadcast').click();
    await presenter.seesThatItIsLive();
    await expect(guest.page.getByText('The presenter will be right back')).toBeHidden();
    await seesColour(viewer.video, [0.2, 0.42], blue);
    await seesColour(viewer.video, [0.8, 0.42], light);
  });

  await test.step('another device takes over', async () => {
    const second = new Presenter(await openPage(), server.key);
    await second.open({ link: await presenter.handsOver() });
    await button(second.page, 'Resume your broadcast').click();
    await second.seesThatItIsLive();
    await expect(button(second.page, 'Take Ada down')).toBeVisible({ timeout: 30_000 });
    await seesColour(viewer.video, [0.2, 0.42], blue);
    await seesColour(viewer.video, [0.8, 0.42], light);
    await second.end();
  });
});

test('when the media server dies, presenter, guest and viewer are connected again', { tag: '@long' }, async ({
  openPage,
}) => {
  needsOwnMediaServer('it is killed here');
  test.setTimeout(300_000);
  const server = await startRostrum();
  try {
    const presenter = new Presenter(await openPage(), server.key);
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel: 'dying', title: 'Dying' });
    const guest = new Guest(await openPage(), 'Ada');
    await guest.enters(await invite(presenter.page));
    await button(presenter.page, 'Bring Ada on air').click();
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${server.url}/watch/dying`);
    await seesColour(viewer.video, [0.8, 0.42], light);
    await server.killMediaServer();
    await expect(presenter.page.getByText('Reconnecting').first()).toBeVisible();
    await presenter.seesThatItIsLive();
    await viewer.seesMovingVideo();
    await seesColour(viewer.video, [0.8, 0.42], light);
    await seesColour(guest.page.getByLabel('Presenter', { exact: true }), [0.5, 0.42], blue);
  } finally {
    await server.close();
  }
});
