import { expect, test } from '../fixtures.ts';
import { installTestSource } from '../media/test-source.ts';
import { hinderTheMedia } from '../pages/hindrances.ts';
import { pressByKey, tabTo } from '../pages/keyboard.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';

test('a show is presented, watched and found again by keyboard alone', async ({ openPage, server }) => {
  test.setTimeout(180_000);
  const [studio, audience] = [await openPage(), await openPage()];
  const presenter = new Presenter(studio, server.key);
  const viewer = new Viewer(audience);

  await test.step('from the lobby into the studio, past a wrong key', async () => {
    await installTestSource(studio);
    await studio.goto('/');
    await pressByKey(studio, studio.getByRole('link', { name: 'Go live' }));
    const key = studio.getByLabel('Presenter key');
    await tabTo(studio, key);
    await studio.keyboard.type('a guess');
    await studio.keyboard.press('Enter');
    await expect(studio.getByRole('alert').filter({ hasText: /key/i })).toBeVisible();
    await expect(studio.getByRole('heading', { name: 'Who is presenting?' })).toBeFocused();
    await tabTo(studio, key);
    await studio.keyboard.type(server.key);
    await studio.keyboard.press('Enter');
    await expect(studio.getByRole('heading', { name: 'Get ready' })).toBeFocused();
  });

  await test.step('a title, a channel, and live', async () => {
    await expect(studio.getByLabel('Your camera', { exact: true })).toBeVisible();
    await tabTo(studio, studio.getByLabel('Title', { exact: true }));
    await studio.keyboard.type('By hand');
    await tabTo(studio, studio.getByLabel('Channel', { exact: true }));
    // All that stands there is selected by the Tab key, so that typing replaces it.
    await studio.keyboard.type('by-hand');
    await pressByKey(studio, studio.getByRole('button', { name: 'Go live' }));
    await presenter.seesThatItIsLive();
    await expect(studio.getByRole('heading', { name: 'You are live' })).toBeFocused();
  });

  await test.step('a viewer finds the show, and has sound', async () => {
    await audience.goto('/');
    await pressByKey(audience, audience.getByRole('link', { name: 'By hand' }));
    await viewer.seesMovingVideo();
    await pressByKey(audience, audience.getByRole('button', { name: 'Tap for sound' }));
    await expect(viewer.video).toHaveJSProperty('muted', false);
    // The stage has the focus now, and with it the arrows.
    await audience.keyboard.press('ArrowDown');
    await expect(audience.getByRole('slider', { name: 'Volume' })).toHaveAttribute('aria-valuetext', '90%');
    await pressByKey(audience, audience.getByRole('button', { name: 'Pause' }));
    await expect(viewer.video).toHaveJSProperty('paused', true);
    await audience.keyboard.press('Enter');
    await expect(viewer.video).toHaveJSProperty('paused', false);
    const details = audience.getByRole('button', { name: 'Technical details', exact: true });
    await pressByKey(audience, details);
    await expect(details).toHaveAttribute('aria-expanded', 'true');
    await audience.keyboard.press('Enter');
    const keys = audience.getByRole('button', { name: 'Keyboard shortcuts' });
    await audience.keyboard.press('Shift+Tab');
    await expect(keys).toBeFocused();
    await audience.keyboard.press('Enter');
    await expect(audience.getByRole('dialog')).toBeVisible();
    await audience.keyboard.press('Escape');
    await expect(keys).toBeFocused();
  });

  await test.step('everything in the studio is reached, in sight, and windows give the focus back', async () => {
    for (const name of ['Devices and quality', 'Continue on another device', 'QR code', 'Embed']) {
      const opener = studio.getByRole('button', { name, exact: true });
      await pressByKey(studio, opener);
      await expect(studio.getByRole('dialog')).toBeVisible();
      await studio.keyboard.press('Escape');
      await expect(opener).toBeFocused();
    }
    await tabTo(studio, studio.getByRole('button', { name: 'Stop recording' }));
  });

  await test.step('the end, and the recording', async () => {
    await studio.keyboard.press('Home');
    const end = studio.getByRole('button', { name: 'End broadcast' });
    await pressByKey(studio, end);
    await expect(studio.getByRole('button', { name: 'Keep going' })).toBeFocused();
    await studio.keyboard.press('Escape');
    await expect(end).toBeFocused();
    await studio.keyboard.press('Enter');
    await pressByKey(studio, studio.getByRole('button', { name: 'End for everyone' }));
    await expect(studio.getByRole('heading', { name: 'Your broadcast has ended' })).toBeFocused();
    await viewer.seesThatItEnded();
    await pressByKey(studio, studio.getByRole('link', { name: 'See the recording' }));
    await expect(studio).toHaveTitle('By hand (recording) · Rostrum');
    await tabTo(studio, studio.getByRole('link', { name: /^Download/ }));
  });
});

test('who wants less motion gets none that nobody needs', { tag: '@long' }, async ({ presenter, openPage }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'calm', title: 'Calm' });
  const lobby = await openPage();
  for (const page of [presenter.page, lobby]) await page.emulateMedia({ reducedMotion: 'reduce' });
  await lobby.goto('/');
  await lobby.getByRole('link', { name: 'Calm' }).hover();
  for (const page of [presenter.page, lobby]) {
    await expect(page.getByText(/^(Live|You are live)$/).first()).toBeVisible();
    expect(await page.evaluate(namesOfMotions)).toEqual([]);
  }
  await presenter.end();
});

/** What moves on a page, the spinner and the microphone's level apart: they tell something that must be seen. */
function namesOfMotions(): string[] {
  return document
    .getAnimations()
    .filter(({ effect }) => {
      const target = effect instanceof KeyframeEffect ? effect.target : null;
      return target?.getAttribute('data-testid') !== 'microphone-level';
    })
    .map((one) => {
      if (one instanceof CSSAnimation) return one.animationName;
      return one instanceof CSSTransition ? one.transitionProperty : one.id;
    })
    .filter((name) => !/^spin$|opacity|color/.test(name));
}

test('who takes going live back is at its button again, and the channel is free', { tag: '@long' }, async ({
  openPage,
  server,
}) => {
  const studio = await openPage();
  await hinderTheMedia(studio, 'the beginning');
  await installTestSource(studio);
  const presenter = new Presenter(studio, server.key);
  await presenter.open({ camera: 'as it is' });
  await presenter.fillIn({ channel: 'taken-back', title: 'Not yet' });
  const goLive = studio.getByRole('button', { name: 'Go live' });
  const viewer = new Viewer(await openPage());
  await viewer.open('taken-back');
  await pressByKey(studio, goLive);
  // The server has let it in by then.
  await expect(viewer.page.getByText('The presenter is getting ready')).toBeVisible();
  await pressByKey(studio, studio.getByRole('button', { name: 'Cancel' }));
  await expect(goLive).toBeFocused();
  await expect(studio.getByLabel('Title', { exact: true })).toHaveValue('Not yet');
  await expect(studio.getByRole('button', { name: 'Resume your broadcast' })).toBeHidden();
  await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
});
