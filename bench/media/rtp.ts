/* RTP packets, https://www.rfc-editor.org/rfc/rfc3550#section-5.1 */

/** The length in bytes of a header without extensions. */
export const rtpHeaderBytes = 12;

/** The header fields of a packet that the load client sends. */
export type RtpHeader = {
  marker: boolean;
  payloadType: number;
  sequence: number;
  /** In units of the payload's clock: 90 kHz for video, 48 kHz for Opus. */
  timestamp: number;
  ssrc: number;
};

/** Writes `header` over the first {@link rtpHeaderBytes} bytes of `packet`; counts that are too large wrap. */
export function writeRtpHeader(packet: Buffer, header: RtpHeader): void {
  packet[0] = 0x80;
  packet[1] = (header.marker ? 0x80 : 0) | (header.payloadType & 0x7f);
  packet.writeUInt16BE(header.sequence & 0xffff, 2);
  packet.writeUInt32BE(header.timestamp >>> 0, 4);
  packet.writeUInt32BE(header.ssrc, 8);
}

/** Whether a packet is RTCP, where RTP and RTCP share a port: https://www.rfc-editor.org/rfc/rfc5761#section-4 */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** The payload of an RTP packet, after contributing sources and extensions; `null` if there is none. */
export function rtpPayload(packet: Buffer): Buffer | null {
  const first = packet[0] ?? 0;
  if (packet.length < rtpHeaderBytes || first >> 6 !== 2) return null;
  let offset = rtpHeaderBytes + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (packet.length < offset + 4) return null;
    offset += 4 + 4 * packet.readUInt16BE(offset + 2);
  }
  return offset < packet.length ? packet.subarray(offset) : null;
}
