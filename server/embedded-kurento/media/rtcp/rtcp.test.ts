import { describe, expect, it } from 'vitest';
import {
  PictureLossIndication,
  RtcpPacketConverter,
  RtcpPayloadSpecificFeedback,
  RtcpRrPacket,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
} from 'werift-rtp';
import { randomNumbers } from '../../../codecs/testing/test-seed.ts';
import { fromNtp, toNtp } from '../clock.ts';
import {
  goodbye,
  negativeAcknowledgement,
  pictureLossIndication,
  type RtcpListener,
  readRtcp,
  receiverEstimatedMaximumBitrate,
  receiverReport,
  receiverTimeAnswer,
  senderReport,
  sourceDescription,
} from './rtcp.ts';
import type { ReportBlock } from './stream-statistics.ts';

const block: ReportBlock = {
  ssrc: 0xfedcba98,
  fractionLost: 12,
  packetsLost: -3,
  highestSequenceNumber: 0x1ffff,
  jitter: 90,
  lastSenderReport: 0xaabbccdd,
  delaySinceLastSenderReport: 65_536,
};

class Told implements RtcpListener {
  readonly calls: unknown[][] = [];
  onSenderReport(...args: unknown[]): void {
    this.calls.push(['senderReport', ...args]);
  }
  onReportBlock(...args: unknown[]): void {
    this.calls.push(['block', ...args]);
  }
  onNack(...args: unknown[]): void {
    this.calls.push(['nack', ...args]);
  }
  onKeyframeRequest(...args: unknown[]): void {
    this.calls.push(['keyframe', ...args]);
  }
  onMaximumBitrate(...args: unknown[]): void {
    this.calls.push(['remb', ...args]);
  }
  onGoodbye(...args: unknown[]): void {
    this.calls.push(['bye', ...args]);
  }
  onReceiverTime(...args: unknown[]): void {
    this.calls.push(['time', ...args]);
  }
}

function told(packet: Buffer): unknown[][] {
  const listener = new Told();
  expect(readRtcp(packet, listener)).toBe(true);
  return listener.calls;
}

describe('RTCP', () => {
  it('reads back a compound packet that it wrote', () => {
    const info = { ssrc: 5, ntpSeconds: 1, ntpFraction: 2, rtpTimestamp: 3, packets: 4, payloadBytes: 5 };
    const compound = Buffer.concat([
      senderReport(info, [block]),
      receiverReport(6, [block]),
      sourceDescription(6, 'a name'),
      pictureLossIndication(6, 7),
      negativeAcknowledgement(6, 7, [65_534, 65_535, 0, 14, 15, 300]),
      receiverEstimatedMaximumBitrate(6, 7, 2_500_000),
      goodbye([6, 7]),
    ]);
    expect(told(compound)).toEqual([
      ['senderReport', 5, 1, 2, 3],
      ['block', block],
      ['block', block],
      ['keyframe', 7, false],
      ['nack', 7, [65_534, 65_535, 0, 14, 15, 300]],
      ['remb', 2_500_000 - (2_500_000 % 16)],
      ['bye', 6],
      ['bye', 7],
    ]);
  });

  it('is understood by another implementation', () => {
    const info = { ssrc: 5, ntpSeconds: 1, ntpFraction: 2, rtpTimestamp: 3, packets: 4, payloadBytes: 5 };
    const [sr, rr, pli, nack] = RtcpPacketConverter.deSerialize(
      Buffer.concat([
        senderReport(info, []),
        receiverReport(6, [block]),
        pictureLossIndication(6, 7),
        negativeAcknowledgement(6, 7, [10, 12]),
      ]),
    );
    expect(sr).toBeInstanceOf(RtcpSrPacket);
    expect(rr).toBeInstanceOf(RtcpRrPacket);
    expect(pli instanceof RtcpPayloadSpecificFeedback && pli.feedback).toBeInstanceOf(PictureLossIndication);
    expect(nack instanceof RtcpTransportLayerFeedback && 'lost' in nack.feedback && nack.feedback.lost).toEqual([
      10, 12,
    ]);
  });

  it('reads a full intra request for each stream that it names', () => {
    const fir = Buffer.from('84ce0006000000010000000000000007010000000000000802000000', 'hex');
    expect(told(fir)).toEqual([
      ['keyframe', 7, true],
      ['keyframe', 8, true],
    ]);
  });

  it('R91: reads the time of a receiver that sends nothing, and returns it', () => {
    // As Chromium sent it, and with a preceding block of another kind.
    expect(told(Buffer.from('80cf00040000000104000002eeb1f6cf561565c2', 'hex'))).toEqual([['time', 1, 0xf6cf5615]]);
    const two = Buffer.from('80cf0006000000010600000100000000 04000002eeb1f6cf561565c2'.replace(' ', ''), 'hex');
    expect(told(two)).toEqual([['time', 1, 0xf6cf5615]]);
    const answer = receiverTimeAnswer(9, 1, 0xf6cf5615).toString('hex');
    expect(answer).toBe('80cf0005000000090500000300000001f6cf561500000000');
    expect(readRtcp(Buffer.from('80cf00020000000104000002', 'hex'), new Told())).toBe(false);
  });

  it('refuses wrong lengths and survives any input', () => {
    expect(readRtcp(Buffer.from('81c90007', 'hex'), new Told())).toBe(false);
    expect(readRtcp(Buffer.from('85c9000100000001', 'hex'), new Told())).toBe(false);
    const next = randomNumbers(3);
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(next() * 48) }, () => Math.floor(next() * 256)));
      if (bytes.length > 3) {
        bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x1f);
        bytes[1] = 200 + Math.floor(next() * 8);
        bytes.writeUInt16BE(Math.floor(next() * 8), 2);
      }
      readRtcp(bytes, new Told());
    }
  });

  it('keeps time in NTP format to the microsecond', () => {
    const ntp = toNtp(1_750_000_000_123.456);
    expect(fromNtp(ntp.seconds, ntp.fraction)).toBeCloseTo(1_750_000_000_123.456, 3);
  });
});
