import { describe, expect, it } from 'vitest';
import { streamStart, testSeed } from '../../../codecs/testing/test-seed.ts';
import { type ArrivalKind, NackGenerator, Retransmissions } from './nack.ts';

const first = streamStart('nack').sequenceNumber;

/** The packet with this index in the stream arrived. */
function came(generator: NackGenerator, index: number, now: number): ArrivalKind {
  return generator.packetArrived((first + index) & 0xffff, now);
}

/** The indices of the packets to request. */
function due(generator: NackGenerator, now: number): number[] {
  const list: number[] = [];
  generator.collectDue(now, list);
  return list.map((sequenceNumber) => (sequenceNumber - first) & 0xffff);
}

describe(`NackGenerator (FUZZ_SEED=${testSeed})`, () => {
  it('requests missing packets immediately, across the wrap-around', () => {
    const generator = new NackGenerator();
    generator.packetArrived(65_534, 0);
    expect(generator.packetArrived(1, 1)).toBe('gap');
    const asked: number[] = [];
    generator.collectDue(1, asked);
    expect(asked).toEqual([65_535, 0]);
    expect(due(generator, 2)).toEqual([]);
  });

  it('requests again after a round trip and stops when the packet arrives', () => {
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

  it('counts packets that were missing when their turn came, repaired or not, but not reordered ones', () => {
    const generator = new NackGenerator();
    for (const sequence of [1, 2, 4, 5, 8]) came(generator, sequence, 0);
    expect([generator.expected, generator.missed]).toEqual([8, 3]);
    due(generator, 0);
    came(generator, 3, 5);
    expect([generator.expected, generator.missed]).toEqual([8, 2]);
    came(generator, 6, 90);
    expect([generator.expected, generator.missed]).toEqual([8, 2]);
  });

  it('takes a huge gap for a restart of the stream', () => {
    const generator = new NackGenerator();
    came(generator, 1, 0);
    expect(came(generator, 5000, 0)).toBe('lost');
    expect(generator.waiting).toBe(false);
    expect(came(generator, 5001, 0)).toBe('next');
  });
});

describe('Retransmissions', () => {
  it('R84: does not retransmit a packet again before the first retransmission can have arrived', () => {
    const retransmissions = new Retransmissions();
    expect(retransmissions.allows(7, 1000, 0, 80)).toBe(true);
    expect(retransmissions.allows(8, 1000, 0, 80)).toBe(true);
    expect(retransmissions.allows(7, 1000, 50, 80)).toBe(false);
    expect(retransmissions.allows(7, 1000, 80, 80)).toBe(true);
    expect(retransmissions.allows(7 + 512, 1000, 81, 80)).toBe(true);
  });

  it('R84: answers at most every few milliseconds if the round trip is short or unknown', () => {
    const retransmissions = new Retransmissions();
    expect(retransmissions.allows(0, 1000, 1, 0)).toBe(true);
    expect(retransmissions.allows(0, 1000, 4, 0)).toBe(false);
    expect(retransmissions.allows(0, 1000, 6, 0)).toBe(true);
  });

  it('R84: retransmits at most half of the bytes of a viewer’s stream in the previous second', () => {
    const retransmissions = new Retransmissions();
    let sent = 0;
    let { sequenceNumber } = streamStart('repeated');
    for (let second = 0; second < 10; second += 1) {
      sent += 250_000;
      retransmissions.renew(sent);
      let repeated = 0;
      for (let count = 0; count < 1000; count += 1) {
        sequenceNumber += 1;
        if (retransmissions.allows(sequenceNumber & 0xffff, 1000, second * 1000 + count, 20)) repeated += 1000;
      }
      expect(repeated).toBe(125_000);
      sent += repeated;
    }
  });

  it('R84: retransmits all of a low-bitrate stream such as audio', () => {
    const retransmissions = new Retransmissions();
    retransmissions.renew(5000);
    retransmissions.renew(10_000);
    for (let packet = 0; packet < 50; packet += 1)
      expect(retransmissions.allows(packet, 100, packet * 20, 0)).toBe(true);
  });
});
