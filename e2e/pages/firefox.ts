import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { expect } from '../fixtures.ts';
import { growth } from '../media/reception.ts';

/** The paths at which systems install Firefox; FIREFOX_PATH names another one. */
const usualPlaces = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/snap/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** The Firefox of this machine; `undefined` if it has none. */
export function findFirefox(): string | undefined {
  return [process.env.FIREFOX_PATH, ...usualPlaces].find((path) => path !== undefined && existsSync(path));
}

/** Starts a Firefox that any user may run, with its own test picture and tone for camera and microphone. */
export function startFirefox(
  executablePath: string,
  preferences: Record<string, string | boolean> = {},
): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'intl.accept_languages': 'en',
      ...preferences,
    },
  });
}

/** The counts of what a video element has shown so far. */
export type Shown = { seconds: number; frames: number; width: number };

/** A person who presents or watches with Firefox, and finds elements by their text as people do. */
export class FirefoxPerson {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens an address and waits for the text that shows that the page is there. */
  async open(address: string, landmark: string): Promise<void> {
    await this.page.goto(address, { waitUntil: 'domcontentloaded' });
    await this.seesText(landmark);
  }

  async fillIn(label: string, text: string): Promise<void> {
    await this.page.locator(`::-p-xpath(//input[@id=//label[normalize-space()='${label}']/@for])`).fill(text);
  }

  /** Presses a button or a link that looks like one. */
  async press(button: string): Promise<void> {
    // A window behind another one hardly draws, and a button that is not drawn cannot be pressed.
    await this.page.bringToFront();
    await this.page.locator(`::-p-xpath(//*[self::button or self::a][normalize-space()='${button}'])`).click();
  }

  async seesText(text: string): Promise<void> {
    await this.page.locator(`::-p-xpath(//*[normalize-space(text())='${text}'])`).wait();
  }

  /** Expects the video with this label to move: its time advances, and frames are shown. */
  async seesMovingVideo(label: string): Promise<void> {
    await expect.poll(async () => (await this.shown(label)).frames, { timeout: 20_000 }).toBeGreaterThan(0);
    let last = await this.shown(label);
    expect(last.width).toBeGreaterThan(0);
    const seen = { seconds: 0, frames: 0 };
    await expect
      .poll(async () => {
        const now = await this.shown(label);
        seen.frames += growth(last.frames, now.frames);
        seen.seconds += growth(last.seconds, now.seconds);
        last = now;
        return seen.frames > 30 && seen.seconds > 0.5;
      })
      .toBe(true);
  }

  /** The loudest frequency in a second of the output of the element with this label, in Hz; 0 if it is silent. */
  async loudestHz(label: string): Promise<number> {
    return this.page.evaluate(async (name) => {
      const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${name}"]`);
      if (video === null || video.muted) return 0;
      // https://developer.mozilla.org/en-US/docs/Web/API/HTMLMediaElement/captureStream
      const capture: unknown = Reflect.get(video, 'mozCaptureStream');
      const heard: unknown = typeof capture === 'function' ? capture.call(video) : null;
      if (!(heard instanceof MediaStream) || heard.getAudioTracks().length === 0) return 0;
      const recorder = new MediaRecorder(new MediaStream(heard.getAudioTracks()));
      const recorded = new Promise<Blob>((resolve) => {
        recorder.ondataavailable = ({ data }) => resolve(data);
      });
      recorder.start();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      recorder.stop();
      // It needs no sound device, for which an AudioContext would wait.
      const decoder = new OfflineAudioContext(1, 1, 48_000);
      const buffer = await decoder.decodeAudioData(await (await recorded).arrayBuffer());
      const samples = buffer.getChannelData(0);
      if (samples.every((sample) => Math.abs(sample) < 0.001)) return 0;
      let crossings = 0;
      for (let at = 1; at < samples.length; at++) {
        if ((samples[at - 1] ?? 0) < 0 && (samples[at] ?? 0) >= 0) crossings += 1;
      }
      return Math.round(crossings / buffer.duration);
    }, label);
  }

  /** The counts of what the video with this label has shown so far; zeros while there is no such video. */
  async shown(label: string): Promise<Shown> {
    return this.page.evaluate((name): Shown => {
      const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${name}"]`);
      if (video === null) return { seconds: 0, frames: 0, width: 0 };
      // For streams, Firefox does not provide the standard frame count, but counts the frames that it painted:
      // https://developer.mozilla.org/en-US/docs/Web/API/HTMLVideoElement#non-standard_properties
      const frames = Number(Reflect.get(video, 'mozPaintedFrames'));
      return { seconds: video.currentTime, frames, width: video.videoWidth };
    }, label);
  }
}
