/*
 * The packets of a test peer: RTP that a media server takes for real media, and a look into what comes back.
 */

/** One stream of RTP (RFC 3550 §5.1). */
export type RtpStream = { payloadType: number; ssrc: number; sequenceNumber: number; timestamp: number };

/** Makes the next packet of `stream` and moves its timestamp on by `duration` clock ticks. */
export function nextRtpPacket(stream: RtpStream, payload: Buffer, duration: number): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  // Every packet is a whole frame, and so has the marker.
  header[1] = 0x80 | stream.payloadType;
  header.writeUInt16BE(stream.sequenceNumber, 2);
  header.writeUInt32BE(stream.timestamp, 4);
  header.writeUInt32BE(stream.ssrc, 8);
  stream.sequenceNumber = (stream.sequenceNumber + 1) & 0xffff;
  stream.timestamp = (stream.timestamp + duration) >>> 0;
  return Buffer.concat([header, payload]);
}

/** A frame of VP8 behind its payload descriptor (RFC 7741 §4.2, RFC 6386 §9.1); the picture in it is noise. */
export function vp8Payload(isKeyframe: boolean): Buffer {
  const payload = Buffer.alloc(600, 0x5a);
  // S bit: a partition starts here.
  payload[0] = 0x10;
  const frame = payload.subarray(1);
  frame[0] = isKeyframe ? 0x10 : 0x11;
  if (isKeyframe) {
    frame.set([0x9d, 0x01, 0x2a], 3);
    frame.writeUInt16LE(640, 6);
    frame.writeUInt16LE(360, 8);
  }
  return payload;
}

/** 20 ms of silence in Opus (RFC 6716 §3.1: CELT, one frame). */
export function opusPayload(): Buffer {
  return Buffer.from([0xf8, 0xff, 0xfe]);
}

/** RTP and RTCP share a port and are told apart by the second byte (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** How many packets of a compound RTCP packet ask for a keyframe: PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1). */
export function countKeyframeRequests(compound: Buffer): number {
  let requests = 0;
  for (let at = 0; at + 4 <= compound.length; at += 4 + 4 * compound.readUInt16BE(at + 2)) {
    const format = (compound[at] ?? 0) & 0x1f;
    if (compound[at + 1] === 206 && (format === 1 || format === 4)) requests += 1;
  }
  return requests;
}

/** Whether an RTP packet starts a keyframe of VP8. */
export function startsVp8Keyframe(packet: Buffer): boolean {
  const at = payloadStart(packet);
  const descriptor = packet[at] ?? 0;
  const isStart = (descriptor & 0x10) !== 0;
  const isPlain = (descriptor & 0x80) === 0;
  return isStart && isPlain && ((packet[at + 1] ?? 1) & 0x01) === 0;
}

/** Whether an RTP packet starts a keyframe of H.264: it aggregates (RFC 6184 §5.7.1), and parameter sets come first. */
export function startsH264Keyframe(packet: Buffer): boolean {
  const at = payloadStart(packet);
  return ((packet[at] ?? 0) & 0x1f) === 24 && ((packet[at + 3] ?? 0) & 0x1f) === 7;
}

/** Behind the contributing sources and the header extension (RFC 3550 §5.1, §5.3.1). */
function payloadStart(packet: Buffer): number {
  const first = packet[0] ?? 0;
  const extension = 12 + 4 * (first & 0x0f);
  return (first & 0x10) === 0 ? extension : extension + 4 + 4 * packet.readUInt16BE(extension + 2);
}
