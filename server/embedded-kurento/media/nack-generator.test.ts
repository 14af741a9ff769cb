import { describe, expect, it } from 'vitest';
import { streamStart, testSeed } from '../testing/test-seed.ts';
import { type ArrivalKind, NackGenerator } from './nack-generator.ts';

const first = streamStart('nack').sequenceNumber;

/** The packet of the stream with this index came. */
function came(generator: NackGenerator, index: number, now: number): ArrivalKind {
  return generator.packetArrived((first + index) & 0xffff, now);
}

/** The indices of the packets to be asked for. */
function due(generator: NackGenerator, now: number): number[] {
  const list: number[] = [];
  generator.collectDue(now, list);
  return list.map((sequenceNumber) => (sequenceNumber - first) & 0xffff);
}

describe(`NackGenerator (FUZZ_SEED=${testSeed})`, () => {
  it('asks at once for what is missing, across the wrap-around', () => {
    const generator = new NackGenerator();
    generator.packetArrived(65_534, 0);
    expect(generator.packetArrived(1, 1)).toBe('gap');
    const asked: number[] = [];
    generator.collectDue(1, asked);
    expect(asked).toEqual([65_535, 0]);
    expect(due(generator, 2)).toEqual([]);
  });

  it('asks again after a round trip and stops when the packet arrives', () => {
    const generator = new NackGenerator();
    came(generator, 1, 0);
    came(generator, 3, 0);
    expect(due(generator, 0)).toEqual([2]);
    expect(due(generator, 200)).toEqual([2]);
    expect(came(generator, 2, 210)).toBe('late');
    expect(generator.waiting).toBe(false);
    expect(due(generator, 500)).toEqual([]);
  });

  it('learns the round trip from the first answer', () => {
    const generator = new NackGenerator();
    for (let sequence = 0; sequence < 400; sequence += 2) {
      came(generator, sequence, sequence);
      due(generator, sequence);
      if (sequence > 0) came(generator, sequence - 1, sequence + 10);
    }
    expect(generator.roundTripMs).toBeCloseTo(10, 0);
  });

  it('gives up after ten tries or a second', () => {
    const generator = new NackGenerator();
    came(generator, 1, 0);
    came(generator, 3, 0);
    let asked = 0;
    for (let now = 0; now <= 1000; now += 20) asked += due(generator, now).length;
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThanOrEqual(10);
    expect(generator.collectDue(1100, [])).toBe(1);
    expect(generator.waiting).toBe(false);
  });

  it('counts what was missing when its turn came, whether or not it was repaired, but not what was overtaken', () => {
    const generator = new NackGenerator();
    for (const sequence of [1, 2, 4, 5, 8]) came(generator, sequence, 0);
    expect([generator.expected, generator.missed]).toEqual([8, 3]);
    due(generator, 0);
    came(generator, 3, 5);
    expect([generator.expected, generator.missed]).toEqual([8, 2]);
    came(generator, 6, 90);
    expect([generator.expected, generator.missed]).toEqual([8, 2]);
  });

  it('takes a huge gap for a new start', () => {
    const generator = new NackGenerator();
    came(generator, 1, 0);
    expect(came(generator, 5000, 0)).toBe('lost');
    expect(generator.waiting).toBe(false);
    expect(came(generator, 5001, 0)).toBe('next');
  });
});
