import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { asShown, expect } from '../fixtures.ts';
import { bar, expectColourOf, pointAt, read, test } from '../pages/shown-recording.ts';

/** Expects no findings of axe, and nothing that sticks out, on a computer and on phones. */
async function expectAccessible(page: Page): Promise<void> {
  for (const width of [1280, 390, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
}

test('a recording is played, sought, and linked to at a moment', async ({ shown: { page, server, id } }) => {
  const video = page.locator('video');
  await bar(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  for (let times = 0; times < 2; times += 1) await page.keyboard.press('ArrowRight');
  await expect(bar(page)).toHaveAttribute('aria-valuetext', asShown('0:10 of 0:20'));
  await page.keyboard.press('k');
  await expect.poll(() => read(page, 'currentTime')).toBeGreaterThan(10.2);
  await page.keyboard.press('k');
  await expectColourOf(video, 11);
  await pointAt(page, 0.8);
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(() => read(page, 'currentTime')).toBeGreaterThan(15.5);
  await expectColourOf(video, 16);
  await page.getByRole('button', { name: 'Copy link at this time' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(new RegExp(`^${server.url}/recordings/${id}\\?t=1[56]$`));
  await page.goto(link.replace(/t=\d+/, 't=6'));
  await expect.poll(() => read(page, 'currentTime')).toBe(6);
  await expectColourOf(video, 6);
});

test('the keys do what their list says', { tag: '@long' }, async ({ shown: { page } }) => {
  const at = () => read(page, 'currentTime').then(Math.round);
  await page.keyboard.press('5');
  await expect.poll(at).toBe(10);
  await page.keyboard.press('l');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(at).toBe(15);
  await page.keyboard.press('j');
  await expect.poll(at).toBe(5);
  const before = await read(page, 'currentTime');
  await page.keyboard.press('.');
  await expect.poll(() => read(page, 'currentTime')).toBeCloseTo(before + 1 / 30, 3);
  await page.keyboard.press(',');
  await expect.poll(() => read(page, 'currentTime')).toBeCloseTo(before, 3);
  await page.keyboard.press('>');
  await page.keyboard.press('>');
  expect(await read(page, 'playbackRate')).toBe(1.5);
  await expect(page.getByRole('combobox', { name: 'Speed' })).toHaveValue('1.5');
  await page.keyboard.press('<');
  expect(await read(page, 'playbackRate')).toBe(1.25);
  await page.keyboard.press('m');
  await expect(page.getByRole('button', { name: 'Turn sound on' })).toBeVisible();
  await page.locator('video').click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => read(page, 'volume')).toBeCloseTo(0.2);
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.tagName)).toBe('SECTION');
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  // Volume and place are remembered.
  await expect.poll(() => read(page, 'volume')).toBeCloseTo(0.2);
  await expect.poll(at).toBeGreaterThan(4);
});

test('at twice the speed, ten seconds pass in five', { tag: '@long' }, async ({ shown: { page } }) => {
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('2');
  await page.getByRole('button', { name: 'Play the recording' }).click();
  await expect.poll(() => read(page, 'currentTime')).toBeGreaterThan(1);
  const [from, since] = [await read(page, 'currentTime'), Date.now()];
  await expect.poll(() => read(page, 'currentTime')).toBeGreaterThan(from + 6);
  const rate = ((await read(page, 'currentTime')) - from) / ((Date.now() - since) / 1000);
  expect(rate).toBeGreaterThan(1.6);
  expect(rate).toBeLessThan(2.4);
});

test.describe('with chapters', () => {
  test.use({
    made: {
      chapters: [
        { atMs: 0, kind: 'title', title: 'Red' },
        { atMs: 5_000, kind: 'title', title: 'Green' },
        { atMs: 10_000, kind: 'pause', title: null },
      ],
    },
  });

  test('chapters are listed, marked on the bar, and served as WebVTT', { tag: '@long' }, async ({ shown }) => {
    const { page, id } = shown;
    await page.getByRole('button', { name: 'Green' }).click();
    await expect.poll(() => read(page, 'currentTime')).toBe(5);
    await expect(bar(page)).toHaveAttribute('aria-valuetext', asShown('0:05 of 0:20, Green'));
    await expect(page.getByRole('button', { name: 'Green' })).toHaveAttribute('aria-current', 'true');
    await expect(page.locator('[data-chapter]')).toHaveCount(2);
    const vtt = await (await page.request.get(recordingPaths.chapters(id))).text();
    expect(vtt).toContain('00:00:05.000 --> 00:00:10.000\nGreen');
    // A player of the browser reads them.
    const names = await page.evaluate(async (path) => {
      const track = document.createElement('track');
      Object.assign(track, { kind: 'chapters', src: path });
      const probe = document.createElement('video');
      probe.append(track);
      track.track.mode = 'hidden';
      await new Promise((resolve) => track.addEventListener('load', resolve, { once: true }));
      return [...(track.track.cues ?? [])].map((cue) => (cue as VTTCue).text);
    }, recordingPaths.chapters(id));
    expect(names).toEqual(['Red', 'Green', 'Green (2)']);
  });

  test('the player is accessible and fits a phone', { tag: '@long' }, async ({ shown: { page } }) => {
    await expectAccessible(page);
  });
});

test('the seek bar shows the pictures of a recording, and the poster is one of them', { tag: '@long' }, async ({
  shown: { page, id },
}) => {
  const poster = async () => (await page.request.get(recordingPaths.poster(id))).status();
  // FFmpeg is optional: without it there are no pictures, and nothing is missing but they.
  const { isMakingPictures } = await (await page.request.get(recordingPaths.details(id))).json();
  const isMade = isMakingPictures === true || (await poster()) === 200;
  await page.waitForLoadState('networkidle');
  await pointAt(page, 0.3);
  await expect(page.locator('[data-seek-preview]')).toContainText('0:0');
  test.skip(!isMade && (await poster()) !== 200, 'there is no FFmpeg');
  await expect.poll(poster, { timeout: 30_000 }).toBe(200);
  await page.reload();
  await expect.poll(() => read(page, 'duration')).toBeGreaterThan(19);
  await expect(page.locator('video')).toHaveAttribute('poster', recordingPaths.poster(id));
  for (const seconds of [2, 7, 12, 18]) {
    await pointAt(page, seconds / 20);
    await expect(page.locator('[data-seek-preview] img')).toBeVisible();
    await expectColourOf(page.locator('[data-seek-preview] img'), seconds);
  }
});

test('a piece is trimmed by keyboard, says where it begins, and is a new recording', { tag: '@long' }, async ({
  shown: { page, server, id },
}) => {
  await page.goto(`/present#key=${server.key}`);
  await expect(page).not.toHaveURL(/key=/);
  await page.goto(`/recordings/${id}`);
  await page.getByRole('button', { name: 'Trim', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Trim this recording' })).toBeFocused();
  const start = page.getByRole('slider', { name: 'Start' });
  await start.focus();
  for (let times = 0; times < 9; times += 1) await page.keyboard.press('ArrowRight');
  await expect(start).toHaveAttribute('aria-valuetext', '0:09');
  await expectColourOf(page.locator('video'), 9);
  const begins = page.getByRole('status').filter({ hasText: 'with the next picture that a file can begin with' });
  await expect(begins).toHaveText(/\D0:10\.0\D.*\D0:(09|10)\D/);
  const end = page.getByRole('slider', { name: 'End' });
  await end.focus();
  for (let times = 0; times < 4; times += 1) await page.keyboard.press('ArrowLeft');
  await expectAccessible(page);
  await expect(page.getByLabel('Title of the new recording')).toHaveValue(asShown('Colours (trimmed)'));
  await page.getByRole('button', { name: 'Make a new recording' }).click();
  await page.getByRole('link', { name: 'Watch it' }).click();
  await expect(page.getByRole('heading', { name: asShown('Colours (trimmed)') })).toBeVisible();
  await expect.poll(() => read(page, 'duration')).toBeGreaterThan(5);
  expect(Math.abs((await read(page, 'duration')) - 6)).toBeLessThan(0.15);
  await expectColourOf(page.locator('video'), 10);
  await bar(page).focus();
  await page.keyboard.press('End');
  await expectColourOf(page.locator('video'), 15.5);
});

test('who has no key is not offered to trim', { tag: '@long' }, async ({ shown: { page } }) => {
  await expect(page.getByRole('link', { name: /^Sound only/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Trim', exact: true })).toBeHidden();
});

test.describe('in VP9', () => {
  test.use({ made: { codec: 'vp9' } });

  test(
    'a recording is also downloaded as MP4, which plays, and as sound alone',
    { tag: '@long' },
    async ({ shown }, testInfo) => {
      const { page } = shown;
      await expect(page.getByRole('link', { name: /^Download as/ })).toHaveAccessibleName(/MP4.* [\d.]+ ?[kM]B$/);
      for (const [name, file, hasPicture] of [
        [/^Download as/, 'picture.mp4', true],
        [/^Sound only/, 'sound.webm', false],
      ] as const) {
        const download = page.waitForEvent('download');
        await page.getByRole('link', { name }).click();
        const path = testInfo.outputPath(file);
        await (await download).saveAs(path);
        const type = file.endsWith('mp4') ? 'video/mp4' : 'audio/webm';
        const played = await page.evaluate(
          async ({ bytes, type }) => {
            const video = document.createElement('video');
            const binary = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
            video.src = URL.createObjectURL(new Blob([binary], { type }));
            video.muted = true;
            await video.play();
            await new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }));
            return { duration: video.duration, width: video.videoWidth };
          },
          { bytes: (await readFile(path)).toString('base64'), type },
        );
        expect(Math.abs(played.duration - 20)).toBeLessThan(0.2);
        expect(played.width).toBe(hasPicture ? 320 : 0);
      }
    },
  );
});
