import { expect, test } from '../fixtures.ts';
import { levelOf, seesColour } from '../media/colour-and-tone.ts';
import { testSource } from '../media/test-source.ts';
import { Guest, guestSources, invite } from '../pages/guest.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { canTranscode } from '../servers/media-server-choice.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const blue = testSource.colour;
const [{ colour: light, toneHz: guestHz }] = guestSources;
/** Places in the picture, as shares of its width and height: the middles of its halves, where a grid of two has people. */
const [left, right] = [
  [0.25, 0.5],
  [0.75, 0.5],
] as const;

test('with MIXING=server, the media server puts guests beside the presenter, or says that it cannot', {
  tag: '@long',
}, async ({ openPage }) => {
  test.setTimeout(240_000);
  const server = await startRostrum({ MIXING: 'server' });
  try {
    const presenter = new Presenter(await openPage(), server.key);
    const { page } = presenter;
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel: 'mixed', title: 'Mixed' });
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${server.url}/watch/mixed`);
    await seesColour(viewer.video, left, blue);
    const guest = new Guest(await openPage(), 'Ada');
    await guest.enters(await invite(page));
    await guest.seesThatItIsInTheGreenRoom();
    await page.getByRole('button', { name: 'Bring Ada on air', exact: true }).click();
    if (!canTranscode) {
      await expect(page.getByText('The media server cannot put pictures together')).toBeVisible();
      await guest.seesThatItIsInTheGreenRoom();
      await seesColour(viewer.video, right, blue);
      return;
    }
    await guest.seesThatItIsOnAir();
    await seesColour(viewer.video, left, blue);
    await seesColour(viewer.video, right, light);
    await viewer.page.getByRole('button', { name: 'Tap for sound' }).click();
    for (const hz of [testSource.toneHz, guestHz]) {
      await expect.poll(() => levelOf(viewer.video, hz), { timeout: 30_000 }).toBeGreaterThan(-50);
    }
    await page.getByRole('button', { name: 'Mute Ada', exact: true }).click();
    await expect.poll(() => levelOf(viewer.video, guestHz), { timeout: 30_000 }).toBeLessThan(-60);
    // There is nothing to arrange in a grid.
    await expect(page.getByText('The media server puts all pictures side by side', { exact: false })).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Picture in picture' })).toBeHidden();
    await page.getByRole('button', { name: 'Take Ada down', exact: true }).click();
    await seesColour(viewer.video, right, blue);
  } finally {
    await server.close();
  }
});
