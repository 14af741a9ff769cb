import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions, Locator, Page } from 'playwright/test';
import type { Page as FirefoxPage } from 'puppeteer-core';
import { test as base, expect } from '../fixtures.ts';

/** The tones of the stereo sources: one for each ear, in Hz. */
const stereoTones = { left: 440, right: 880 } as const;

/** The level of both tones in each channel, in decibels. A mono signal has the same levels in both. */
export type StereoLevels = { left: ChannelLevels; right: ChannelLevels };
type ChannelLevels = { leftTone: number; rightTone: number };

/** Playwright's test in a Chromium whose fake microphone plays a stereo file. */
export const test = base.extend<object, { launchOptions: LaunchOptions }>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const path = join(await mkdtemp(join(tmpdir(), 'rostrum-stereo-')), 'stereo.wav');
      await writeFile(path, stereoWav(2));
      await use({
        ...launchOptions,
        args: [...(launchOptions.args ?? []), `--use-file-for-fake-audio-capture=${path}`],
      });
    },
    { scope: 'worker' },
  ],
});

/** Measures both channels of the sound of `video`, at the element's output. */
export function listenToBothSides(video: Locator): Promise<StereoLevels> {
  return video.evaluate(async (element, tones) => {
    // TypeScript's library lacks it; Firefox has its own name for it.
    const media = element as HTMLVideoElement & {
      captureStream?: () => MediaStream;
      mozCaptureStream?: () => MediaStream;
    };
    const stream = media.captureStream?.() ?? media.mozCaptureStream?.();
    const silence = { leftTone: -200, rightTone: -200 };
    if (stream === undefined || stream.getAudioTracks().length === 0) return { left: silence, right: silence };
    const audio = new AudioContext();
    await audio.resume();
    const splitter = new ChannelSplitterNode(audio, { numberOfOutputs: 2 });
    audio.createMediaStreamSource(stream).connect(splitter);
    const analysers = [0, 1].map((channel) => {
      const analyser = new AnalyserNode(audio, { fftSize: 8_192, smoothingTimeConstant: 0.2 });
      splitter.connect(analyser, channel);
      return analyser;
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [left = silence, right = silence] = analysers.map((analyser) => {
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const levelAt = (hz: number) => levels[Math.round((hz * analyser.fftSize) / audio.sampleRate)] ?? -200;
      return { leftTone: levelAt(tones.left), rightTone: levelAt(tones.right) };
    });
    await audio.close();
    return { left, right };
  }, stereoTones);
}

/** Decodes a media file in the browser and measures both channels of its last second. */
export function decodeBothSides(page: Page, file: Buffer): Promise<StereoLevels> {
  return page.evaluate(
    async ({ base64, tones }) => {
      // The page's own policy does not let it fetch data: URLs.
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const context = new OfflineAudioContext(2, 48_000, 48_000);
      const audio = await context.decodeAudioData(bytes.buffer);
      const measure = (channel: number) => {
        const samples = audio.getChannelData(Math.min(channel, audio.numberOfChannels - 1)).slice(-48_000);
        // Goertzel's filter: the power of one frequency.
        const levelAt = (hz: number) => {
          const factor = 2 * Math.cos((2 * Math.PI * hz) / audio.sampleRate);
          let [one, two] = [0, 0];
          for (const sample of samples) [one, two] = [sample + factor * one - two, one];
          const power = (one * one + two * two - factor * one * two) / samples.length ** 2;
          return 10 * Math.log10(power + 1e-20);
        };
        return { leftTone: levelAt(tones.left), rightTone: levelAt(tones.right) };
      };
      return { left: measure(0), right: measure(1) };
    },
    { base64: file.toString('base64'), tones: stereoTones },
  );
}

/**
 * Records two seconds of the sound of the page's video, at the element's output, and returns the file. It needs no
 * audio device, without which Web Audio does not run in Firefox.
 */
export async function recordElement(page: FirefoxPage): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    // Firefox has its own name for captureStream.
    const video = document.querySelector('video') as
      | (HTMLVideoElement & { mozCaptureStream: () => MediaStream })
      | null;
    if (video === null) throw new Error('There is no video.');
    const recorder = new MediaRecorder(new MediaStream(video.mozCaptureStream().getAudioTracks()));
    const recorded = new Promise<Blob>((resolve) => {
      recorder.addEventListener('dataavailable', ({ data }) => resolve(data), { once: true });
    });
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    recorder.stop();
    const bytes = new Uint8Array(await (await recorded).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return Buffer.from(base64, 'base64');
}

/** Gives `page` a screen to share whose sound has a different tone in each channel. */
export async function installStereoScreen(page: Page): Promise<void> {
  await page.addInitScript((tones) => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: 1280, height: 720 });
      const context = canvas.getContext('2d');
      let turn = 0;
      setInterval(() => {
        if (context === null) return;
        turn = (turn + 8) % canvas.width;
        context.fillStyle = 'teal';
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.fillStyle = 'white';
        context.fillRect(turn, 340, 40, 40);
      }, 1_000 / 30);
      const audio = new AudioContext();
      const merger = new ChannelMergerNode(audio, { numberOfInputs: 2 });
      const output = new MediaStreamAudioDestinationNode(audio, { channelCount: 2 });
      for (const [side, hz] of [tones.left, tones.right].entries()) {
        const oscillator = new OscillatorNode(audio, { frequency: hz });
        oscillator.connect(new GainNode(audio, { gain: 0.2 })).connect(merger, 0, side);
        oscillator.start();
      }
      merger.connect(output);
      await audio.resume();
      return new MediaStream([...canvas.captureStream(30).getTracks(), ...output.stream.getTracks()]);
    };
  }, stereoTones);
}

/** Expects each channel to have its own tone, and at most a hundredth of that power of the other tone. */
export function expectStereo({ left, right }: StereoLevels): void {
  expect(left.leftTone, JSON.stringify({ left, right })).toBeGreaterThan(-60);
  expect(right.rightTone, JSON.stringify({ left, right })).toBeGreaterThan(-60);
  expect(left.rightTone, JSON.stringify({ left, right })).toBeLessThan(left.leftTone - 20);
  expect(right.leftTone, JSON.stringify({ left, right })).toBeLessThan(right.rightTone - 20);
}

/** `seconds` of 16-bit PCM at 48 kHz: one tone on the left, another one on the right. */
function stereoWav(seconds: number): Buffer {
  const rate = 48_000;
  const samples = Buffer.alloc(seconds * rate * 4);
  for (let at = 0; at < seconds * rate; at += 1) {
    const sampleOf = (hz: number) => Math.round(8_000 * Math.sin((2 * Math.PI * hz * at) / rate));
    samples.writeInt16LE(sampleOf(stereoTones.left), at * 4);
    samples.writeInt16LE(sampleOf(stereoTones.right), at * 4 + 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
