import { describe, expect, it } from 'vitest';
import { SimulatedDownlink } from './simulated-downlink.ts';

/** The stream is of 1.5 Mbit/s and 30 frames a second. */
const WIDE_BPS = 10_000_000;

function measure(line: SimulatedDownlink, seconds: number): { soundLost: number; frames: number; keyframes: number } {
  const before = { frames: line.frames, keyframes: line.keyframesMade };
  line.soundCame = 0;
  line.soundSent = 0;
  line.run(seconds);
  return {
    soundLost: 1 - line.soundCame / line.soundSent,
    frames: line.frames - before.frames,
    keyframes: line.keyframesMade - before.keyframes,
  };
}

describe('a viewer on a way that is too narrow', () => {
  it.each([750_000, 1_000_000])('R92: of %d bit/s has its sound whole, and a picture now and then', (bps) => {
    const line = new SimulatedDownlink(bps, 0);
    line.run(6);
    const settled = measure(line, 12);
    expect(settled.soundLost).toBeLessThan(0.01);
    expect(settled.frames).toBeGreaterThan(2);
    // With the tries to send it everything again, which become rarer.
    const later = measure(line, 120);
    expect(later.soundLost).toBeLessThan(0.04);
    expect(later.frames).toBeGreaterThan(25);
    expect(later.keyframes).toBeLessThan(16);
  });

  it('R92, D33: has all of the picture again when the way is wide', () => {
    const line = new SimulatedDownlink(750_000, 0);
    line.run(12);
    line.bps = WIDE_BPS;
    line.run(15);
    expect(measure(line, 30)).toMatchObject({ soundLost: 0, keyframes: 0 });
    expect(measure(line, 30).frames).toBeGreaterThan(895);
  });

  it.each([0, 0.05, 0.1, 0.2])('R92: is not taken for one when %d is lost at random', (loss) => {
    const line = new SimulatedDownlink(WIDE_BPS, loss);
    line.run(5);
    const { frames, keyframes } = measure(line, 120);
    expect(frames).toBeGreaterThan(120 * 30);
    expect(keyframes).toBeLessThanOrEqual(1);
    expect(line.video.packetCount).toBeGreaterThan(125 * 180);
  });

  it('R92: is not taken for one after seconds in which nothing came through', () => {
    const line = new SimulatedDownlink(WIDE_BPS, 0);
    line.run(10);
    line.randomLoss = 1;
    line.run(4);
    line.randomLoss = 0;
    line.run(4);
    expect(measure(line, 20).frames).toBeGreaterThan(590);
  });
});
