import { middleOfNtp } from '../clock.ts';
import { sequenceDistance } from '../rtp/rtp-packet.ts';
import type { ReportBlock } from './stream-statistics.ts';

/** Types of RTCP packets: https://www.iana.org/assignments/rtp-parameters */
const senderReportType = 200;
const receiverReportType = 201;
const sourceDescriptionType = 202;
const goodbyeType = 203;
const transportFeedbackType = 205;
const payloadFeedbackType = 206;
const extendedReportType = 207;

/** Receives the contents of a peer's RTCP, in the order of the compound packet. */
export interface RtcpListener {
  /** NTP time as two 32-bit halves. */
  onSenderReport(ssrc: number, ntpSeconds: number, ntpFraction: number, rtpTimestamp: number): void;
  onReportBlock(block: ReportBlock): void;
  onNack(mediaSsrc: number, lost: readonly number[]): void;
  onKeyframeRequest(mediaSsrc: number, isFir: boolean): void;
  /** In bit/s. */
  onMaximumBitrate(bps: number): void;
  onGoodbye(ssrc: number): void;
  /** A receiver that sends nothing reports its own time and expects it back: the middle 32 bits of NTP time. */
  onReceiverTime(ssrc: number, middleOfNtp: number): void;
}

/**
 * Reads a compound RTCP packet, https://www.rfc-editor.org/rfc/rfc3550#section-6.1. Unknown types are skipped.
 * @returns false when lengths are inconsistent; everything before that has been delivered
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
    case senderReportType:
      if (packet.length < 28 + countOrFormat * 24) return false;
      listener.onSenderReport(
        packet.readUInt32BE(4),
        packet.readUInt32BE(8),
        packet.readUInt32BE(12),
        packet.readUInt32BE(16),
      );
      readBlocks(packet, 28, countOrFormat, listener);
      return true;
    case receiverReportType:
      if (packet.length < 8 + countOrFormat * 24) return false;
      readBlocks(packet, 8, countOrFormat, listener);
      return true;
    case goodbyeType:
      if (packet.length < 4 + countOrFormat * 4) return false;
      for (let index = 0; index < countOrFormat; index += 1) listener.onGoodbye(packet.readUInt32BE(4 + index * 4));
      return true;
    case transportFeedbackType:
      if (packet.length < 12) return false;
      if (countOrFormat === 1) listener.onNack(packet.readUInt32BE(8), readLost(packet));
      return true;
    case payloadFeedbackType:
      if (packet.length < 12) return false;
      return readPayloadFeedback(packet, countOrFormat, listener);
    case extendedReportType:
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
    // FIR has the media SSRC in each entry: https://www.rfc-editor.org/rfc/rfc5104#section-4.3.1
    for (let at = 12; at + 8 <= packet.length; at += 8) listener.onKeyframeRequest(packet.readUInt32BE(at), true);
  } else if (format === 15 && packet.length >= 20 && packet.toString('latin1', 12, 16) === 'REMB') {
    const exponent = (packet[17] ?? 0) >> 2;
    const mantissa = (((packet[17] ?? 0) & 0x03) << 16) | packet.readUInt16BE(18);
    listener.onMaximumBitrate(mantissa * 2 ** exponent);
  }
  return true;
}

/** Only receiver reference times are used: https://www.rfc-editor.org/rfc/rfc3611#section-4.4 */
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

function allocate(countOrFormat: number, type: number, bytes: number): Buffer {
  const packet = Buffer.alloc(bytes);
  packet[0] = 0x80 | countOrFormat;
  packet[1] = type;
  packet.writeUInt16BE(bytes / 4 - 1, 2);
  return packet;
}

function writeBlocks(packet: Buffer, at: number, blocks: readonly ReportBlock[]): void {
  let offset = at;
  for (const block of blocks) {
    packet.writeUInt32BE(block.ssrc, offset);
    packet[offset + 4] = block.fractionLost;
    packet.writeIntBE(block.packetsLost, offset + 5, 3);
    packet.writeUInt32BE(block.highestSequenceNumber, offset + 8);
    packet.writeUInt32BE(block.jitter, offset + 12);
    packet.writeUInt32BE(block.lastSenderReport, offset + 16);
    packet.writeUInt32BE(block.delaySinceLastSenderReport, offset + 20);
    offset += 24;
  }
}

/** https://www.rfc-editor.org/rfc/rfc3550#section-6.4.2 */
export function receiverReport(senderSsrc: number, blocks: readonly ReportBlock[]): Buffer {
  const packet = allocate(blocks.length, receiverReportType, 8 + blocks.length * 24);
  packet.writeUInt32BE(senderSsrc, 4);
  writeBlocks(packet, 8, blocks);
  return packet;
}

/** The sender info of a sender report: times in NTP's 32.32 format, counters modulo 2³². */
type SenderInfo = {
  ssrc: number;
  ntpSeconds: number;
  ntpFraction: number;
  rtpTimestamp: number;
  packets: number;
  payloadBytes: number;
};

/** https://www.rfc-editor.org/rfc/rfc3550#section-6.4.1 */
export function senderReport(info: SenderInfo, blocks: readonly ReportBlock[]): Buffer {
  const packet = allocate(blocks.length, senderReportType, 28 + blocks.length * 24);
  packet.writeUInt32BE(info.ssrc, 4);
  packet.writeUInt32BE(info.ntpSeconds, 8);
  packet.writeUInt32BE(info.ntpFraction, 12);
  packet.writeUInt32BE(info.rtpTimestamp, 16);
  packet.writeUInt32BE(info.packets >>> 0, 20);
  packet.writeUInt32BE(info.payloadBytes >>> 0, 24);
  writeBlocks(packet, 28, blocks);
  return packet;
}

/** One CNAME chunk: https://www.rfc-editor.org/rfc/rfc3550#section-6.5 */
export function sourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  // The item list ends with at least one zero byte and is padded to a multiple of four.
  const chunkBytes = 4 + Math.ceil((2 + name.length + 1) / 4) * 4;
  const packet = allocate(1, sourceDescriptionType, 4 + chunkBytes);
  packet.writeUInt32BE(ssrc, 4);
  packet[8] = 1;
  packet[9] = name.length;
  name.copy(packet, 10);
  return packet;
}

/** https://www.rfc-editor.org/rfc/rfc3550#section-6.6 */
export function goodbye(ssrcs: readonly number[]): Buffer {
  const packet = allocate(ssrcs.length, goodbyeType, 4 + ssrcs.length * 4);
  ssrcs.forEach((ssrc, index) => {
    packet.writeUInt32BE(ssrc, 4 + index * 4);
  });
  return packet;
}

/**
 * Generic NACK, with several lost packets in one item if they lie within 17 of each other:
 * https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1
 * @param lost in ascending order
 */
export function negativeAcknowledgement(senderSsrc: number, mediaSsrc: number, lost: readonly number[]): Buffer {
  const items: { first: number; mask: number }[] = [];
  for (const sequenceNumber of lost) {
    const last = items.at(-1);
    const distance = last === undefined ? 0 : sequenceDistance(last.first, sequenceNumber);
    if (last !== undefined && distance > 0 && distance <= 16) last.mask |= 1 << (distance - 1);
    else items.push({ first: sequenceNumber, mask: 0 });
  }
  const packet = feedback(transportFeedbackType, 1, senderSsrc, mediaSsrc, items.length * 4);
  items.forEach((item, index) => {
    packet.writeUInt16BE(item.first, 12 + index * 4);
    packet.writeUInt16BE(item.mask, 14 + index * 4);
  });
  return packet;
}

/** Picture loss indication: https://www.rfc-editor.org/rfc/rfc4585#section-6.3.1 */
export function pictureLossIndication(senderSsrc: number, mediaSsrc: number): Buffer {
  return feedback(payloadFeedbackType, 1, senderSsrc, mediaSsrc, 0);
}

/** REMB: https://datatracker.ietf.org/doc/html/draft-alvestrand-rmcat-remb-03#section-2.2 */
export function receiverEstimatedMaximumBitrate(senderSsrc: number, mediaSsrc: number, bps: number): Buffer {
  const packet = feedback(payloadFeedbackType, 15, senderSsrc, 0, 12);
  packet.write('REMB', 12, 'latin1');
  let exponent = 0;
  let mantissa = Math.max(0, Math.floor(bps));
  while (mantissa > 0x3ffff) {
    mantissa = Math.floor(mantissa / 2);
    exponent += 1;
  }
  packet[16] = 1;
  packet[17] = (exponent << 2) | (mantissa >> 16);
  packet.writeUInt16BE(mantissa & 0xffff, 18);
  packet.writeUInt32BE(mediaSsrc, 20);
  return packet;
}

/**
 * Immediately returns a receiver's own time to it, so that it can compute the round trip (a DLRR block with no delay):
 * https://www.rfc-editor.org/rfc/rfc3611#section-4.5
 * @param middleOfNtp the receiver's time, as it reported it
 */
export function receiverTimeAnswer(senderSsrc: number, receiverSsrc: number, middleOfNtp: number): Buffer {
  const packet = allocate(0, extendedReportType, 24);
  packet.writeUInt32BE(senderSsrc, 4);
  packet[8] = 5;
  packet.writeUInt16BE(3, 10);
  packet.writeUInt32BE(receiverSsrc, 12);
  packet.writeUInt32BE(middleOfNtp, 16);
  return packet;
}

function feedback(type: number, format: number, senderSsrc: number, mediaSsrc: number, extra: number): Buffer {
  const packet = allocate(format, type, 12 + extra);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}
