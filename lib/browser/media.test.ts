import { expect, test } from 'vitest';
import { loudness } from './level-meter.ts';
import { attemptsFor, constraintsFor, toMediaError } from './local-media.ts';
import { preferVp8 } from './peer-connection.ts';
import { StallDetector } from './stall-detector.ts';

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

test('a device that is gone is replaced by any other, and then by the other kind alone', () => {
  expect(attemptsFor({ camera: 'c1', microphone: 'any' })).toEqual([
    { camera: 'c1', microphone: 'any' },
    { camera: 'any', microphone: 'any' },
    { camera: 'any', microphone: 'none' },
    { camera: 'none', microphone: 'any' },
  ]);
});

test('a kind that is not wanted is not asked for', () => {
  expect(constraintsFor({ camera: 'none', microphone: 'm1' })).toMatchObject({
    video: false,
    audio: { deviceId: { exact: 'm1' } },
  });
  expect(attemptsFor({ camera: 'none', microphone: 'any' })).toEqual([{ camera: 'none', microphone: 'any' }]);
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

test('a link is stalled when its count of bytes stands still for the patience', () => {
  const stall = new StallDetector(8_000);
  expect(stall.stalled(100, 1_000)).toBe(false);
  expect(stall.stalled(100, 8_999)).toBe(false);
  expect(stall.stalled(100, 9_000)).toBe(true);
  expect(stall.stalled(101, 9_001)).toBe(false);
});

test('a stall that was expected does not count', () => {
  const stall = new StallDetector(8_000);
  stall.stalled(100, 1_000);
  stall.reset();
  expect(stall.stalled(100, 60_000)).toBe(false);
});
