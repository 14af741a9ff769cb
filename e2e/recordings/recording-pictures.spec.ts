import { recordingPaths } from '../../lib/recording.ts';
import type { RecordingDetails } from '../../lib/recording-details.ts';
import { expect, newPage } from '../fixtures.ts';
import { isLike } from '../media/colour-and-tone.ts';
import { testSource } from '../media/test-source.ts';
import { Presenter } from '../pages/presenter.ts';
import { colourAt } from '../pages/preview-picture.ts';
import { readyRecording } from '../pages/recording-list.ts';
import { expectColourOf, pointAt, read, test } from '../pages/shown-recording.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test('a show whose recording was paused has a chapter where it goes on, and a picture before anybody has played it', {
  tag: '@long',
}, async ({ browser }) => {
  test.setTimeout(120_000);
  const server = await startRostrum({ RECORDINGS_FFMPEG: 'off' });
  const page = await newPage(browser, server);
  const presenter = new Presenter(page, server.key);
  try {
    await presenter.open();
    await presenter.goLive({ channel: 'pictured', title: 'Pictured', record: true });
    await presenter.seesOfTheRecording('Recording');
    const since = Date.now();
    await expect.poll(() => Date.now() - since, { timeout: 30_000 }).toBeGreaterThan(7_000);
    await presenter.switchesRecording('Pause recording', 'Recording paused');
    await presenter.switchesRecording('Resume recording', 'Recording');
    const again = Date.now();
    await expect.poll(() => Date.now() - again, { timeout: 30_000 }).toBeGreaterThan(5_000);
    await presenter.end();
    const other = await newPage(browser, server);
    const { id, durationMs } = await readyRecording(other, 'pictured');
    const details = async (): Promise<RecordingDetails> =>
      await (await other.request.get(recordingPaths.details(id))).json();
    const { chapters } = await details();
    expect(chapters.map(({ kind }) => kind)).toEqual(['start', 'pause']);
    expect(chapters[1]?.atMs).toBeGreaterThan(5_000);
    expect(chapters[1]?.atMs).toBeLessThan((durationMs ?? 0) - 3_000);
    await other.goto(`/recordings/${id}`);
    await expect(other.getByRole('button', { name: 'After a pause' })).toBeVisible();
    // Nobody has played it, and the server can decode nothing: the picture is what viewers saw.
    await other.goto('/recordings');
    const poster = other.getByRole('article').filter({ hasText: 'Pictured' }).locator('img');
    await expect(poster).toBeVisible();
    // Its lower half may have been white at that moment: the source claps.
    await expect.poll(async () => isLike(await colourAt(poster, 0.5, 0.35), testSource.colour)).toBe(true);
    await other.context().close();
  } finally {
    await page.context().close();
    await server.close();
  }
});

test.describe('on a server without FFmpeg', () => {
  test.use({ made: { settings: { RECORDINGS_FFMPEG: 'off' } } });

  test('the first person with a key who plays a recording makes its pictures, and nobody else does', {
    tag: '@long',
  }, async ({ shown: { page, server, id }, browser }) => {
    const posted: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push(request.url());
    });
    await page.getByRole('button', { name: 'Play the recording' }).click();
    await expect.poll(() => read(page, 'currentTime')).toBeGreaterThan(2);
    expect(posted.filter((url) => url.includes('/pictures'))).toEqual([]);
    await page.goto(`/present#key=${server.key}`);
    await expect(page).not.toHaveURL(/key=/);
    await page.goto(`/recordings/${id}`);
    await page.getByRole('button', { name: 'Play the recording' }).click();
    const poster = async () => (await page.request.get(recordingPaths.poster(id))).status();
    await expect.poll(poster, { timeout: 30_000 }).toBe(200);
    // Another person sees them, on the right places.
    const other = await newPage(browser, server);
    await other.goto(`/recordings/${id}`);
    await expect.poll(() => read(other, 'duration')).toBeGreaterThan(19);
    await expect(other.locator('video')).toHaveAttribute('poster', recordingPaths.poster(id));
    for (const seconds of [2, 7, 12, 18]) {
      await pointAt(other, seconds / 20);
      await expectColourOf(other.locator('[data-seek-preview] img'), seconds);
    }
    await other.context().close();
  });
});
