import { describe, expect, it } from 'vitest';
import { streamStart, testSeed } from '../../../codecs/testing/test-seed.ts';
import { readRtpPacket } from '../rtp/rtp-packet.ts';
import { rtp, vp8Codec, vp8Delta } from '../testing/test-packets.ts';
import { BandwidthProbe } from './bandwidth-probe.ts';

const packetBytes = 1_000;

/** Sends thirty packets a second through a probe. */
function openStream() {
  let now = 50_000;
  const start = streamStart('probe');
  const state = { roundTripMs: 40, sequence: start.sequenceNumber, repeated: [] as number[] };
  const probe = new BandwidthProbe(() => state.roundTripMs);
  const stream = {
    repeat(sequenceNumber: number): number {
      state.repeated.push(sequenceNumber);
      return packetBytes;
    },
  };
  return {
    state,
    probe,
    set: (kbps: number) => probe.set(kbps, now),
    /** @returns the bitrate of the padding in kbit/s */
    run(seconds: number): number {
      state.repeated = [];
      for (let index = 0; index < seconds * 30; index += 1) {
        now += 1_000 / 30;
        state.sequence = (state.sequence + 1) & 0xffff;
        const payload = Buffer.concat([vp8Delta, Buffer.alloc(packetBytes - 12 - vp8Delta.length)]);
        const packet = readRtpPacket(rtp({ sequenceNumber: state.sequence, payload }), vp8Codec, now);
        if (packet !== null && probe.isOn) probe.pad(packet, stream);
      }
      return (state.repeated.length * packetBytes * 8) / 1_000 / seconds;
    },
  };
}

describe(`a bandwidth probe (FUZZ_SEED=${testSeed})`, () => {
  it('D34: pads a stream of 240 kbit/s up to what is asked for', () => {
    const { set, run } = openStream();
    expect(run(1)).toBe(0);
    for (const kbps of [400, 1_000, 3_000]) {
      set(kbps);
      expect(run(2)).toBeGreaterThan((kbps - 240) * 0.9);
      set(kbps);
      expect(run(2)).toBeLessThan((kbps - 240) * 1.1);
    }
    set(0);
    expect(run(1)).toBe(0);
  });

  it('D34: pads nothing that is larger than what is asked for', () => {
    const { set, run } = openStream();
    set(200);
    expect(run(2)).toBe(0);
  });

  it('D34: ends after three seconds unless it is renewed', () => {
    const { set, run, probe } = openStream();
    set(1_000);
    run(2);
    expect(probe.isOn).toBe(true);
    run(2);
    expect(probe.isOn).toBe(false);
  });

  it('D34: ends when the round trip grows, and begins again only after the client has ended it', () => {
    const { set, run, probe, state } = openStream();
    set(1_000);
    run(1);
    state.roundTripMs += 200;
    probe.reported();
    expect(run(1)).toBe(0);
    set(1_500);
    expect(run(1)).toBe(0);
    set(0);
    set(1_500);
    expect(run(1)).toBeGreaterThan(1_000);
  });

  it('D34: ends when the peer asks for lost packets again and again, but not when it does so now and then', () => {
    const { set, run, probe } = openStream();
    for (let second = 0; second < 20; second += 1) {
      set(1_000);
      probe.nacked();
      run(1);
    }
    expect(probe.isOn).toBe(true);
    for (let count = 0; count < 5; count += 1) probe.nacked();
    expect(run(1)).toBe(0);
  });
});
