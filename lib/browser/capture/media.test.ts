import { expect, test } from 'vitest';
import { defaultQuality } from '../rtc/quality.ts';
import type { SoundMode } from '../rtc/sound-mode.ts';
import { loudness } from './level-meter.ts';
import { attemptsFor, constraintsFor, toMediaError } from './local-media.ts';

test.each([
  ['NotAllowedError', 'camera-blocked'],
  ['NotFoundError', 'camera-missing'],
  ['OverconstrainedError', 'camera-missing'],
  ['NotReadableError', 'camera-busy'],
  ['AbortError', 'camera-busy'],
  ['TypeError', 'internal'],
])('the browser’s %s is reported as %s', (name, code) => {
  expect(toMediaError(new DOMException('', name)).code).toBe(code);
});

test('a device that is gone is replaced by any other', () => {
  expect(attemptsFor({ camera: 'c1', microphone: 'any' })).toEqual([
    { camera: 'c1', microphone: 'any' },
    { camera: 'any', microphone: 'any' },
  ]);
});

test('a kind that is not wanted is not requested', () => {
  expect(constraintsFor({ camera: 'none', microphone: 'm1' })).toMatchObject({
    video: false,
    audio: { deviceId: { exact: 'm1' } },
  });
  expect(attemptsFor({ camera: 'none', microphone: 'any' })).toEqual([{ camera: 'none', microphone: 'any' }]);
});

test('speech is processed and mono, and music is neither', () => {
  const audioOf = (sound: SoundMode) =>
    constraintsFor({ camera: 'none', microphone: 'any' }, { quality: defaultQuality, sound }).audio;
  const filters = (on: boolean) => ({ echoCancellation: on, noiseSuppression: on, autoGainControl: on });
  expect(audioOf('speech')).toEqual({ ...filters(true), channelCount: { ideal: 1 } });
  expect(audioOf('music')).toEqual({ ...filters(false), channelCount: { ideal: 2 } });
});

test('loudness is 0 for silence and 1 for a full signal', () => {
  expect(loudness([0, 0, 0, 0])).toBe(0);
  expect(loudness([1, -1, 1, -1])).toBe(1);
  expect(loudness([0.001, -0.001])).toBeCloseTo(0);
});
