import { describe, expect, it } from 'vitest';
import { NackGenerator } from './nack-generator.ts';

function due(generator: NackGenerator, now: number): number[] {
  const list: number[] = [];
  generator.collectDue(now, list);
  return list;
}

describe('NackGenerator', () => {
  it('asks at once for what is missing, across the wrap-around', () => {
    const generator = new NackGenerator();
    generator.packetArrived(65_534, 0);
    expect(generator.packetArrived(1, 1)).toBe('gap');
    expect(due(generator, 1)).toEqual([65_535, 0]);
    expect(due(generator, 2)).toEqual([]);
  });

  it('asks again after a round trip and stops when the packet arrives', () => {
    const generator = new NackGenerator();
    generator.packetArrived(1, 0);
    generator.packetArrived(3, 0);
    expect(due(generator, 0)).toEqual([2]);
    expect(due(generator, 200)).toEqual([2]);
    expect(generator.packetArrived(2, 210)).toBe('late');
    expect(generator.waiting).toBe(false);
    expect(due(generator, 500)).toEqual([]);
  });

  it('learns the round trip from the first answer', () => {
    const generator = new NackGenerator();
    for (let sequence = 0; sequence < 400; sequence += 2) {
      generator.packetArrived(sequence, sequence);
      due(generator, sequence);
      if (sequence > 0) generator.packetArrived(sequence - 1, sequence + 10);
    }
    expect(generator.roundTripMs).toBeCloseTo(10, 0);
  });

  it('gives up after ten tries or a second', () => {
    const generator = new NackGenerator();
    generator.packetArrived(1, 0);
    generator.packetArrived(3, 0);
    let asked = 0;
    for (let now = 0; now <= 1000; now += 20) asked += due(generator, now).length;
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThanOrEqual(10);
    expect(generator.collectDue(1100, [])).toBe(1);
    expect(generator.waiting).toBe(false);
  });

  it('counts what was missing when its turn came, whether or not it was repaired, but not what was overtaken', () => {
    const generator = new NackGenerator();
    for (const sequence of [1, 2, 4, 5, 8]) generator.packetArrived(sequence, 0);
    expect([generator.expected, generator.missed]).toEqual([8, 3]);
    due(generator, 0);
    generator.packetArrived(3, 5);
    expect([generator.expected, generator.missed]).toEqual([8, 2]);
    generator.packetArrived(6, 90);
    expect([generator.expected, generator.missed]).toEqual([8, 2]);
  });

  it('takes a huge gap for a new start', () => {
    const generator = new NackGenerator();
    generator.packetArrived(1, 0);
    expect(generator.packetArrived(5000, 0)).toBe('lost');
    expect(generator.waiting).toBe(false);
    expect(generator.packetArrived(5001, 0)).toBe('next');
  });
});
