import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createPayloadFormat } from '../../../codecs/payload-formats.ts';
import { rtpPayload } from '../../../codecs/testing/received-packets.ts';
import { fromNtp } from '../../media/clock.ts';
import { pictureLossIndication } from '../../media/rtcp/rtcp.ts';
import type { RawClient } from '../../testing/raw-client.ts';
import type { TestFrame } from './test-media.ts';

const formats = {
  VP8: { payloadType: 96, rtpmap: '96 VP8/90000', fmtp: '' },
  H264: { payloadType: 102, rtpmap: '102 H264/90000', fmtp: 'packetization-mode=1;profile-level-id=42e01f' },
  VP9: { payloadType: 98, rtpmap: '98 VP9/90000', fmtp: 'profile-id=0' },
  opus: { payloadType: 111, rtpmap: '111 opus/48000/2', fmtp: '' },
  PCMU: { payloadType: 0, rtpmap: '0 PCMU/8000', fmtp: '' },
  PCMA: { payloadType: 8, rtpmap: '8 PCMA/8000', fmtp: '' },
} as const;

type Codec = keyof typeof formats;
type Kind = 'audio' | 'video';
type Stream = {
  codec: Codec;
  rtp: Socket;
  rtcp: Socket;
  packets: Buffer[];
  report: { ntpMs: number; timestamp: number } | null;
};

/** For tests: a receiver over plain RTP that takes one codec of each kind, and keeps everything. */
export class RtpReceiver {
  readonly #streams: Readonly<Record<Kind, Stream>>;
  #rtcpPorts: Readonly<Record<Kind, number>> = { audio: 0, video: 0 };

  private constructor(streams: Record<Kind, Stream>) {
    this.#streams = streams;
    for (const stream of Object.values(streams)) {
      stream.rtp.on('message', (packet) => stream.packets.push(packet));
      stream.rtcp.on('message', (packet) => {
        // A sender report comes first in its compound: https://www.rfc-editor.org/rfc/rfc3550#section-6.4.1
        if (packet[1] !== 200) return;
        const ntpMs = fromNtp(packet.readUInt32BE(8), packet.readUInt32BE(12));
        stream.report = { ntpMs, timestamp: packet.readUInt32BE(16) };
      });
    }
  }

  /** Negotiates with an RtpEndpoint. */
  static async join(client: RawClient, endpoint: string, codecs: Record<Kind, Codec>): Promise<RtpReceiver> {
    const open = async (codec: Codec): Promise<Stream> => {
      const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
      await Promise.all(sockets.map((socket) => once(socket.bind(0, '127.0.0.1'), 'listening')));
      return { codec, rtp: sockets[0], rtcp: sockets[1], packets: [], report: null };
    };
    const receiver = new RtpReceiver({ audio: await open(codecs.audio), video: await open(codecs.video) });
    const answer = String(await client.invoke(endpoint, 'processOffer', { offer: receiver.#offer() }));
    const portOf = (kind: Kind) => Number(new RegExp(`^m=${kind} (\\d+) `, 'm').exec(answer)?.[1]) + 1;
    receiver.#rtcpPorts = { audio: portOf('audio'), video: portOf('video') };
    return receiver;
  }

  count(kind: Kind): number {
    return this.#streams[kind].packets.length;
  }

  /** The frames that arrived, in order, with their times in milliseconds since 1970 once the server has reported its clock. */
  frames(kind: Kind): TestFrame[] {
    const { codec, packets, report } = this.#streams[kind];
    const clockRate = codec === 'opus' ? 48 : kind === 'audio' ? 8 : 90;
    const atMs = (timestamp: number) =>
      report === null ? timestamp / clockRate : report.ntpMs + ((timestamp - report.timestamp) | 0) / clockRate;
    if (codec === 'PCMU' || codec === 'PCMA' || codec === 'opus') {
      return packets.map((packet) => ({
        data: rtpPayload(packet),
        isKeyframe: true,
        atMs: atMs(packet.readUInt32BE(4)),
      }));
    }
    const format = createPayloadFormat(codec);
    const frames: TestFrame[] = [];
    let parts: Buffer[] = [];
    for (const packet of packets) {
      const part = format.read(rtpPayload(packet));
      if (part !== null) parts.push(part.bytes);
      if (((packet[1] ?? 0) & 0x80) === 0) continue;
      const frame = format.assemble(parts);
      parts = [];
      if (frame !== null)
        frames.push({ data: frame.data, isKeyframe: frame.isKeyframe, atMs: atMs(packet.readUInt32BE(4)) });
    }
    return frames;
  }

  /** Whether the server has reported its clock for both kinds. */
  get hasClocks(): boolean {
    return Object.values(this.#streams).every(({ report }) => report !== null);
  }

  /** Asks for a keyframe. */
  requestKeyframe(): void {
    const { rtcp, packets } = this.#streams.video;
    const ssrc = packets.at(-1)?.readUInt32BE(8) ?? 0;
    rtcp.send(pictureLossIndication(1, ssrc), this.#rtcpPorts.video, '127.0.0.1');
  }

  /** Forgets what has arrived so far. */
  clear(): void {
    for (const stream of Object.values(this.#streams)) stream.packets = [];
  }

  close(): void {
    for (const { rtp, rtcp } of Object.values(this.#streams)) {
      rtp.close();
      rtcp.close();
    }
  }

  #offer(): string {
    const sections = (['audio', 'video'] as const).flatMap((kind) => {
      const { codec, rtp, rtcp } = this.#streams[kind];
      const { payloadType, rtpmap, fmtp } = formats[codec];
      return [
        `m=${kind} ${rtp.address().port} RTP/AVPF ${payloadType}`,
        `a=rtpmap:${rtpmap}`,
        ...(fmtp === '' ? [] : [`a=fmtp:${payloadType} ${fmtp}`]),
        ...(kind === 'video' ? [`a=rtcp-fb:${payloadType} nack pli`] : []),
        `a=rtcp:${rtcp.address().port}`,
        'a=recvonly',
      ];
    });
    return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...sections, ''].join('\r\n');
  }
}
