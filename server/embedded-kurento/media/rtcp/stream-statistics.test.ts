import { describe, expect, it } from 'vitest';
import { streamStart } from '../../../codecs/testing/test-seed.ts';
import { IncomingStream } from '../incoming-stream.ts';
import { readRtpPacket } from '../rtp/rtp-packet.ts';
import { rtp, vp8Codec, vp8Delta } from '../testing/test-packets.ts';
import { ReceiveStatistics, SentBitrate } from './stream-statistics.ts';

const clockRate = 90_000;

describe('the statistics of a stream', () => {
  it('R49: jitter follows RFC 3550 step by step', () => {
    const statistics = new ReceiveStatistics();
    const start = streamStart('late');
    // The second packet arrives 16 ms late, the third 16 ms early: 1440 ticks each, of which a 16th counts.
    const arrivals = [0, 36, 40];
    arrivals.forEach((at, index) => {
      const numbers = [(start.sequenceNumber + index) & 0xffff, (start.timestamp + index * 1_800) >>> 0] as const;
      statistics.packetArrived(...numbers, 100, clockRate, at);
    });
    expect(statistics.jitter).toBeCloseTo(90 + (1_440 - 90) / 16, 6);
  });

  it('R49: loss counts packets that never arrived, and not late or duplicate ones across the wrap-around', () => {
    const statistics = new ReceiveStatistics();
    for (const sequence of [65_533, 65_535, 1, 65_534, 3]) {
      statistics.packetArrived(sequence, 0, 100, clockRate, 0);
    }
    // The expected packets are 65533 … 3, seven in all, of which 0 and 2 are missing.
    expect(statistics.report(1, 1_000)).toMatchObject({ packetsLost: 2, fractionLost: Math.floor((2 * 256) / 7) });
    expect(statistics.report(1, 2_000)).toMatchObject({ packetsLost: 2, fractionLost: 0 });
    statistics.packetArrived(2, 0, 100, clockRate, 2_500);
    expect(statistics.report(1, 3_000)).toMatchObject({ packetsLost: 1, fractionLost: 0 });
  });

  it('R49: a new SSRC starts without the counters of the previous one', () => {
    const stream = new IncomingStream('video', 77, { sendRtcp: () => true });
    stream.codecs = [vp8Codec];
    const receive = (ssrc: number, sequenceNumber: number, at: number): void => {
      const start = streamStart(`counted ${ssrc}`);
      const packet = readRtpPacket(
        rtp({
          sequenceNumber: start.sequenceNumber + sequenceNumber,
          timestamp: start.timestamp,
          ssrc,
          payload: vp8Delta,
        }),
        vp8Codec,
        at,
      );
      if (packet === null) throw new Error('A test packet must be readable');
      stream.receive(packet);
    };
    for (const sequence of [1, 2, 4, 7]) receive(1, sequence, sequence * 10);
    stream.report(1_000);
    expect(stream.stats()).toMatchObject({ ssrc: 1, packets: 4, packetsLost: 3 });
    expect(stream.stats().nackCount).toBeGreaterThan(0);
    receive(2, 500, 2_000);
    stream.report(2_100);
    const fresh = { packets: 1, bytes: vp8Delta.length, packetsLost: 0, fractionLost: 0, jitter: 0, nackCount: 0 };
    expect(stream.stats()).toMatchObject({ ssrc: 2, ...fresh });
    // A separate counter, which never falls, shows whether media flows.
    expect(stream.packetCount).toBe(5);
  });

  it('R51: a bitrate is known after two seconds, and is that of the last two', () => {
    const bitrate = new SentBitrate();
    bitrate.look(5_000, 10_000);
    bitrate.look(105_000, 11_000);
    expect(bitrate.bps).toBe(0);
    bitrate.look(255_000, 12_000);
    expect(bitrate.bps).toBe(1_000_000);
    bitrate.look(255_000, 13_000);
    expect(bitrate.bps).toBe(1_000_000);
    bitrate.look(255_000, 14_000);
    expect(bitrate.bps).toBe(0);
  });
});
