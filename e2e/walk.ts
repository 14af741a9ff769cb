import type { Page } from 'playwright/test';
import { toLocalField } from '../lib/browser/local-time.ts';
import { test as base, expect } from './fixtures.ts';
import type { Presenter } from './presenter.ts';
import { type RostrumServer, startRostrum } from './rostrum-server.ts';
import { installScreenshotSource } from './screenshot-source.ts';
import type { Viewer } from './viewer.ts';

/** Playwright's test, with a server on which nothing was ever on air. */
export const test = base.extend<object, { server: RostrumServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const server = await startRostrum();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

/** The show of the walk. Its names are not translated. */
export const show = { channel: 'open-day', title: 'Open day at the observatory' } as const;

/** What is announced besides, and stays so. Its names are not translated either. */
export const later = { channel: 'star-party', title: 'Star party on the hill' } as const;

/** The people of the walk; the fixtures of the same names. */
export type Walkers = {
  presenter: Presenter;
  openViewer: () => Promise<Viewer>;
  openPage: () => Promise<Page>;
};

/** Looks at a page in a state that has a name, in English and at a desktop's size, and leaves it as it was. */
export type LookAt = (page: Page, place: string) => Promise<void>;

/** Goes through every page and every state of it that a person meets in a show, and has each looked at. */
export async function walk(people: Walkers, lookAt: LookAt): Promise<void> {
  const visitor = await people.openPage();
  await walkAnEmptyHouse(visitor, lookAt);
  const viewer = await people.openViewer();
  await walkTheShow({ ...people, visitor, viewer }, lookAt);
  await walkTheRecordings(visitor, lookAt);
}

async function walkAnEmptyHouse(visitor: Page, lookAt: LookAt): Promise<void> {
  await visitor.goto('/');
  await expect(visitor.getByText('The house is quiet')).toBeVisible();
  await lookAt(visitor, 'lobby-empty');
  await visitor.goto('/recordings');
  await expect(visitor.getByText('Nothing recorded yet')).toBeVisible();
  await lookAt(visitor, 'recordings-empty');
  await visitor.goto('/recordings/none');
  await expect(visitor.getByText('This recording does not exist')).toBeVisible();
  await lookAt(visitor, 'recording-missing');
  await visitor.goto('/nowhere');
  await expect(visitor.getByText('There is nothing at this address')).toBeVisible();
  await lookAt(visitor, 'not-found');
  await visitor.goto('/watch/NO');
  await expect(visitor.getByText('This watch link is not complete')).toBeVisible();
  await lookAt(visitor, 'watch-wrong-channel');
  await visitor.goto('/present');
  await expect(visitor.getByText('Who is presenting?')).toBeVisible();
  await lookAt(visitor, 'present-key');
}

type ShowPeople = { presenter: Presenter; viewer: Viewer; visitor: Page };

async function walkTheShow({ presenter, viewer, visitor }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await viewer.open(show.channel);
  await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
  await lookAt(viewer.page, 'watch-waiting');
  await installScreenshotSource(studio);
  await presenter.open({ camera: 'as it is' });
  await presenter.fillIn({ ...show, record: true });
  await lookAt(studio, 'present-before');
  await walkTheAnnouncement({ presenter, viewer, visitor }, lookAt);
  await studio.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();
  await viewer.seesMovingVideo();
  await presenter.seesViewers(1);
  await lookAt(viewer.page, 'watch');
  await viewer.page.keyboard.press('s');
  await expect(viewer.page.getByRole('region', { name: 'Technical details' })).toBeVisible();
  await lookAt(viewer.page, 'watch-details');
  await viewer.page.keyboard.press('s');
  await viewer.page.keyboard.press('?');
  await expect(viewer.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await lookAt(viewer.page, 'watch-keys');
  await viewer.page.keyboard.press('Escape');
  await expect(studio.getByText(/^Room for about/)).toBeVisible({ timeout: 30_000 });
  await lookAt(studio, 'present-live');
  for (const [button, place] of [
    ['QR code', 'present-qr'],
    ['Embed', 'present-embed'],
    ['Continue on another device', 'present-hand-over'],
  ] as const) {
    await studio.getByRole('button', { name: button, exact: true }).click();
    await expect(studio.getByRole('dialog')).toBeVisible();
    await lookAt(studio, place);
    await studio.keyboard.press('Escape');
    await expect(studio.getByRole('dialog')).toBeHidden();
  }
  await presenter.switchesRecording('Pause recording', 'Recording paused');
  await lookAt(studio, 'present-paused');
  await presenter.switchesRecording('Resume recording', 'Recording');
  await walkWhatIsOnAir(visitor, lookAt);
  await studio.reload();
  await expect(studio.getByRole('button', { name: 'Resume your broadcast' })).toBeEnabled();
  await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
  await lookAt(studio, 'present-resume');
  await lookAt(viewer.page, 'watch-interrupted');
  await studio.getByRole('button', { name: 'Resume your broadcast' }).click();
  await presenter.seesThatItIsLive();
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
}

async function walkTheAnnouncement({ presenter, viewer, visitor }: ShowPeople, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await studio.getByText('Announce it for later').click();
  for (const [{ channel, title }, hours] of [
    [later, 50],
    [show, 26],
  ] as const) {
    await presenter.fillIn({ channel, title, record: true });
    await studio.getByLabel('Starts at').fill(toLocalField(Date.now() + hours * 3_600_000));
    await studio.getByRole('button', { name: 'Announce', exact: true }).click();
    await expect(studio.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  }
  await expect(viewer.page.getByText('Begins in 26 hours')).toBeVisible();
  await visitor.goto('/');
  await expect(visitor.getByRole('region', { name: 'Soon' })).toBeVisible();
  await lookAt(studio, 'present-announced');
  await lookAt(viewer.page, 'watch-announced');
  await lookAt(visitor, 'lobby-announced');
}

async function walkWhatIsOnAir(visitor: Page, lookAt: LookAt): Promise<void> {
  await visitor.goto('/');
  await expect(visitor.getByRole('link', { name: show.title })).toBeVisible();
  await lookAt(visitor, 'lobby');
  await visitor.goto('/recordings');
  await visitor.getByRole('link', { name: show.title, exact: true }).click();
  await expect(visitor.getByText('This broadcast is still on air')).toBeVisible();
  await lookAt(visitor, 'recording-on-air');
}

async function walkTheRecordings(visitor: Page, lookAt: LookAt): Promise<void> {
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
}
