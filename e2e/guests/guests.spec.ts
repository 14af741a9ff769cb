import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { levelOf, seesColour } from '../media/colour-and-tone.ts';
import { testSource } from '../media/test-source.ts';
import { Guest, guestSources, invite } from '../pages/guest.ts';

const blue = testSource.colour;
const [{ colour: light, toneHz: guestHz }] = guestSources;
/** Places in the picture, as shares of its width and height; the test source is plain there. */
const [left, right, middle] = [
  [0.2, 0.42],
  [0.8, 0.42],
  [0.5, 0.42],
] as const;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('a guest waits in the green room, and is seen and heard by all once on air', async ({
  presenter,
  openViewer,
  openPage,
}) => {
  test.setTimeout(240_000);
  const { page } = presenter;
  await presenter.open();
  await presenter.goLive({ channel: 'with-guest', title: 'With a guest' });
  const viewer = await openViewer();
  await viewer.open('with-guest');
  await seesColour(viewer.video, right, blue);

  const guest = new Guest(await openPage(), 'Ada');
  const invitation = await invite(page);
  await guest.enters(invitation);
  await guest.seesThatItIsInTheGreenRoom();
  await expect(page.getByText('Green room', { exact: true })).toBeVisible();
  await seesColour(page.getByLabel('Ada', { exact: true }), middle, light);
  await seesColour(guest.page.getByLabel('Presenter', { exact: true }), middle, blue);
  await seesColour(viewer.video, right, blue);

  await button(page, 'Bring Ada on air').click();
  await guest.seesThatItIsOnAir();
  await seesColour(viewer.video, left, blue);
  await seesColour(viewer.video, right, light);
  await button(viewer.page, 'Tap for sound').click();
  for (const hz of [testSource.toneHz, guestHz]) {
    await expect.poll(() => levelOf(viewer.video, hz), { timeout: 30_000 }).toBeGreaterThan(-50);
  }
  await guest.hears(testSource.toneHz);
  await guest.hears(guestHz, false);

  await button(page, 'Mute Ada').click();
  await expect(guest.page.getByText('The presenter has muted you')).toBeVisible();
  await expect.poll(() => levelOf(viewer.video, guestHz), { timeout: 30_000 }).toBeLessThan(-60);
  await button(page, 'Take Ada down').click();
  await guest.seesThatItIsInTheGreenRoom();
  await seesColour(viewer.video, left, blue);
  await seesColour(viewer.video, right, blue);

  const second = new Guest(await openPage(), 'Eve');
  await second.enters(invitation);
  await expect(second.page.getByRole('heading', { name: 'This invitation has been used' })).toBeVisible();
  await presenter.end();
  await expect(guest.page.getByRole('heading', { name: 'Your part in the show is over' })).toBeVisible();
});
