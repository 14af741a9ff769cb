import { middleOfNtp } from './clock.ts';
import type { ReportBlock } from './stream-statistics.ts';

/** What a peer's RTCP may say; called in the order in which it stands in the compound packet. */
export interface RtcpListener {
  /** NTP time as two 32-bit halves. */
  onSenderReport(ssrc: number, ntpSeconds: number, ntpFraction: number, rtpTimestamp: number): void;
  onReportBlock(block: ReportBlock): void;
  onNack(mediaSsrc: number, lost: readonly number[]): void;
  onKeyframeRequest(mediaSsrc: number, isFir: boolean): void;
  /** In bit/s. */
  onMaximumBitrate(bps: number): void;
  onGoodbye(ssrc: number): void;
  /** A receiver that sends nothing tells its own time, and would have it back: the middle 32 bits of NTP time. */
  onReceiverTime(ssrc: number, middleOfNtp: number): void;
}

/**
 * Reads a compound RTCP packet, https://www.rfc-editor.org/rfc/rfc3550#section-6.1. Unknown types are skipped.
 * @returns false when lengths do not fit together; what stood before that has been told
 */
export function readRtcp(datagram: Buffer, listener: RtcpListener): boolean {
  let at = 0;
  while (at < datagram.length) {
    if (at + 4 > datagram.length) return false;
    const first = datagram[at] ?? 0;
    const end = at + 4 + datagram.readUInt16BE(at + 2) * 4;
    if (first >> 6 !== 2 || end > datagram.length) return false;
    if (!readOne(datagram.subarray(at, end), first & 0x1f, listener)) return false;
    at = end;
  }
  return true;
}

function readOne(packet: Buffer, countOrFormat: number, listener: RtcpListener): boolean {
  switch (packet[1]) {
    case 200:
      if (packet.length < 28 + countOrFormat * 24) return false;
      listener.onSenderReport(
        packet.readUInt32BE(4),
        packet.readUInt32BE(8),
        packet.readUInt32BE(12),
        packet.readUInt32BE(16),
      );
      readBlocks(packet, 28, countOrFormat, listener);
      return true;
    case 201:
      if (packet.length < 8 + countOrFormat * 24) return false;
      readBlocks(packet, 8, countOrFormat, listener);
      return true;
    case 203:
      if (packet.length < 4 + countOrFormat * 4) return false;
      for (let index = 0; index < countOrFormat; index += 1) listener.onGoodbye(packet.readUInt32BE(4 + index * 4));
      return true;
    case 205:
      if (packet.length < 12) return false;
      if (countOrFormat === 1) listener.onNack(packet.readUInt32BE(8), readLost(packet));
      return true;
    case 206:
      if (packet.length < 12) return false;
      return readPayloadFeedback(packet, countOrFormat, listener);
    case 207:
      return packet.length >= 8 && readExtendedReport(packet, listener);
    default:
      return true;
  }
}

function readBlocks(packet: Buffer, at: number, count: number, listener: RtcpListener): void {
  for (let index = 0; index < count; index += 1) {
    const offset = at + index * 24;
    listener.onReportBlock({
      ssrc: packet.readUInt32BE(offset),
      fractionLost: packet[offset + 4] ?? 0,
      packetsLost: packet.readIntBE(offset + 5, 3),
      highestSequenceNumber: packet.readUInt32BE(offset + 8),
      jitter: packet.readUInt32BE(offset + 12),
      lastSenderReport: packet.readUInt32BE(offset + 16),
      delaySinceLastSenderReport: packet.readUInt32BE(offset + 20),
    });
  }
}

/** https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1 */
function readLost(packet: Buffer): number[] {
  const lost: number[] = [];
  for (let at = 12; at + 4 <= packet.length; at += 4) {
    const first = packet.readUInt16BE(at);
    const mask = packet.readUInt16BE(at + 2);
    lost.push(first);
    for (let bit = 0; bit < 16; bit += 1) {
      if ((mask & (1 << bit)) !== 0) lost.push((first + bit + 1) & 0xffff);
    }
  }
  return lost;
}

function readPayloadFeedback(packet: Buffer, format: number, listener: RtcpListener): boolean {
  if (format === 1) {
    listener.onKeyframeRequest(packet.readUInt32BE(8), false);
  } else if (format === 4) {
    // FIR names its media in each entry: https://www.rfc-editor.org/rfc/rfc5104#section-4.3.1
    for (let at = 12; at + 8 <= packet.length; at += 8) listener.onKeyframeRequest(packet.readUInt32BE(at), true);
  } else if (format === 15 && packet.length >= 20 && packet.toString('latin1', 12, 16) === 'REMB') {
    const exponent = (packet[17] ?? 0) >> 2;
    const mantissa = (((packet[17] ?? 0) & 0x03) << 16) | packet.readUInt16BE(18);
    listener.onMaximumBitrate(mantissa * 2 ** exponent);
  }
  return true;
}

/** Receiver reference times alone are of use: https://www.rfc-editor.org/rfc/rfc3611#section-4.4 */
function readExtendedReport(packet: Buffer, listener: RtcpListener): boolean {
  for (let at = 8; at + 4 <= packet.length; ) {
    const end = at + 4 + packet.readUInt16BE(at + 2) * 4;
    if (end > packet.length) return false;
    if (packet[at] === 4 && end - at === 12) {
      const middle = middleOfNtp(packet.readUInt32BE(at + 4), packet.readUInt32BE(at + 8));
      listener.onReceiverTime(packet.readUInt32BE(4), middle);
    }
    at = end;
  }
  return true;
}
