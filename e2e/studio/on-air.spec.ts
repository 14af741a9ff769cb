import { expect, test } from '../fixtures.ts';

test.describe('a presenter on air', () => {
  test('sees that it goes out well, and after the end how the show went', { tag: '@long' }, async ({
    presenter,
    openViewer,
  }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'on-air-peak', title: 'The peak' });
    await expect(presenter.page).toHaveTitle('● Live: The peak');
    const [one, two] = [await openViewer(), await openViewer()];
    await one.open('on-air-peak');
    await two.open('on-air-peak');
    await presenter.seesViewers(2);
    await one.page.close();
    await presenter.seesViewers(1);
    await expect(presenter.page.getByText('peak 2', { exact: true })).toBeVisible();
    const connection = presenter.page.getByRole('region', { name: 'Your connection' });
    await expect(connection.getByText(/^Excellent – 360p, [\d.,]+ [kM]bit\/s$/)).toBeVisible({ timeout: 30_000 });
    await expect(connection.getByText('Your connection is excellent.')).toBeAttached();
    for (const figure of ['Bitrate', 'Loss', 'Round trip']) {
      await expect(
        connection.getByRole('img', { name: new RegExp(`^${figure} over the last minute: now `) }),
      ).toBeVisible();
    }
    await presenter.end();
    const info = presenter.page.locator('dl > div');
    await expect(info.filter({ hasText: 'On air' }).locator('dd')).toHaveText(/^\d+:\d\d$/);
    await expect(info.filter({ hasText: 'Most viewers at once' }).locator('dd')).toHaveText('2');
    await expect(info.filter({ hasText: 'Ended' }).locator('dd')).toHaveText('By you');
    await expect(presenter.page).not.toHaveTitle(/Live/);
  });

  test('on a fast line sends the chosen picture whole, and neither upload nor server is ever blamed', {
    tag: '@long',
  }, async ({ presenter, openViewer }) => {
    test.setTimeout(120_000);
    const { page } = presenter;
    await presenter.open({ camera: 'as it is' });
    await page.getByLabel('Quality', { exact: true }).selectOption('480');
    await presenter.goLive({ channel: 'on-air-whole', title: 'Whole' });
    const connection = page.getByRole('region', { name: 'Your connection' });
    // What stands there is kept, as a word of blame for a moment is one too many.
    await connection.evaluate((region) => {
      const said = new Set<string>();
      const keep = () => said.add(region.textContent ?? '');
      new MutationObserver(keep).observe(region, { childList: true, characterData: true, subtree: true });
      keep();
      Object.assign(window, { said });
    });
    const since = Date.now();
    const viewer = await openViewer();
    await viewer.open('on-air-whole');
    await viewer.seesMovingVideo();
    await expect(viewer.video).toHaveJSProperty('videoHeight', 480, { timeout: 45_000 });
    await expect(connection.getByText(/^(Excellent|Good) – 480p, /)).toBeVisible({ timeout: 30_000 });
    console.log(`the picture was whole after ${((Date.now() - since) / 1000).toFixed(1)} s`);
    const said = await page.evaluate(() => [...((window as Window & { said?: Set<string> }).said ?? [])]);
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((text) => /upload is too slow|server’s limit/.test(text))).toEqual([]);
    await presenter.end();
  });

  test('gives the show another title, which viewers and the lobby see at once', { tag: '@long' }, async ({
    presenter,
    openViewer,
    openPage,
  }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'on-air-title', title: 'A tpyo' });
    const viewer = await openViewer();
    await viewer.open('on-air-title');
    await expect(viewer.page.getByText('A tpyo')).toBeVisible();
    const lobby = await openPage();
    await lobby.goto('/');
    await presenter.page.getByRole('button', { name: 'Change the title' }).click();
    const field = presenter.page.getByRole('textbox', { name: 'New title' });
    await expect(field).toBeFocused();
    // The letters of the shortcuts are letters here.
    await field.pressSequentially('More movies');
    await field.press('Enter');
    await expect(presenter.page.getByRole('heading', { name: 'More movies' })).toBeVisible();
    await expect(presenter.page.getByText('You are muted')).toBeHidden();
    await expect(presenter.page.getByRole('button', { name: 'Change the title' })).toBeFocused();
    await expect(viewer.page.getByText('More movies')).toBeVisible();
    await expect(lobby.getByText('More movies')).toBeVisible();
    await expect(viewer.page.getByText('A tpyo')).toBeHidden();
    await presenter.page.getByRole('button', { name: 'Change the title' }).click();
    await field.fill('Never mind');
    await field.press('Escape');
    await expect(presenter.page.getByRole('heading', { name: 'More movies' })).toBeVisible();
    await presenter.end();
  });

  test('turns the camera off and on by key; viewers read that, and stay connected', { tag: '@long' }, async ({
    presenter,
    openViewer,
  }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'on-air-camera', title: 'Camera' });
    const viewer = await openViewer();
    await viewer.open('on-air-camera');
    await viewer.seesMovingVideo();
    const slate = viewer.page.getByText('The camera is off', { exact: true });
    await expect(slate).toBeHidden();
    await presenter.page.keyboard.press('v');
    await expect(presenter.page.getByRole('button', { name: 'Camera on' })).toBeVisible();
    await expect(slate).toBeVisible();
    const late = await openViewer();
    await late.open('on-air-camera');
    await expect(late.page.getByText('The camera is off', { exact: true })).toBeVisible();
    // Black pictures still arrive, so nobody takes the silence for a fault.
    await viewer.seesMovingVideo(6);
    await viewer.hearsTheTone();
    await expect(slate).toBeVisible();
    await expect(viewer.page.getByText('Reconnecting…')).toBeHidden();
    const connection = presenter.page.getByRole('region', { name: 'Your connection' });
    await expect(connection.getByText(/^(Excellent|Good) – sound only, /)).toBeVisible({ timeout: 30_000 });
    await presenter.page.keyboard.press('v');
    await expect(slate).toBeHidden();
    await viewer.seesTheTestSource();
    await late.seesTheTestSource();
    await presenter.end();
  });

  test('mutes the microphone by key, and is heard again', { tag: '@long' }, async ({ presenter, openViewer }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'on-air-mute', title: 'Mute' });
    const viewer = await openViewer();
    await viewer.open('on-air-mute');
    await viewer.hearsTheTone();
    await presenter.page.keyboard.press('m');
    await expect(presenter.page.getByText('You are muted')).toBeVisible();
    await expect(presenter.page.getByRole('button', { name: 'Unmute' })).toBeVisible();
    await viewer.hearsNothing();
    await presenter.page.getByRole('button', { name: 'End broadcast' }).click();
    await presenter.page.keyboard.press('m');
    await presenter.page.getByRole('button', { name: 'Keep going' }).click();
    await expect(presenter.page.getByText('You are muted')).toBeVisible();
    await presenter.page.keyboard.press('m');
    await expect(presenter.page.getByRole('button', { name: 'Mute', exact: true })).toBeVisible();
    await viewer.hearsSomething();
    await presenter.end();
  });

  test('turns the keys of single letters off, for the player too, and on again', { tag: '@long' }, async ({
    presenter,
  }) => {
    const { page } = presenter;
    await presenter.open();
    await presenter.goLive({ channel: 'on-air-keys', title: 'Keys' });
    const microphone = page.getByRole('button', { name: /^(Mute|Unmute)$/ });
    await expect(microphone).toHaveAttribute('aria-keyshortcuts', 'm');
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(list.getByText('Microphone off and on')).toBeVisible();
    await list.getByLabel('Keyboard shortcuts are on').uncheck();
    await page.keyboard.press('Escape');
    await expect(list).toBeHidden();
    await expect(microphone).not.toHaveAttribute('aria-keyshortcuts');
    for (const key of ['m', 'v', '?']) await page.keyboard.press(key);
    await page.reload();
    await page.getByRole('button', { name: 'Resume your broadcast' }).click();
    await presenter.seesThatItIsLive();
    await expect(microphone).toHaveText('Mute');
    for (const key of ['m', 'v', '?']) await page.keyboard.press(key);
    const player = await page.context().newPage();
    await player.goto('/watch/on-air-keys');
    await player.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await expect(player.getByLabel('Keyboard shortcuts are on')).not.toBeChecked();
    await expect(list).toBeHidden();
    await expect(microphone).toHaveText('Mute');
    await expect(page.getByText('Your camera is off')).toBeHidden();
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await list.getByLabel('Keyboard shortcuts are on').check();
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await expect(page.getByText('You are muted')).toBeVisible();
    await presenter.end();
  });

  test('shares the show by QR code and as code for other pages', { tag: '@long' }, async ({ presenter, server }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'on-air-share', title: 'Sums & "more"' });
    const { page } = presenter;
    const address = `${server.url}/watch/on-air-share`;
    await page.getByRole('button', { name: 'QR code' }).click();
    const dialog = page.getByRole('dialog', { name: 'Scan to watch' });
    await expect(dialog.getByRole('img', { name: `QR code of ${address}` })).toBeVisible();
    await expect(dialog.getByText(address, { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Embed' }).click();
    await page.getByRole('button', { name: 'Copy the code' }).click();
    await expect(page.getByText('The code is copied.')).toBeAttached();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    const player = await page.evaluate((html) => {
      const frame = new DOMParser().parseFromString(html, 'text/html').querySelector('iframe');
      return { source: frame?.src, title: frame?.title, allowed: frame?.allow };
    }, code);
    expect(player.source).toBe(`${server.url}/embed/on-air-share`);
    expect(player.title).toBe('Sums & "more"');
    expect(player.allowed).toContain('autoplay');
    await page.keyboard.press('Escape');
    await presenter.end();
  });
});
