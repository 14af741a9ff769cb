/*
 * RTCP packets, https://www.rfc-editor.org/rfc/rfc3550#section-6, and keyframe requests:
 * PLI, https://www.rfc-editor.org/rfc/rfc4585#section-6.3.1,
 * and FIR, https://www.rfc-editor.org/rfc/rfc5104#section-4.3.1
 */

const senderReportType = 200;
const receiverReportType = 201;
const sourceDescriptionType = 202;
const payloadFeedbackType = 206;
const ntpEpochOffsetSeconds = 2_208_988_800;

/** The block of a receiver report about one source. */
export type ReportBlock = {
  ssrc: number;
  /** The fraction of packets lost since the last report, in 256ths. */
  fractionLost: number;
  totalLost: number;
  /** The highest sequence number, with its cycles in the upper 16 bits. */
  highestSequence: number;
  /** In units of the payload's clock. */
  jitter: number;
  /** The middle 32 bits of the last sender report's time, and how long ago it arrived, in 65536ths of a second. */
  lastReport: number;
  delaySinceLastReport: number;
};

/** A sender report and the sender's name. `wallClockMs` is milliseconds since the epoch. */
export function senderReport(report: {
  ssrc: number;
  wallClockMs: number;
  timestamp: number;
  packets: number;
  octets: number;
  cname: string;
}): Buffer {
  const packet = Buffer.alloc(28);
  writeHeader(packet, 0, senderReportType);
  packet.writeUInt32BE(report.ssrc, 4);
  const seconds = report.wallClockMs / 1000 + ntpEpochOffsetSeconds;
  packet.writeUInt32BE(Math.floor(seconds) >>> 0, 8);
  packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), 12);
  packet.writeUInt32BE(report.timestamp >>> 0, 16);
  packet.writeUInt32BE(report.packets >>> 0, 20);
  packet.writeUInt32BE(report.octets >>> 0, 24);
  return Buffer.concat([packet, sourceDescription(report.ssrc, report.cname)]);
}

/** A receiver report on one source and the receiver's name. */
export function receiverReport(ssrc: number, block: ReportBlock, cname: string): Buffer {
  const packet = Buffer.alloc(32);
  writeHeader(packet, 1, receiverReportType);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt32BE(block.ssrc, 8);
  packet[12] = block.fractionLost;
  packet.writeUIntBE(Math.min(Math.max(0, block.totalLost), 0x7fffff), 13, 3);
  packet.writeUInt32BE(block.highestSequence >>> 0, 16);
  packet.writeUInt32BE(Math.floor(block.jitter) >>> 0, 20);
  packet.writeUInt32BE(block.lastReport >>> 0, 24);
  packet.writeUInt32BE(block.delaySinceLastReport >>> 0, 28);
  return Buffer.concat([packet, sourceDescription(ssrc, cname)]);
}

/** A PLI packet that requests a keyframe from the sender of `mediaSsrc`. */
export function pictureLossIndication(ssrc: number, mediaSsrc: number): Buffer {
  const packet = Buffer.alloc(12);
  writeHeader(packet, 1, payloadFeedbackType);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}

/** Whether this compound packet requests a keyframe from the sender of `ssrc`, by PLI or FIR. */
export function asksForKeyframe(compound: Buffer, ssrc: number): boolean {
  for (const packet of packetsOf(compound)) {
    const isFeedback = packet[1] === payloadFeedbackType && packet.length >= 12;
    const format = (packet[0] ?? 0) & 0x1f;
    if (isFeedback && format === 1 && packet.readUInt32BE(8) === ssrc) return true;
    if (isFeedback && format === 4) {
      for (let entry = 12; entry + 8 <= packet.length; entry += 8) {
        if (packet.readUInt32BE(entry) === ssrc) return true;
      }
    }
  }
  return false;
}

/** The time in the first sender report of a compound packet, as the receiver must repeat it; `null` if none. */
export function lastReportOf(compound: Buffer): number | null {
  for (const packet of packetsOf(compound)) {
    if (packet[1] === senderReportType && packet.length >= 28) return packet.readUInt32BE(10);
  }
  return null;
}

function* packetsOf(compound: Buffer): Generator<Buffer> {
  let offset = 0;
  while (offset + 4 <= compound.length) {
    const end = offset + 4 + 4 * compound.readUInt16BE(offset + 2);
    if (end > compound.length) return;
    yield compound.subarray(offset, end);
    offset = end;
  }
}

function sourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'ascii').subarray(0, 255);
  const packet = Buffer.alloc(8 + Math.ceil((name.length + 3) / 4) * 4);
  writeHeader(packet, 1, sourceDescriptionType);
  packet.writeUInt32BE(ssrc, 4);
  packet[8] = 1;
  packet[9] = name.length;
  name.copy(packet, 10);
  return packet;
}

function writeHeader(packet: Buffer, count: number, type: number): void {
  packet[0] = 0x80 | count;
  packet[1] = type;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
}
