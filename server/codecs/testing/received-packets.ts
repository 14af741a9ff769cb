/* Reads packets that a test received, independently of the code under test. */

/** The payload of an RTP packet, after contributing sources and header extension (RFC 3550 §5.1, §5.3.1). */
export function rtpPayload(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  const extension = 12 + 4 * (first & 0x0f);
  const start = (first & 0x10) === 0 ? extension : extension + 4 + 4 * packet.readUInt16BE(extension + 2);
  return packet.subarray(start);
}

/** The number of keyframe requests in a compound RTCP packet: PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1). */
export function countKeyframeRequests(compound: Buffer): number {
  let requests = 0;
  for (let at = 0; at + 4 <= compound.length; at += 4 + 4 * compound.readUInt16BE(at + 2)) {
    const format = (compound[at] ?? 0) & 0x1f;
    if (compound[at + 1] === 206 && (format === 1 || format === 4)) requests += 1;
  }
  return requests;
}
