import { readFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
} from 'mediabunny';
import { expect, type Page } from 'playwright/test';
import { readStamp } from '../../bench/media/stamp.ts';
import { recordingPaths } from '../../lib/recording.ts';
import { usesOtherMediaServer } from '../servers/media-server-choice.ts';
import { lookAtFrame, testSource } from './test-source.ts';

/** The metadata of a recording's file. Times are in seconds. */
export type FileInfo = { duration: number; codecs: string[]; firstAudioAt: number; firstVideoAt: number };

/** Reads the file at `path` with a library that is not involved in writing it. */
export async function readFileInfo(path: string): Promise<FileInfo> {
  return onTracks(path, async (input, { video, audio }) => ({
    duration: await input.computeDuration(),
    codecs: [String(await video.getCodec()), String(await audio.getCodec())],
    firstAudioAt: await audio.getFirstTimestamp(),
    firstVideoAt: await video.getFirstTimestamp(),
  }));
}

/**
 * Whether a player can seek in the WebM file at `path`: its header contains the length, it has an index (the id of
 * Cues, RFC 9559 §5.1.5, after the seek head that names it), and a seek to the middle finds a picture.
 */
export async function isSeekable(path: string): Promise<boolean> {
  const cuesId = Buffer.from([0x1c, 0x53, 0xbb, 0x6b]);
  const bytes = await readFile(path);
  const hasIndex = bytes.indexOf(cuesId) !== bytes.lastIndexOf(cuesId);
  return onTracks(path, async (input, tracks) => {
    const duration = await input.computeDuration();
    const told = await input.getDurationFromMetadata();
    const picture = await new EncodedPacketSink(tracks.video).getKeyPacket(duration / 2);
    return hasIndex && told !== null && Math.abs(told - duration) < 0.1 && picture !== null;
  });
}

/**
 * When a load presenter sent the last picture and the last sound in the file at `path`, in microseconds of the
 * machine's monotonic clock.
 */
export function readLastSent(path: string): Promise<{ videoUs: number; audioUs: number }> {
  return onTracks(path, async (_, { video, audio }) => {
    const last = await Promise.all([video, audio].map((track) => new EncodedPacketSink(track).getPacket(Infinity)));
    const [videoUs = 0, audioUs = 0] = last.map((packet) => readStamp(Buffer.from(packet?.data ?? []))?.sentUs ?? 0);
    return { videoUs, audioUs };
  });
}

/**
 * The times, in seconds since the file's start, at which the test source's clap is heard.
 * `firstAudioAt` is the time at which the sound begins in the file: a decoder counts from there.
 */
export async function hearClaps(page: Page, url: string, firstAudioAt: number): Promise<number[]> {
  const heard = await page.evaluate(
    async ({ url, source }) => {
      const response = await fetch(url);
      const context = new OfflineAudioContext(1, 48_000, 48_000);
      const audio = await context.decodeAudioData(await response.arrayBuffer());
      const samples = audio.getChannelData(0);
      const step = audio.sampleRate / 200;
      const onsets: number[] = [];
      let quietSteps = 100;
      // Goertzel's filter distinguishes the clap's pitch from the steady tone, five milliseconds at a time.
      const factor = 2 * Math.cos((2 * Math.PI * source.clapHz) / audio.sampleRate);
      for (let at = 0; at + step <= samples.length; at += step) {
        let [one, two] = [0, 0];
        for (let i = 0; i < step; i++) [one, two] = [(samples[at + i] ?? 0) + factor * one - two, one];
        const power = (one * one + two * two - factor * one * two) / (step * step);
        const loud = power > 0.003;
        if (loud && quietSteps > 40) onsets.push(at / audio.sampleRate);
        quietSteps = loud ? 0 : quietSteps + 1;
      }
      return onsets;
    },
    { url, source: testSource },
  );
  return heard.map((at) => at + firstAudioAt).filter((at) => at > firstAudioAt + 0.3);
}

/** The times, in seconds since the file's start, of the first frames that show the clap. */
function seeClaps(page: Page, url: string): Promise<number[]> {
  return page.evaluate(
    async ({ url, source }) => {
      const video = document.createElement('video');
      video.src = url;
      video.muted = true;
      const canvas = document.createElement('canvas');
      canvas.width = source.width;
      canvas.height = source.height;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('This browser has no canvas.');
      const onsets: number[] = [];
      let before: { at: number; white: boolean } | undefined;
      const look = (_: number, frame: VideoFrameCallbackMetadata) => {
        context.drawImage(video, 0, 0, source.width, source.height);
        const [red = 0] = context.getImageData(source.width / 2, source.height * 0.8, 1, 1).data;
        const white = red > 150;
        // A clap whose first frame a busy machine skipped does not show its exact time.
        const gapless = before !== undefined && frame.mediaTime - before.at < 0.06;
        if (white && before !== undefined && !before.white && gapless) onsets.push(frame.mediaTime);
        before = { at: frame.mediaTime, white };
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      video.playbackRate = 0.6;
      await video.play();
      await new Promise((resolve) => video.addEventListener('ended', resolve, { once: true }));
      return onsets;
    },
    { url, source: testSource },
  );
}

/**
 * Makes the player on the page of a recording seek to `seconds`, and waits until it is there.
 * @throws Error with the player's own message if it cannot seek there
 */
export async function seekTo(page: Page, seconds: number): Promise<void> {
  const failure = await page.locator('video').evaluate(
    (element, at) =>
      new Promise<string | null>((resolve) => {
        const player = element as HTMLVideoElement;
        const tell = () => resolve(`The player cannot seek to ${at} s: ${player.error?.message}`);
        if (player.error !== null) tell();
        player.addEventListener('seeked', () => resolve(null), { once: true });
        player.addEventListener('error', tell, { once: true });
        player.currentTime = at;
      }),
    seconds,
  );
  if (failure !== null) throw new Error(failure);
}

/**
 * Expects the recording `id` to play on its page, and the player to seek to the middle, to the end, and back to the
 * very start, from where it plays on. The picture must exist, but its content is not checked.
 */
export async function seeksEverywhere(page: Page, url: string, id: string): Promise<void> {
  await page.goto(`${url}/recordings/${id}`);
  const video = page.locator('video');
  const read = (name: 'duration' | 'currentTime' | 'videoWidth' | 'readyState') =>
    video.evaluate((element, key) => (element as HTMLVideoElement)[key], name);
  await expect.poll(() => read('duration')).toBeGreaterThan(1);
  const duration = await read('duration');
  for (const at of [duration / 2, duration - 0.3, 0, duration * 0.9, 0.5, 0]) {
    await seekTo(page, at);
    expect(Math.abs((await read('currentTime')) - at)).toBeLessThan(0.1);
    // There is a picture at this position, and not only a position (HAVE_CURRENT_DATA).
    expect(await read('readyState')).toBeGreaterThanOrEqual(2);
    expect(await read('videoWidth')).toBeGreaterThan(0);
  }
  await video.evaluate((element) => {
    (element as HTMLVideoElement).muted = true;
    return (element as HTMLVideoElement).play();
  });
  await expect.poll(() => read('currentTime')).toBeGreaterThan(1);
  await expect(page.getByText('This browser cannot play the recording')).toBeHidden();
}

/** The value of the clock in the picture at `seconds`, in seconds; the page is that of a recording. */
export async function clockAt(page: Page, seconds: number): Promise<number> {
  await seekTo(page, seconds);
  const label = 'The recording under test';
  await page.locator('video').evaluate((element, name) => element.setAttribute('aria-label', name), label);
  const { clockMs } = await lookAtFrame(page, label);
  expect(clockMs, `the clock at ${seconds.toFixed(1)} s can be read`).not.toBeNull();
  return (clockMs ?? 0) / 1000;
}

/** The position at which the clock of a recording is read first, in seconds: every track has begun by then. */
const firstAt = 1;

/**
 * Expects the recording `id` to play and seek on its page, and the clock in its picture to confirm its length, in
 * seconds.
 */
export async function playAndSeek(page: Page, id: string, duration: number): Promise<void> {
  await page.goto(`/recordings/${id}`);
  const video = page.locator('video');
  await expect.poll(() => video.evaluate((element) => (element as HTMLVideoElement).duration)).toBeGreaterThan(1);
  await video.evaluate((element) => {
    (element as HTMLVideoElement).muted = true;
    return (element as HTMLVideoElement).play();
  });
  await expect.poll(() => video.evaluate((element) => (element as HTMLVideoElement).currentTime)).toBeGreaterThan(1);
  await video.evaluate((element) => (element as HTMLVideoElement).pause());
  // The picture may begin a moment after the sound, but it is shown from the start.
  const began = await clockAt(page, 0.05);
  const first = await clockAt(page, firstAt);
  expect(first).toBeGreaterThanOrEqual(began);
  const middle = await clockAt(page, duration / 2);
  const last = await clockAt(page, duration - 0.1);
  // How much longer the show was than its recording. A Kurento does not record time in which no media flows, as on a
  // stalled machine, so its recording may lack that time. On either media server, nothing may be in it twice.
  const aheadMost = usesOtherMediaServer ? 1.5 : 0;
  for (const [ahead, tolerance] of [
    [middle - first - (duration / 2 - firstAt), 0.25],
    [last - first - (duration - 0.1 - firstAt), 0.5],
  ] as const) {
    expect(ahead).toBeGreaterThan(-tolerance);
    expect(ahead).toBeLessThan(Math.max(aheadMost, tolerance));
  }
}

/**
 * Expects picture and sound of the recording `id` to be in sync within 100 ms. `firstAudioAt` is the time at which the
 * sound begins in the file, in seconds.
 */
export async function expectSync(page: Page, id: string, firstAudioAt: number): Promise<void> {
  const heard = await hearClaps(page, recordingPaths.media(id), firstAudioAt);
  let offsets: number[] = [];
  // A machine that others load may not show every picture of the file while it plays, so it may be played again.
  await expect(async () => {
    const seen = await seeClaps(page, recordingPaths.media(id));
    offsets = seen
      .map((at) => heard.map((other) => other - at).sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? Number.NaN)
      .filter((offset) => Math.abs(offset) < 0.9);
    expect(offsets.length).toBeGreaterThanOrEqual(2);
  }).toPass({ timeout: 60_000 });
  const [median = Number.NaN] = offsets.toSorted((a, b) => a - b).slice(Math.floor(offsets.length / 2));
  expect(Math.abs(median)).toBeLessThan(0.1);
}

/** Opens the file at `path` while `look` runs. @throws Error if it lacks picture or sound */
async function onTracks<T>(
  path: string,
  look: (input: Input, tracks: { video: InputVideoTrack; audio: InputAudioTrack }) => Promise<T>,
): Promise<T> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  try {
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    if (video === null || audio === null)
      throw new Error(`The file lacks ${video === null ? 'its picture' : 'its sound'}.`);
    return await look(input, { video, audio });
  } finally {
    input.dispose();
  }
}
