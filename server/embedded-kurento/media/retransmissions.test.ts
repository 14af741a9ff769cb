import { describe, expect, it } from 'vitest';
import { streamStart } from '../testing/test-seed.ts';
import { Retransmissions } from './retransmissions.ts';

describe('Retransmissions', () => {
  it('R84: does not repeat a packet again before its answer can have arrived', () => {
    const retransmissions = new Retransmissions();
    expect(retransmissions.allows(7, 1000, 0, 80)).toBe(true);
    expect(retransmissions.allows(8, 1000, 0, 80)).toBe(true);
    expect(retransmissions.allows(7, 1000, 50, 80)).toBe(false);
    expect(retransmissions.allows(7, 1000, 80, 80)).toBe(true);
    expect(retransmissions.allows(7 + 512, 1000, 81, 80)).toBe(true);
  });

  it('R84: answers at most every few milliseconds where the round trip is short or not known', () => {
    const retransmissions = new Retransmissions();
    expect(retransmissions.allows(0, 1000, 1, 0)).toBe(true);
    expect(retransmissions.allows(0, 1000, 4, 0)).toBe(false);
    expect(retransmissions.allows(0, 1000, 6, 0)).toBe(true);
  });

  it('R84: repeats at most half of what a viewer’s stream was in the second before', () => {
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

  it('R84: repeats all of a quiet stream such as sound', () => {
    const retransmissions = new Retransmissions();
    retransmissions.renew(5000);
    retransmissions.renew(10_000);
    for (let packet = 0; packet < 50; packet += 1)
      expect(retransmissions.allows(packet, 100, packet * 20, 0)).toBe(true);
  });
});
