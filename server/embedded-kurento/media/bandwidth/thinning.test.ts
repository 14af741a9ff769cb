import { afterEach, describe, expect, it, vi } from 'vitest';
import { testSeed } from '../../../codecs/testing/test-seed.ts';
import { SimulatedDownlink } from '../testing/simulated-downlink.ts';

/** The stream is of 1.5 Mbit/s and 30 frames a second. */
const WIDE_BPS = 10_000_000;

/** The streams' own looks at the clock find simulated time, too, so that a busy machine changes nothing. */
function openLine(...parts: ConstructorParameters<typeof SimulatedDownlink>): SimulatedDownlink {
  let line: SimulatedDownlink | null = null;
  vi.spyOn(performance, 'now').mockImplementation(() => line?.now ?? 0);
  line = new SimulatedDownlink(...parts);
  return line;
}

afterEach(() => {
  vi.restoreAllMocks();
});

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

/** Starts from which a stream is beyond the sign bit of 32-bit numbers, passes it, or begins again at 0. */
const STARTS = [
  { timestamp: 0 },
  { timestamp: 2 ** 31 },
  { timestamp: 2 ** 32 - 1 },
  { timestamp: 2 ** 31 - 4 * 90_000, sequenceNumber: 65_000 },
  { timestamp: 2 ** 32 - 8 * 90_000, sequenceNumber: 32_000 },
];

describe(`a viewer on a way that is too narrow (FUZZ_SEED=${testSeed})`, () => {
  it.each(STARTS)('R92, R130: has its sound whole for a stream that begins at %o', (start) => {
    const line = openLine(750_000, 0, start);
    line.run(6);
    const { soundLost, frames } = measure(line, 12);
    expect(soundLost).toBeLessThan(0.01);
    expect(frames).toBeGreaterThan(2);
  });

  it('R92, R130: has its sound whole again after hours in which the way was wide', () => {
    const line = openLine(750_000, 0, { timestamp: 0 });
    line.run(12);
    line.bps = WIDE_BPS;
    line.run(15);
    // In seven hours a clock of 90 kHz passes half of its 32 bits, so numbers kept from before are behind and ahead.
    line.skip(7 * 3600);
    line.bps = 750_000;
    line.run(8);
    expect(measure(line, 12).soundLost).toBeLessThan(0.01);
  });

  it.each([750_000, 1_000_000])('R92: of %d bit/s has its sound whole, and a picture now and then', (bps) => {
    const line = openLine(bps, 0);
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
    const line = openLine(750_000, 0);
    line.run(12);
    line.bps = WIDE_BPS;
    line.run(15);
    expect(measure(line, 30)).toMatchObject({ soundLost: 0, keyframes: 0 });
    expect(measure(line, 30).frames).toBeGreaterThan(895);
  });

  it.each([0, 0.05, 0.1, 0.2])('R92: is not taken for one when %d is lost at random', (loss) => {
    const line = openLine(WIDE_BPS, loss);
    line.run(5);
    const { frames, keyframes } = measure(line, 120);
    expect(frames).toBeGreaterThan(120 * 30);
    expect(keyframes).toBeLessThanOrEqual(1);
    expect(line.video.packetCount).toBeGreaterThan(125 * 180);
  });

  it('R92: is not taken for one after seconds in which nothing came through', () => {
    const line = openLine(WIDE_BPS, 0);
    line.run(10);
    line.randomLoss = 1;
    line.run(4);
    line.randomLoss = 0;
    line.run(4);
    expect(measure(line, 20).frames).toBeGreaterThan(590);
  });
});
