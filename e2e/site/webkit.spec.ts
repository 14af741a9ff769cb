import { test as base, expect } from '../fixtures.ts';
import { isLike } from '../media/colour-and-tone.ts';
import { madeColours } from '../media/made-recording.ts';
import { test as recorded } from '../pages/shown-recording.ts';
import { WebKitPerson, whyNoWebKit } from '../pages/webkit.ts';

/*
 * Safari's engine, for everything but live media.
 */

/** Opens a window of WebKit for a test; skips the test where there is none. */
const withWebKit = {
  webkit: async ({ browserName: _ }: { browserName: string }, use: (person: WebKitPerson) => Promise<void>) => {
    const obstacle = await whyNoWebKit();
    base.skip(obstacle !== null, obstacle ?? '');
    const person = await WebKitPerson.open();
    await use(person);
    await person.close();
  },
};
const test = base.extend<{ webkit: WebKitPerson }>(withWebKit);
const testRecorded = recorded.extend<{ webkit: WebKitPerson }>(withWebKit);

testRecorded('a recording plays in WebKit, and is steered by keys', { tag: '@long' }, async ({ webkit, shown }) => {
  testRecorded.setTimeout(120_000);
  const { server, id } = shown;
  await webkit.goto(`${server.url}/recordings/${id}`);
  const seconds = () => webkit.evaluate(() => document.querySelector('video')?.currentTime ?? 0);
  const duration = () => webkit.evaluate(() => document.querySelector('video')?.duration ?? 0);
  await expect.poll(duration).toBeGreaterThan(19);
  await webkit.press('Play the recording');
  await expect.poll(seconds).toBeGreaterThan(1);
  await expect.poll(async () => isLike(await webkit.colour(), madeColours[0])).toBe(true);
  await webkit.key(' ');
  await expect.poll(() => webkit.evaluate(() => document.querySelector('video')?.paused)).toBe(true);
  for (const [key, share] of [
    ['8', 0.8],
    ['3', 0.3],
    ['6', 0.6],
  ] as const) {
    await webkit.key(key);
    const wanted = madeColours[Math.floor(share * madeColours.length)] ?? [];
    await expect.poll(async () => isLike(await webkit.colour(), wanted)).toBe(true);
    expect(Math.abs((await seconds()) - 20 * share)).toBeLessThan(0.5);
  }

  // The owner edits it there, too.
  await webkit.goto(`${server.url}/present#key=${server.key}`);
  await webkit.seesText('Get ready');
  await webkit.goto(`${server.url}/recordings/${id}`);
  const plan = 'Begins at 0:00.0 and is 0:20 long.';
  await expect(async () => {
    // What is still being filled in above may move the button away from the click.
    if (!(await webkit.text()).includes(plan)) await webkit.press('Trim');
    expect(await webkit.text()).toContain(plan);
  }).toPass({ timeout: 20_000 });
});

test('the studio shows the camera and hears the microphone in WebKit', { tag: '@long' }, async ({ webkit, server }) => {
  await webkit.goto(`${server.url}/present#key=${server.key}`);
  await webkit.seesText('Get ready');
  // The picture is a clock.
  const looks = new Set<string>();
  await expect
    .poll(async () => {
      const picture = await webkit.evaluate(() => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [160, 90];
        const video = document.querySelector('video');
        if (video !== null && video.videoWidth > 0) canvas.getContext('2d')?.drawImage(video, 0, 0, 160, 90);
        return canvas.toDataURL();
      });
      return looks.add(picture).size;
    })
    .toBeGreaterThan(3);
  await webkit.seesText('We can hear you');
});

test('a WebKit without WebRTC says which browsers can watch', { tag: '@long' }, async ({ webkit, server }) => {
  await webkit.goto(`${server.url}/watch/nothing-here`);
  await webkit.seesText('This browser cannot do live video');
  await webkit.seesText('Use a current version of Chrome, Edge, Firefox or Safari.');
});

test('no page is wider than a window of WebKit', { tag: '@long' }, async ({ webkit, server }) => {
  test.setTimeout(120_000);
  for (const width of [390, 1280]) {
    await webkit.resize(width, 850);
    for (const [path, landmark] of [
      ['/', 'On air now'],
      ['/recordings', 'Recordings'],
      [`/present#key=${server.key}`, 'Get ready'],
      ['/keys', 'Presenter keys'],
      ['/pool', 'Media servers'],
      ['/watch/nothing-here', 'This browser cannot do live video'],
      ['/guest/nothing-here#guest=none', 'You are invited'],
    ] as const) {
      await webkit.goto(`${server.url}${path}`);
      await webkit.seesText(landmark);
      const { inner, page } = await webkit.evaluate(() => ({
        inner: window.innerWidth,
        page: document.documentElement.scrollWidth,
      }));
      expect(page, `${path} in a window of ${width} px`).toBeLessThanOrEqual(inner);
    }
  }
});
