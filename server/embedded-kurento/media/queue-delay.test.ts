import { describe, expect, it } from 'vitest';
import { randomNumbers, streamStart, testSeed } from '../testing/test-seed.ts';
import { QueueDelay } from './queue-delay.ts';

const clocks = [
  { name: 'the time of sending (abs-send-time)', bits: 24, unitsPerMs: 2 ** 18 / 1000, halfTurnMs: 32_000 },
  { name: 'the time of capture', bits: 32, unitsPerMs: 90, halfTurnMs: 2 ** 31 / 90 },
] as const;

describe.each(clocks)(
  `packets’ delay in queues by $name (FUZZ_SEED=${testSeed})`,
  ({ bits, unitsPerMs, halfTurnMs }) => {
    const { timestamp } = streamStart('stamps');
    const stampAt = (ms: number): number => Math.round(timestamp + ms * unitsPerMs) % 2 ** bits;

    /** Sends for two seconds from `fromMs` on; gives the delay that is told of the last interval. */
    function send(queue: QueueDelay, fromMs: number, delayMs: number): number {
      let told = 0;
      for (let ms = fromMs; ms < fromMs + 2000; ms += 10) {
        queue.packetArrived(stampAt(ms), bits, unitsPerMs, ms + delayMs);
        if (ms % 250 === 0) told = queue.take(ms + delayMs);
      }
      return told;
    }

    it('R87, R130: is told wherever the clock begins, and passes its end', () => {
      const queue = new QueueDelay();
      expect(send(queue, 0, 40)).toBeCloseTo(0, 0);
      expect(send(queue, 2000, 240)).toBeCloseTo(200, 0);
      expect(send(queue, 4000, 40)).toBeCloseTo(0, 0);
    });

    it('R87, R130: is not mistaken after a silence, however long', () => {
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
