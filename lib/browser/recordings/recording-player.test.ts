import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { RecordingPlayer } from './recording-player.ts';

/** The part of a video element that a player uses. Its events come later, as in a browser. */
class LateVideo extends EventTarget {
  playbackRate = 1;
  volume = 1;
  muted = false;
  paused = true;
  error = null;
  readyState = 0;
}

beforeEach(() => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('addEventListener', () => {});
});
afterEach(() => vi.unstubAllGlobals());

it('counts each of several keys that are pressed before the element has reported anything', () => {
  const player = new RecordingPlayer({ id: 'any', durationMs: 20_000 }, null, () => fakeStorage());
  const video = new LateVideo();
  player.attach(video as unknown as HTMLVideoElement);
  player.changeRate(1);
  player.changeRate(1);
  expect(video.playbackRate).toBe(1.5);
  player.changeRate(-1);
  expect(video.playbackRate).toBe(1.25);
  for (let times = 0; times < 3; times += 1) player.changeVolume(-0.1);
  expect(video.volume).toBeCloseTo(0.7);
});
