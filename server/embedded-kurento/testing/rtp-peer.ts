import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readEncodedFrames } from '../../codecs/testing/encoded-frames.ts';
import { encryptedStreamStart, type StreamStart } from '../../codecs/testing/test-seed.ts';
import { vp8Payloads } from '../../codecs/testing/vp8-rtp.ts';
import type { MediaKind } from '../media/media-types.ts';
import { rtp } from '../media/testing/test-packets.ts';
import type { SrtpReceiver, SrtpSender } from '../media/transport/srtp.ts';

const formats = { audio: '96 opus/48000/2', video: '97 VP8/90000' } as const;
const durations = { audio: 960, video: 1_800 } as const;
const silence = Buffer.from([0xf8, 0xff, 0xfe]);
const descriptor = { pictureIdBits: 0, pictureId: 0, hasLayers: false, baseNumber: 0 } as const;
const packetBytes = 1_200;

/** For tests: one kind of media over plain UDP, as an encoder or another server would send it. */
export class RtpPeer {
  readonly kind: MediaKind;
  /** The RTP and RTCP received, decrypted. */
  readonly received: { rtp: Buffer[]; rtcp: Buffer[] } = { rtp: [], rtcp: [] };
  /** Encrypts outgoing packets, once it is set. */
  protector: SrtpSender | null = null;
  /** Decrypts incoming packets, once it is set. */
  opener: SrtpReceiver | null = null;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #ssrc: number;
  readonly #waiting = new Set<() => void>();
  #to = 0;
  readonly #start: StreamStart;
  readonly #payloads: readonly Buffer[];
  #sentPackets = 0;

  private constructor(kind: MediaKind, rtp: Socket, rtcp: Socket, ssrc: number) {
    this.kind = kind;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#ssrc = ssrc;
    this.#start = encryptedStreamStart(`${kind} ${ssrc}`);
    this.#payloads = kind === 'audio' ? [silence] : keyframePackets();
    rtp.on('message', (packet) => this.#take('rtp', this.opener?.unprotectRtp(packet) ?? packet));
    rtcp.on('message', (packet) => this.#take('rtcp', this.opener?.unprotectRtcp(packet) ?? packet));
  }

  static async open(kind: MediaKind, ssrc = 4444, address = '127.0.0.1'): Promise<RtpPeer> {
    const sockets = [0, 1].map(() => createSocket(address.includes(':') ? 'udp6' : 'udp4'));
    await Promise.all(sockets.map((socket) => once(socket.bind(0, address), 'listening')));
    const [rtp, rtcp] = sockets;
    if (rtp === undefined || rtcp === undefined) throw new Error('There are two sockets');
    return new RtpPeer(kind, rtp, rtcp, ssrc);
  }

  get port(): number {
    return this.#rtp.address().port;
  }

  get rtcpPort(): number {
    return this.#rtcp.address().port;
  }

  /** An m-line for an offer or answer, followed by further attributes. */
  describe(direction: string, ...more: string[]): string[] {
    return this.describeAs('RTP/AVPF', direction, ...more);
  }

  /** The same with another protocol. */
  describeAs(protocol: string, direction: string, ...more: string[]): string[] {
    const [payloadType] = formats[this.kind].split(' ');
    const isActive = more.includes('a=direction:active');
    return [
      `m=${this.kind} ${isActive ? 9 : this.port} ${protocol} ${payloadType}`,
      `a=rtpmap:${formats[this.kind]}`,
      ...(isActive ? [] : [`a=rtcp:${this.rtcpPort}`]),
      `a=${direction}`,
      ...more,
    ];
  }

  /** Sends to the address in this description from now on. */
  follow(sdp: string): void {
    this.#to = Number(new RegExp(`^m=${this.kind} (\\d+) `, 'm').exec(sdp)?.[1]);
  }

  /** Sends one packet of media, and resolves when it has been sent. */
  async send(address = '127.0.0.1'): Promise<void> {
    const packet = rtp({
      marker: true,
      payloadType: Number(formats[this.kind].split(' ')[0]),
      sequenceNumber: this.#start.sequenceNumber + this.#sentPackets,
      timestamp: this.#start.timestamp + this.#sentPackets * durations[this.kind],
      ssrc: this.#ssrc,
      payload: this.#payloads[this.#sentPackets % this.#payloads.length] ?? silence,
    });
    this.#sentPackets += 1;
    const safe = this.protector === null ? packet : (this.protector.protectRtp(packet) ?? packet);
    await this.sendRaw(safe, address);
  }

  /** Sends bytes as they are to the endpoint's port for RTP. */
  async sendRaw(bytes: Buffer, address = '127.0.0.1'): Promise<void> {
    await new Promise((resolve) => this.#rtp.send(bytes, this.#to, address, resolve));
  }

  /** Sends RTCP to the endpoint's RTCP port. */
  async sendRtcp(bytes: Buffer): Promise<void> {
    await new Promise((resolve) => this.#rtcp.send(bytes, this.#to + 1, '127.0.0.1', resolve));
  }

  /** Waits until a packet has arrived that matches. */
  async receives(what: 'rtp' | 'rtcp', matches: (packet: Buffer) => boolean = () => true): Promise<Buffer> {
    for (const deadline = performance.now() + 8_000; ; ) {
      const found = this.received[what].find(matches);
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`Waited in vain for ${what} of ${this.kind}`);
      await this.#change(deadline - performance.now());
    }
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }

  #take(what: 'rtp' | 'rtcp', packet: Buffer): void {
    this.received[what].push(packet);
    for (const done of [...this.#waiting]) done();
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }
}

/** A keyframe from a real encoder, small enough for one packet, so that no test waits for one. */
function keyframePackets(): Buffer[] {
  const [frame] = readEncodedFrames('small-box.ivf');
  return (frame?.units ?? []).flatMap((unit) => vp8Payloads(unit, descriptor, packetBytes));
}

/** A whole description from m-lines. */
export function rtpDescription(...sections: string[][]): string {
  return rtpDescriptionFrom('127.0.0.1', ...sections);
}

/** The same from another address. */
export function rtpDescriptionFrom(address: string, ...sections: string[][]): string {
  const place = `IN IP${address.includes(':') ? 6 : 4} ${address}`;
  const lines = ['v=0', `o=- 1 1 ${place}`, 's=-', `c=${place}`, 't=0 0', ...sections.flat()];
  return `${lines.join('\r\n')}\r\n`;
}
