import { expect, test, vi } from 'vitest';
import { glassToGlassLatencyMs, PlayoutLatency, type ShownPicture } from './latency.ts';

/** A video whose frames the test controls. */
function setUp() {
  let tell: ((now: number, picture: ShownPicture) => void) | null = null;
  const video = {
    requestVideoFrameCallback: (asked: typeof tell) => {
      tell = asked;
      return 7;
    },
    cancelVideoFrameCallback: vi.fn(),
  };
  const show = (delays: number[], at = 1_000) => {
    for (const delay of delays) tell?.(at, { expectedDisplayTime: at, receiveTime: at - delay });
  };
  return { video, show, bare: () => tell?.(0, { expectedDisplayTime: 0 }) };
}

test('is the median of the last frames', () => {
  const { video, show } = setUp();
  const delay = new PlayoutLatency();
  const stop = delay.follow(video);
  expect(delay.state.get()).toBeNull();
  show([...Array.from({ length: 14 }, () => 30), 900]);
  expect(delay.state.get()).toBe(30);
  show(Array.from({ length: 60 }, () => 50));
  expect(delay.state.get()).toBe(50);
  stop();
  expect(video.cancelVideoFrameCallback).toHaveBeenCalledWith(7);
  expect(delay.state.get()).toBeNull();
});

test('is unknown if the browser does not report when frames arrived, or reports no frames', () => {
  const { video, bare } = setUp();
  const delay = new PlayoutLatency();
  delay.follow(video);
  for (let picture = 0; picture < 30; picture += 1) bare();
  expect(delay.state.get()).toBeNull();
  expect(() => delay.follow({})()).not.toThrow();
});

test('glass to glass is the sum of its parts, and unknown while one of them is', () => {
  const parts = { uplinkMs: 20, roundTripMs: 40, playoutMs: 35 };
  expect(glassToGlassLatencyMs(parts)).toBe(75);
  for (const name of ['uplinkMs', 'roundTripMs', 'playoutMs'] as const) {
    expect(glassToGlassLatencyMs({ ...parts, [name]: null })).toBeNull();
  }
});
