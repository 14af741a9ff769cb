import { afterEach, describe, expect, it, vi } from 'vitest';
import { testSeed } from '../../../codecs/testing/test-seed.ts';
import { SimulatedDownlink } from '../testing/simulated-downlink.ts';

/** More than enough for the stream, which has 1.5 Mbit/s and 30 frames a second. */
const wideBps = 10_000_000;

/** The streams also read simulated time from the clock, so that a busy machine does not matter. */
function openDownlink(...parts: ConstructorParameters<typeof SimulatedDownlink>): SimulatedDownlink {
  let downlink: SimulatedDownlink | null = null;
  vi.spyOn(performance, 'now').mockImplementation(() => downlink?.now ?? 0);
  downlink = new SimulatedDownlink(...parts);
  return downlink;
}

afterEach(() => {
  vi.restoreAllMocks();
});

function measure(
  downlink: SimulatedDownlink,
  seconds: number,
): { soundLost: number; frames: number; keyframes: number } {
  const before = { frames: downlink.frames, keyframes: downlink.keyframesMade };
  downlink.soundCame = 0;
  downlink.soundSent = 0;
  downlink.run(seconds);
  return {
    soundLost: 1 - downlink.soundCame / downlink.soundSent,
    frames: downlink.frames - before.frames,
    keyframes: downlink.keyframesMade - before.keyframes,
  };
}

/** Starts at which a stream is beyond the sign bit of 32-bit numbers, passes it, or wraps around to 0. */
const starts = [
  { timestamp: 0 },
  { timestamp: 2 ** 31 },
  { timestamp: 2 ** 32 - 1 },
  { timestamp: 2 ** 31 - 4 * 90_000, sequenceNumber: 65_000 },
  { timestamp: 2 ** 32 - 8 * 90_000, sequenceNumber: 32_000 },
];

describe(`a viewer on a network that is too slow (FUZZ_SEED=${testSeed})`, () => {
  it.each(starts)('R92, R130: gets complete audio for a stream that begins at %o', (start) => {
    const downlink = openDownlink(750_000, 0, start);
    downlink.run(6);
    const { soundLost, frames } = measure(downlink, 12);
    expect(soundLost).toBeLessThan(0.01);
    expect(frames).toBeGreaterThan(2);
  });

  it('R92, R130: gets complete audio again after hours in which the network was fast', () => {
    const downlink = openDownlink(750_000, 0, { timestamp: 0 });
    downlink.run(12);
    downlink.bps = wideBps;
    downlink.run(15);
    // In seven hours, a 90 kHz clock passes half of its 32-bit range, so older timestamps seem to be ahead.
    downlink.skip(7 * 3600);
    downlink.bps = 750_000;
    downlink.run(8);
    expect(measure(downlink, 12).soundLost).toBeLessThan(0.01);
  });

  it.each([750_000, 1_000_000])('R92: of %d bit/s gets complete audio, and a picture now and then', (bps) => {
    const downlink = openDownlink(bps, 0);
    downlink.run(6);
    const settled = measure(downlink, 12);
    expect(settled.soundLost).toBeLessThan(0.01);
    expect(settled.frames).toBeGreaterThan(2);
    // This includes the attempts to send everything again, which become rarer.
    const later = measure(downlink, 120);
    expect(later.soundLost).toBeLessThan(0.04);
    expect(later.frames).toBeGreaterThan(20);
    expect(later.keyframes).toBeLessThan(16);
  });

  it('R92, D33: gets the complete video again when the network is fast', () => {
    const downlink = openDownlink(750_000, 0);
    downlink.run(12);
    downlink.bps = wideBps;
    downlink.run(15);
    expect(measure(downlink, 30)).toMatchObject({ soundLost: 0, keyframes: 0 });
    expect(measure(downlink, 30).frames).toBeGreaterThan(895);
  });

  it.each([0, 0.05, 0.1, 0.2])('R92: is not assumed when %d is lost at random', (loss) => {
    const downlink = openDownlink(wideBps, loss);
    downlink.run(5);
    const { frames, keyframes } = measure(downlink, 120);
    expect(frames).toBeGreaterThan(120 * 30);
    expect(keyframes).toBeLessThanOrEqual(1);
    expect(downlink.video.packetCount).toBeGreaterThan(125 * 180);
  });

  it('R92: is not assumed after seconds in which nothing got through', () => {
    const downlink = openDownlink(wideBps, 0);
    downlink.run(10);
    downlink.randomLoss = 1;
    downlink.run(4);
    downlink.randomLoss = 0;
    downlink.run(4);
    expect(measure(downlink, 20).frames).toBeGreaterThan(590);
  });
});
