import { describe, expect, it } from 'vitest';
import { KeyframeBackoff } from './keyframe-backoff.ts';

const ROUND_TRIP_MS = 80;

/** A viewer that repeats its request every 200 ms while it has no picture; its keyframes take 150 ms to come. */
class Viewer {
  readonly backoff = new KeyframeBackoff();
  readonly passedOn: number[] = [];
  #comesAt = Number.POSITIVE_INFINITY;

  /** @param picture for how long a keyframe helps, in milliseconds */
  watch(fromMs: number, toMs: number, picture: number): void {
    let goodUntil = fromMs;
    for (let now = fromMs; now < toMs; now += 50) {
      if (now >= this.#comesAt) {
        this.backoff.served(now);
        this.#comesAt = Number.POSITIVE_INFINITY;
        goodUntil = now + picture;
      }
      const isAsking = now >= goodUntil && now % 200 === 0;
      const passes =
        (isAsking && this.backoff.asked(now, ROUND_TRIP_MS)) || (now % 1000 === 0 && this.backoff.due(now));
      if (!passes || this.#comesAt !== Number.POSITIVE_INFINITY) continue;
      this.passedOn.push(now);
      this.#comesAt = now + 150;
    }
  }
}

describe('KeyframeBackoff', () => {
  it('R85: passes a first request on at once, and after a keyframe the next one half a second later', () => {
    const backoff = new KeyframeBackoff();
    expect(backoff.asked(1000, ROUND_TRIP_MS)).toBe(true);
    backoff.served(1100);
    expect(backoff.asked(1500, ROUND_TRIP_MS)).toBe(false);
    expect(backoff.asked(1700, ROUND_TRIP_MS)).toBe(true);
  });

  it('R85: takes no request for a new one that was sent before its keyframe could arrive', () => {
    const backoff = new KeyframeBackoff();
    backoff.asked(900, ROUND_TRIP_MS);
    backoff.served(1000);
    expect(backoff.asked(1170, ROUND_TRIP_MS)).toBe(false);
    expect(backoff.due(60_000)).toBe(false);
  });

  it('R85: lets a viewer whom keyframes do not help have ever fewer, down to one in 8 s', () => {
    const viewer = new Viewer();
    viewer.watch(0, 120_000, 1000);
    const late = viewer.passedOn.filter((at) => at >= 40_000);
    expect(viewer.passedOn.length).toBeLessThanOrEqual(20);
    expect(late.length).toBeLessThanOrEqual(10);
    const pauses = late.slice(1).map((at, index) => at - (late[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(8000);
    // It is never given up.
    expect(Math.max(...pauses)).toBeLessThan(9500);
  });

  it('R85: serves a viewer promptly again that was well for ten seconds', () => {
    const viewer = new Viewer();
    viewer.watch(0, 60_000, 1000);
    viewer.backoff.served(60_000);
    expect(viewer.backoff.asked(70_600, ROUND_TRIP_MS)).toBe(true);
    viewer.backoff.served(70_700);
    expect(viewer.backoff.asked(71_800, ROUND_TRIP_MS)).toBe(true);
  });

  it('R85: does not forget a request that is made only once', () => {
    const backoff = new KeyframeBackoff();
    backoff.asked(0, ROUND_TRIP_MS);
    backoff.served(100);
    expect(backoff.asked(300, ROUND_TRIP_MS)).toBe(false);
    expect(backoff.due(500)).toBe(false);
    expect(backoff.due(1100)).toBe(true);
    expect(backoff.due(2100)).toBe(false);
  });

  it('R85: counts a keyframe that somebody else asked for', () => {
    const backoff = new KeyframeBackoff();
    backoff.served(0);
    expect(backoff.asked(200, ROUND_TRIP_MS)).toBe(false);
    backoff.served(450);
    expect(backoff.due(1000)).toBe(false);
  });
});
