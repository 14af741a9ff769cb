import { expect, test } from 'vitest';
import { asksForKeyframe, lastReportOf, pictureLossIndication, receiverReport, senderReport } from './rtcp.ts';
import { isRtcp, rtpPayload, writeRtpHeader } from './rtp.ts';

const block = {
  ssrc: 7,
  fractionLost: 128,
  totalLost: 3,
  highestSequence: 0x1_0005,
  jitter: 9,
  lastReport: 0,
  delaySinceLastReport: 0,
};

test('a keyframe request is found in a compound packet and only for its own source', () => {
  const compound = Buffer.concat([receiverReport(1, block, 'viewer'), pictureLossIndication(1, 0xdeadbeef)]);
  expect(isRtcp(compound)).toBe(true);
  expect(asksForKeyframe(compound, 0xdeadbeef)).toBe(true);
  expect(asksForKeyframe(compound, 0xdeadbeee)).toBe(false);
});

test('a full intra request names its source in its entries', () => {
  const fir = Buffer.from('84ce00040000000100000000deadbeef01000000', 'hex');
  expect(asksForKeyframe(fir, 0xdeadbeef)).toBe(true);
  expect(asksForKeyframe(fir, 1)).toBe(false);
});

test('a packet that is cut short is no request', () => {
  expect(asksForKeyframe(pictureLossIndication(1, 2).subarray(0, 9), 2)).toBe(false);
});

test('a sender report counts in 32-bit words and its time can be repeated', () => {
  const wallClockMs = 1_700_000_000_500;
  const report = senderReport({ ssrc: 1, wallClockMs, timestamp: 2 ** 33 + 5, packets: 6, octets: 7, cname: 'abc' });
  expect(report.length % 4).toBe(0);
  expect(report.readUInt32BE(12)).toBe(2 ** 31);
  expect(report.readUInt32BE(16)).toBe(5);
  expect(lastReportOf(report)).toBe(report.readUInt32BE(10));
  expect(lastReportOf(pictureLossIndication(1, 2))).toBeNull();
});

test('a payload follows contributing sources and extensions', () => {
  const packet = Buffer.alloc(30);
  writeRtpHeader(packet, { marker: true, payloadType: 96, sequence: 70_000, timestamp: -1, ssrc: 5 });
  expect(isRtcp(packet)).toBe(false);
  expect(rtpPayload(packet)).toHaveLength(18);
  packet[0] = 0x91;
  packet.writeUInt16BE(1, 18);
  expect(rtpPayload(packet)).toHaveLength(6);
  packet.writeUInt16BE(9, 18);
  expect(rtpPayload(packet)).toBeNull();
});
