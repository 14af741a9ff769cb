import { describe, expect, it } from 'vitest';
import { randomNumbers, streamStart, testSeed } from '../../../codecs/testing/test-seed.ts';
import { SimulatedUplink, type UplinkConditions } from '../testing/simulated-uplink.ts';
import { QueueDelay, RateController } from './bandwidth-estimator.ts';

const clean: UplinkConditions = { bps: 20_000_000, queueMs: 200, randomLoss: 0, delayMs: 20, jitterMs: 10 };
const ceilingBps = 2_500_000;

function uplink(conditions: Partial<UplinkConditions>, wantedBps = ceilingBps): SimulatedUplink {
  return new SimulatedUplink({ ...clean, ...conditions }, wantedBps, ceilingBps / 1000);
}

/** The average received bitrate and the lowest requested one meanwhile, in bit/s. */
function measure(simulation: SimulatedUplink, seconds: number): { received: number; leastAsked: number } {
  simulation.receivedBits = 0;
  let leastAsked = Number.POSITIVE_INFINITY;
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    simulation.run(0.1);
    leastAsked = Math.min(leastAsked, simulation.askedBps);
  }
  return { received: simulation.receivedBits / seconds, leastAsked };
}

describe('the bitrate that a presenter is asked for', () => {
  it('R87: is the ceiling from the start, and stays there on an uplink that can carry it', () => {
    const simulation = uplink({});
    simulation.run(0.1);
    expect(simulation.askedBps).toBe(ceilingBps);
    expect(measure(simulation, 60).leastAsked).toBe(ceilingBps);
  });

  it.each([
    { queueMs: 300, kind: 'a usual queue' },
    { queueMs: 2000, kind: 'a very long queue' },
    { queueMs: 20, kind: 'hardly a queue' },
  ])('R87: falls within 3 s to what gets through an uplink with $kind', ({ queueMs }) => {
    const simulation = uplink({ bps: 1_000_000, queueMs });
    simulation.run(3);
    expect(simulation.askedBps).toBeLessThan(1_150_000);
    expect(simulation.askedBps).toBeGreaterThan(600_000);
    simulation.run(5);
    const { received, leastAsked } = measure(simulation, 60);
    expect(received).toBeGreaterThan(750_000);
    expect(leastAsked).toBeGreaterThan(500_000);
    expect(simulation.stream.stats().packetsLost).toBeLessThan(1500);
  });

  it('R87: follows an uplink that becomes slow meanwhile, and recovers within 10 s', () => {
    const simulation = uplink({});
    simulation.run(20);
    simulation.conditions.bps = 600_000;
    simulation.run(3);
    expect(simulation.askedBps).toBeLessThan(700_000);
    simulation.run(20);
    expect(measure(simulation, 20).received).toBeGreaterThan(450_000);
    simulation.conditions.bps = clean.bps;
    simulation.run(10);
    expect(simulation.askedBps).toBeGreaterThan(ceilingBps * 0.95);
  });

  it.each([0.05, 0.1])('R87: is not lowered by %d of loss that does not come from a full uplink', (randomLoss) => {
    const simulation = uplink({ randomLoss });
    simulation.run(5);
    expect(measure(simulation, 120).leastAsked).toBeGreaterThan(ceilingBps * 0.9);
  });

  it('R87: recovers from an attempt to lower it when a fifth is lost at any bitrate', () => {
    const simulation = uplink({ randomLoss: 0.2 });
    simulation.run(6);
    expect(simulation.askedBps).toBeGreaterThan(ceilingBps * 0.95);
    let low = 0;
    for (let second = 0; second < 120; second += 1) {
      simulation.run(1);
      if (simulation.askedBps < ceilingBps * 0.9) low += 1;
    }
    expect(low).toBeLessThan(15);
  });

  it('R87: does not starve a presenter who sends little over a lossy uplink', () => {
    const simulation = uplink({ randomLoss: 0.1 }, 300_000);
    simulation.run(60);
    simulation.wantedBps = ceilingBps;
    simulation.run(5);
    expect(measure(simulation, 10).received).toBeGreaterThan(ceilingBps * 0.8);
  });

  it('R87: does not mistake a longer path for a queue', () => {
    const simulation = uplink({});
    simulation.run(20);
    simulation.conditions.delayMs += 100;
    simulation.run(1);
    const { leastAsked } = measure(simulation, 30);
    expect(leastAsked).toBeGreaterThan(ceilingBps * 0.8);
    simulation.run(20);
    expect(simulation.askedBps).toBe(ceilingBps);
  });

  it('R87: is lowered for an uplink that is full and loses at random as well', () => {
    const simulation = uplink({ bps: 1_000_000, queueMs: 300, randomLoss: 0.05 });
    simulation.run(10);
    const { received } = measure(simulation, 60);
    expect(received).toBeGreaterThan(600_000);
    expect(simulation.askedBps).toBeLessThan(1_200_000);
  });

  it('R87: is not lowered by the first packets of a stream, as it is unknown what gets through', () => {
    const bitrate = new RateController();
    bitrate.setCeiling(ceilingBps / 1000);
    const interval = { durationMs: 500, expected: 4, missed: 0 };
    bitrate.update({ ...interval, bytes: 3_000, queueMs: 150 });
    expect(bitrate.bps).toBe(ceilingBps);
    bitrate.update({ ...interval, bytes: 60_000, queueMs: 200 });
    expect(bitrate.bps).toBe(816_000);
  });
});

const clocks = [
  { name: 'the time of sending (abs-send-time)', bits: 24, unitsPerMs: 2 ** 18 / 1000, halfTurnMs: 32_000 },
  { name: 'the time of capture', bits: 32, unitsPerMs: 90, halfTurnMs: 2 ** 31 / 90 },
] as const;

describe.each(clocks)(
  `packets’ delay in queues by $name (FUZZ_SEED=${testSeed})`,
  ({ bits, unitsPerMs, halfTurnMs }) => {
    const { timestamp } = streamStart('stamps');
    const stampAt = (ms: number): number => Math.round(timestamp + ms * unitsPerMs) % 2 ** bits;

    /** Sends for two seconds from `fromMs` on; returns the measured delay of the last interval. */
    function send(queue: QueueDelay, fromMs: number, delayMs: number): number {
      let told = 0;
      for (let ms = fromMs; ms < fromMs + 2000; ms += 10) {
        queue.packetArrived(stampAt(ms), bits, unitsPerMs, ms + delayMs);
        if (ms % 250 === 0) told = queue.take(ms + delayMs);
      }
      return told;
    }

    it('R87, R130: is measured wherever the clock begins, and across its wrap-around', () => {
      const queue = new QueueDelay();
      expect(send(queue, 0, 40)).toBeCloseTo(0, 0);
      expect(send(queue, 2000, 240)).toBeCloseTo(200, 0);
      expect(send(queue, 4000, 40)).toBeCloseTo(0, 0);
    });

    it('R87, R130: is correct after a silence, however long', () => {
      const random = randomNumbers(testSeed);
      const queue = new QueueDelay();
      let ms = 0;
      for (let round = 0; round < 20; round += 1) {
        expect(send(queue, ms, 40), `after ${ms} ms`).toBeLessThan(5);
        ms += 2000 + Math.round(random() * 3 * halfTurnMs);
        ms -= ms % 10;
      }
    });
  },
);
