import { test as base, expect } from '../fixtures.ts';
import { Loudspeaker } from '../media/loudspeaker.ts';
import { freezeTestSource, installTestSource, testSource } from '../media/test-source.ts';
import { FirefoxPerson, findFirefox, startFirefox } from '../pages/firefox.ts';
import { Viewer } from '../pages/viewer.ts';

/*
 * What comes out of the loudspeaker, and of the element, for every kind of show. A media element whose stream has a
 * video track without frames does not start, so the stream alone tells nothing of what is heard.
 */

/** Somebody who watches with sound on, in Chromium at a loudspeaker or in Firefox. */
type Listener = {
  open: (channel: string, landmark: string) => Promise<void>;
  tapsForSound: () => Promise<void>;
  hearsTheTone: () => Promise<void>;
  hearsNothing: () => Promise<void>;
  sees: (text: string) => Promise<void>;
  seesMovingVideo: () => Promise<void>;
  leave: () => Promise<void>;
};

const browserNames = ['Chromium', 'Firefox'] as const;
type BrowserName = (typeof browserNames)[number];

type Sound = {
  loudspeaker: Loudspeaker;
  /** A new listener each time. */
  openListener: (name: BrowserName) => Promise<Listener>;
};

const firefoxPath = findFirefox();

const test = base.extend<Sound>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  loudspeaker: async ({}, use) => {
    const loudspeaker = await Loudspeaker.open();
    await use(loudspeaker);
    await loudspeaker.close();
  },
  openListener: async ({ playwright, launchOptions, loudspeaker, server }, use) => {
    const browsers: { close: () => Promise<unknown> }[] = [];
    const launchChromium = async () => {
      const env = { ...process.env, ...loudspeaker.env } as Record<string, string>;
      return await playwright.chromium.launch({ ...launchOptions, ignoreDefaultArgs: ['--mute-audio'], env });
    };
    await use(async (name) => {
      if (name === 'Firefox') {
        const browser = await startFirefox(firefoxPath ?? '');
        browsers.push(browser);
        return listenInFirefox(new FirefoxPerson(await browser.newPage()), server.url);
      }
      const browser = await launchChromium();
      browsers.push(browser);
      const page = await browser.newPage({ baseURL: server.url });
      return listenInChromium(new Viewer(page), loudspeaker);
    });
    await Promise.all(browsers.map((browser) => browser.close()));
  },
});

function listenInChromium(viewer: Viewer, loudspeaker: Loudspeaker): Listener {
  const { page } = viewer;
  const loudness = () => loudspeaker.loudness(testSource.toneHz);
  return {
    open: async (channel, landmark) => {
      await viewer.open(channel);
      await expect(page.getByText(landmark).first()).toBeVisible();
    },
    tapsForSound: () => page.getByRole('button', { name: 'Tap for sound' }).click(),
    hearsTheTone: () => expect.poll(loudness, { timeout: 20_000 }).toBeGreaterThan(-40),
    hearsNothing: () => expect.poll(loudness).toBeLessThan(-80),
    sees: (text) => expect(page.getByText(text).first()).toBeVisible(),
    seesMovingVideo: () => viewer.seesMovingVideo(),
    leave: () => page.close(),
  };
}

function listenInFirefox(viewer: FirefoxPerson, url: string): Listener {
  const loudest = () => viewer.loudestHz('Broadcast');
  return {
    open: (channel, landmark) => viewer.open(`${url}/watch/${channel}`, landmark),
    tapsForSound: () => viewer.press('Tap for sound'),
    // The clap sounds in between and is higher.
    hearsTheTone: () => expect.poll(loudest, { timeout: 30_000 }).toBeGreaterThan(testSource.toneHz - 30),
    hearsNothing: () => expect.poll(loudest).toBe(0),
    sees: (text) => viewer.seesText(text),
    seesMovingVideo: () => viewer.seesMovingVideo('Broadcast'),
    leave: () => viewer.page.close(),
  };
}

test.skip(process.platform !== 'linux', 'The virtual loudspeaker needs ALSA.');
test.setTimeout(150_000);

const nothingYet = 'Nothing is on air yet';

for (const name of browserNames) {
  test.describe(`in ${name}`, { tag: name === 'Firefox' ? '@long' : [] }, () => {
    test.skip(name === 'Firefox' && firefoxPath === undefined, 'There is no Firefox; FIREFOX_PATH may name one.');

    test('a show with picture and sound is heard, early and late, with the camera on, off and on again', async ({
      presenter,
      openListener,
    }) => {
      const show = { channel: 'heard-and-seen', title: 'Heard and seen' };
      const early = await openListener(name);
      await early.open(show.channel, nothingYet);
      await presenter.open();
      await presenter.goLive(show);
      await early.seesMovingVideo();
      await early.tapsForSound();
      await early.hearsTheTone();
      await presenter.page.getByRole('button', { name: /^Camera off/ }).click();
      await early.sees('The camera is off');
      await early.hearsTheTone();
      await early.leave();
      const late = await openListener(name);
      await late.open(show.channel, 'The camera is off');
      await late.tapsForSound();
      await late.hearsTheTone();
      await presenter.page.getByRole('button', { name: /^Camera on/ }).click();
      await late.seesMovingVideo();
      await late.hearsTheTone();
      await late.leave();
      await presenter.end();
    });

    test('a show without a camera is heard, early and late, and is called one with sound only', {
      tag: '@long',
    }, async ({ presenter, openListener }) => {
      const show = { channel: 'heard-only', title: 'Heard only' };
      const early = await openListener(name);
      await early.open(show.channel, nothingYet);
      await presenter.open();
      await presenter.page.getByLabel('Camera', { exact: true }).selectOption({ label: 'No camera, sound only' });
      await presenter.goLive(show);
      const late = await openListener(name);
      await late.open(show.channel, show.title);
      for (const listener of [early, late]) {
        await listener.sees('Sound only');
        await listener.tapsForSound();
        await listener.hearsTheTone();
        await listener.leave();
      }
      await presenter.end();
    });

    test('a show without a microphone is seen, early and late, and is silent', { tag: '@long' }, async ({
      presenter,
      openListener,
    }) => {
      const show = { channel: 'seen-only', title: 'Seen only' };
      const early = await openListener(name);
      await early.open(show.channel, nothingYet);
      await presenter.open();
      await presenter.page
        .getByLabel('Microphone', { exact: true })
        .selectOption({ label: 'No microphone, picture only' });
      await presenter.goLive(show);
      const late = await openListener(name);
      await late.open(show.channel, 'Seen only');
      for (const listener of [early, late]) {
        await listener.seesMovingVideo();
        await listener.tapsForSound();
        await listener.hearsNothing();
        await listener.seesMovingVideo();
        await listener.leave();
      }
      await presenter.end();
    });

    test('a show whose camera has stopped giving frames is heard by those who come then, and seen once it gives some', {
      tag: '@long',
    }, async ({ presenter, openListener }) => {
      const show = { channel: 'heard-when-frozen', title: 'Heard when frozen' };
      await installTestSource(presenter.page, { ...testSource, prompt: true });
      await presenter.open({ camera: 'as it is' });
      await presenter.goLive(show);
      await freezeTestSource(presenter.page, true);
      const late = await openListener(name);
      await late.open(show.channel, 'No picture at the moment');
      await late.tapsForSound();
      await late.hearsTheTone();
      await freezeTestSource(presenter.page, false);
      await late.seesMovingVideo();
      await late.hearsTheTone();
      await late.leave();
      await presenter.end();
    });
  });
}
