import { expect, test } from 'vitest';
import { StallDetector } from './frame-watch.ts';
import { loudness } from './level-meter.ts';
import { attemptsFor, constraintsFor, toMediaError } from './local-media.ts';
import { preferVp8 } from './peer-connection.ts';
import { usualQuality } from './quality.ts';
import type { SoundMode } from './sound-mode.ts';

test.each([
  ['NotAllowedError', 'camera-blocked'],
  ['NotFoundError', 'camera-missing'],
  ['OverconstrainedError', 'camera-missing'],
  ['NotReadableError', 'camera-busy'],
  ['AbortError', 'camera-busy'],
  ['TypeError', 'internal'],
])('the browser’s %s is told as %s', (name, code) => {
  expect(toMediaError(new DOMException('', name)).code).toBe(code);
});

test('a device that is gone is replaced by any other', () => {
  expect(attemptsFor({ camera: 'c1', microphone: 'any' })).toEqual([
    { camera: 'c1', microphone: 'any' },
    { camera: 'any', microphone: 'any' },
  ]);
});

test('a kind that is not wanted is not asked for', () => {
  expect(constraintsFor({ camera: 'none', microphone: 'm1' })).toMatchObject({
    video: false,
    audio: { deviceId: { exact: 'm1' } },
  });
  expect(attemptsFor({ camera: 'none', microphone: 'any' })).toEqual([{ camera: 'none', microphone: 'any' }]);
});

test('speech is filtered and mono, and music is neither', () => {
  const audioOf = (sound: SoundMode) =>
    constraintsFor({ camera: 'none', microphone: 'any' }, { quality: usualQuality, sound }).audio;
  const filters = (on: boolean) => ({ echoCancellation: on, noiseSuppression: on, autoGainControl: on });
  expect(audioOf('speech')).toEqual({ ...filters(true), channelCount: { ideal: 1 } });
  expect(audioOf('music')).toEqual({ ...filters(false), channelCount: { ideal: 2 } });
});

test('VP8 comes first and the rest keeps its order', () => {
  const codecs = ['video/H264', 'video/VP8', 'video/rtx', 'video/VP9'].map((mimeType) => ({ mimeType }));
  expect(preferVp8(codecs).map(({ mimeType }) => mimeType)).toEqual([
    'video/VP8',
    'video/H264',
    'video/rtx',
    'video/VP9',
  ]);
});

test('loudness is 0 for silence and 1 for a full signal', () => {
  expect(loudness([0, 0, 0, 0])).toBe(0);
  expect(loudness([1, -1, 1, -1])).toBe(1);
  expect(loudness([0.001, -0.001])).toBeCloseTo(0);
});

test('a count that stands still is noticed, and one that moves begins anew', () => {
  const stall = new StallDetector();
  const looks = [0, 500, 1_000, 1_500].map((now) => stall.stillFor(100, now));
  expect(looks).toEqual([0, 500, 1_000, 1_500]);
  expect(stall.stillFor(101, 2_000)).toBe(0);
});

test('a stall that was expected, or during which nobody looked, does not count', () => {
  const stall = new StallDetector();
  stall.stillFor(100, 1_000);
  stall.reset();
  expect(stall.stillFor(100, 2_000)).toBe(0);
  expect(stall.stillFor(100, 60_000)).toBe(0);
});
