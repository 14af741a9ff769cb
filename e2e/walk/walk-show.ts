import type { Page } from 'playwright/test';
import { toLocalField } from '../../lib/browser/page/format.ts';
import { expect } from '../fixtures.ts';
import { freezeTestSource } from '../media/test-source.ts';
import { cutTheMedia, hinderTheMedia } from '../pages/hindrances.ts';
import { Presenter } from '../pages/presenter.ts';
import type { Viewer } from '../pages/viewer.ts';
import { installScreenshotSource } from './screenshot-source.ts';
import { type LookAt, later, show, type Walkers } from './walkers.ts';

/** The people of the show: a presenter, a viewer, a visitor of other pages, and the page of the embedded player. */
type ShowPeople = { presenter: Presenter; viewer: Viewer; visitor: Page; embedded: Page };

/** Before a show and during an undisturbed one, for presenter and viewers. */
export async function walkUntilLive(people: Walkers, lookAt: LookAt): Promise<void> {
  const cast = await castOf(people);
  await walkBefore(cast, lookAt);
  await walkTheAnnouncement(cast, lookAt);
  await walkWhileLive(cast, lookAt);
}

/** During a show: the studio's dialogs, and what other pages say about it. */
export async function walkBesideTheShow(people: Walkers, lookAt: LookAt): Promise<void> {
  const cast = await liveCastOf(people);
  await walkTheWindows(cast, lookAt);
  await walkWhatIsOnAir(cast, lookAt);
}

/** Interruptions of a show, its end, and its recording. */
export async function walkToTheRecording(people: Walkers, lookAt: LookAt): Promise<void> {
  const cast = await liveCastOf(people);
  await cast.embedded.goto(`/embed/${show.channel}`);
  await walkInterruptions(people, cast, lookAt);
  await walkTheEnd(cast, lookAt);
  await walkTheRecordings(cast, lookAt);
}

async function castOf({ presenter, openViewer, openPage }: Walkers): Promise<ShowPeople> {
  return { presenter, viewer: await openViewer(), visitor: await openPage(), embedded: await openPage() };
}

/** The people of a show that is live and being recorded, while another one is announced. */
async function liveCastOf(people: Walkers): Promise<ShowPeople> {
  const cast = await castOf(people);
  const { presenter, viewer } = cast;
  await installScreenshotSource(presenter.page);
  await presenter.open({ camera: 'as it is' });
  await presenter.page.getByText('Announce it for later').click();
  await announce(presenter, later, 50);
  await presenter.goLive({ ...show, record: true });
  await viewer.open(show.channel);
  await viewer.seesMovingVideo();
  return cast;
}

async function walkBefore({ presenter, viewer, embedded }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await viewer.open(show.channel);
  await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
  // Few people need the connection test, so it is folded away behind this text.
  await viewer.page.getByText('Trouble watching?').click();
  await viewer.page.getByRole('button', { name: 'Test my connection' }).click();
  await embedded.goto(`/embed/${show.channel}`);
  await expect(embedded.getByText('Nothing is on air yet')).toBeVisible();
  await lookAt(embedded, 'embed-waiting');
  await expect(viewer.page.getByText(/Mbit\/s arrived/)).toBeVisible({ timeout: 30_000 });
  await lookAt(viewer.page, 'watch-waiting');
  await viewer.page.getByText('Trouble watching?').click();
  await installScreenshotSource(studio);
  await presenter.open({ camera: 'as it is' });
  await presenter.fillIn({ ...show, record: true });
  await studio.getByRole('button', { name: 'Test my connection' }).click();
  await expect(studio.getByText(/Mbit\/s got through/)).toBeVisible({ timeout: 30_000 });
  await lookAt(studio, 'present-before');
}

async function walkTheAnnouncement({ presenter, viewer, visitor }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await studio.getByText('Announce it for later').click();
  await announce(presenter, later, 50);
  await announce(presenter, show, 26);
  await expect(viewer.page.getByText('Begins in 26 hours')).toBeVisible();
  await visitor.goto('/');
  await expect(visitor.getByRole('region', { name: 'Soon' })).toBeVisible();
  await lookAt(studio, 'present-announced');
  await lookAt(viewer.page, 'watch-announced');
  await lookAt(visitor, 'lobby-announced');
}

/** Announces a show that begins in `hours`. */
async function announce(
  presenter: Presenter,
  { channel, title }: typeof show | typeof later,
  hours: number,
): Promise<void> {
  const studio = presenter.page;
  await presenter.fillIn({ channel, title, record: true });
  await studio.getByLabel('Starts at').fill(toLocalField(Date.now() + hours * 3_600_000));
  await studio.getByRole('button', { name: 'Announce', exact: true }).click();
  await expect(studio.getByRole('button', { name: 'Withdraw' })).toBeVisible();
}

async function walkWhileLive({ presenter, viewer, embedded }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await studio.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();
  await viewer.seesMovingVideo();
  await presenter.seesViewers(2);
  await lookAt(embedded, 'embed');
  await lookAt(viewer.page, 'watch');
  await viewer.page.keyboard.press('s');
  await expect(viewer.page.getByRole('region', { name: 'Technical details' })).toBeVisible();
  await lookAt(viewer.page, 'watch-details');
  await viewer.page.keyboard.press('s');
  await viewer.page.keyboard.press('?');
  await expect(viewer.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await lookAt(viewer.page, 'watch-keys');
  await viewer.page.keyboard.press('Escape');
  await viewer.page.keyboard.press('k');
  await expect(viewer.page.getByRole('button', { name: 'Paused. Tap to go on live' })).toBeVisible();
  await lookAt(viewer.page, 'watch-paused');
  await viewer.page.keyboard.press('k');
  await expect(studio.getByText(/^Room for about/)).toBeVisible({ timeout: 30_000 });
  await lookAt(studio, 'present-live');
  await studio.keyboard.press('m');
  await studio.keyboard.press('v');
  await expect(studio.getByRole('button', { name: 'Camera on' })).toBeVisible();
  await expect(viewer.page.getByText('The camera is off', { exact: true })).toBeVisible();
  await lookAt(studio, 'present-silent');
  await lookAt(viewer.page, 'watch-camera-off');
  await studio.keyboard.press('m');
  await studio.keyboard.press('v');
}

/** A camera that stops delivering frames, for early and late viewers. */
export async function walkWithoutPictures(people: Walkers, lookAt: LookAt): Promise<void> {
  const { openViewer } = people;
  const { presenter, viewer } = await liveCastOf(people);
  const studio = presenter.page;
  await freezeTestSource(studio, true);
  await expect(viewer.page.getByText(/^The picture stands still/)).toBeVisible();
  await lookAt(viewer.page, 'watch-picture-still');
  await expect(studio.getByText('Your camera delivers no picture')).toBeVisible();
  await lookAt(studio, 'present-no-picture');
  const late = await openViewer();
  await late.open(show.channel);
  await expect(late.page.getByText('No picture at the moment')).toBeVisible();
  await lookAt(late.page, 'watch-no-picture');
  await freezeTestSource(studio, false);
  await late.seesMovingVideo();
  await late.page.close();
  await viewer.seesMovingVideo();
}

/** The dialogs that open over the studio during a show. */
async function walkTheWindows({ presenter }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  for (const [button, place] of [
    ['QR code', 'present-qr'],
    ['Embed', 'present-embed'],
    ['Devices and quality', 'present-devices'],
    ['Continue on another device', 'present-hand-over'],
  ] as const) {
    const opener = studio.getByRole('button', { name: button, exact: true });
    await opener.click();
    await expect(studio.getByRole('dialog')).toBeVisible();
    if (place === 'present-hand-over') await studio.getByRole('button', { name: 'Show a QR code' }).click();
    const isCode = place === 'present-qr' || place === 'present-hand-over';
    if (isCode) await expect(studio.getByRole('dialog').getByRole('img')).toBeVisible();
    await lookAt(studio, place);
    await studio.keyboard.press('Escape');
    await expect(studio.getByRole('dialog')).toBeHidden();
    await expect(opener, 'the focus is back where it came from').toBeFocused();
  }
  await studio.getByRole('button', { name: 'Change the title' }).click();
  await lookAt(studio, 'present-rename');
  await studio.getByRole('textbox', { name: 'New title' }).press('Escape');
  await studio.evaluate(() => {
    history.pushState(null, '', location.href);
    history.back();
  });
  const farewell = studio.getByRole('alertdialog', { name: 'Leave the studio?' });
  await expect(farewell).toBeVisible();
  await lookAt(studio, 'present-leaving');
  await farewell.getByRole('button', { name: 'Stay' }).click();
  await expect(farewell).toBeHidden();
  await presenter.switchesRecording('Pause recording', 'Recording paused');
  await lookAt(studio, 'present-paused');
  await presenter.switchesRecording('Resume recording', 'Recording');
}

async function walkWhatIsOnAir({ visitor }: ShowPeople, lookAt: LookAt): Promise<void> {
  await visitor.goto('/');
  const card = visitor.getByRole('article').filter({ hasText: show.title });
  await expect(card.locator('img')).toBeVisible();
  await lookAt(visitor, 'lobby');
  await visitor.goto('/recordings');
  await visitor.getByRole('link', { name: show.title, exact: true }).click();
  await expect(visitor.getByText('This broadcast is still on air')).toBeVisible();
  await lookAt(visitor, 'recording-on-air');
}

async function walkInterruptions(
  { openViewer, openPage, server }: Walkers,
  { presenter, viewer }: ShowPeople,
  lookAt: LookAt,
): Promise<void> {
  const studio = presenter.page;
  const unlucky = await openViewer();
  await hinderTheMedia(unlucky.page, 'a cut');
  await unlucky.open(show.channel);
  await unlucky.seesMovingVideo();
  await cutTheMedia(unlucky.page);
  await expect(unlucky.page.getByText('Reconnecting…')).toBeVisible();
  await lookAt(unlucky.page, 'watch-reconnecting');
  await unlucky.page.close();

  const other = new Presenter(await openPage(), server.key);
  await installScreenshotSource(other.page);
  await other.open({ camera: 'as it is', link: await presenter.handsOver() });
  await other.page.getByRole('button', { name: 'Resume your broadcast' }).click();
  await other.seesThatItIsLive();
  await expect(studio.getByRole('button', { name: 'Take it back' })).toBeVisible();
  await lookAt(studio, 'present-taken-over');
  await studio.getByRole('button', { name: 'Take it back' }).click();
  await presenter.seesThatItIsLive();
  await other.page.close();

  await studio.reload();
  await expect(studio.getByRole('button', { name: 'Resume your broadcast' })).toBeEnabled();
  await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
  await lookAt(studio, 'present-resume');
  await lookAt(viewer.page, 'watch-interrupted');
  await studio.getByRole('button', { name: 'Resume your broadcast' }).click();
  await presenter.seesThatItIsLive();
}

async function walkTheEnd({ presenter, viewer, embedded }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await presenter.switchesRecording('Stop recording', 'Recording finished');
  await lookAt(studio, 'present-recorded');
  await studio.getByRole('button', { name: 'End broadcast' }).click();
  await expect(studio.getByRole('button', { name: 'End for everyone' })).toBeVisible();
  await lookAt(studio, 'present-end');
  await studio.getByRole('button', { name: 'End for everyone' }).click();
  await expect(studio.getByText('Your broadcast has ended')).toBeVisible();
  await lookAt(studio, 'present-after');
  await viewer.seesThatItEnded();
  await lookAt(viewer.page, 'watch-ended');
  await expect(embedded.getByText('This broadcast has ended')).toBeVisible();
  await lookAt(embedded, 'embed-ended');
}

async function walkTheRecordings({ visitor }: ShowPeople, lookAt: LookAt): Promise<void> {
  await visitor.goto('/recordings');
  const play = visitor.getByRole('button', { name: `Play ${show.title}` });
  await expect(play).toBeVisible({ timeout: 30_000 });
  await lookAt(visitor, 'recordings');
  await play.click();
  await expect(visitor.getByRole('dialog').locator('video')).toBeVisible();
  await lookAt(visitor, 'recording-dialog');
  await visitor.keyboard.press('Escape');
  await expect(play, 'the focus is back where it came from').toBeFocused();
  await visitor.getByRole('button', { name: `Delete ${show.title}` }).click();
  await expect(visitor.getByRole('alertdialog')).toBeVisible();
  await lookAt(visitor, 'recording-deletion');
  await visitor.keyboard.press('Escape');
  await expect(visitor.getByRole('button', { name: `Delete ${show.title}` })).toBeFocused();
  await visitor.getByRole('link', { name: show.title, exact: true }).click();
  await expect(visitor.locator('video')).toBeVisible();
  await lookAt(visitor, 'recording');
  await visitor.goto(`/watch/${show.channel}`);
  await expect(visitor.getByRole('region', { name: 'Past shows' })).toBeVisible();
  await lookAt(visitor, 'watch-past-shows');
}
