import type { RemoteInfo } from 'node:dgram';
import { FaultReporter } from './fault-reporter.ts';
import { MediaSession, type NegotiatedMedia, type PeerClock } from './media-session.ts';
import type { MediaEngineOptions, MediaKind } from './media-types.ts';
import type { PacketSender } from './outgoing-stream.ts';
import { receiverReport, sourceDescription } from './rtcp/rtcp.ts';
import { isRtcp } from './rtp/rtp-packet.ts';
import type { SrtpCrypto } from './rtp-link-types.ts';
import type { RtpMedia } from './sdp/rtp-description.ts';
import { SrtpReceiver, SrtpSender } from './transport/srtp.ts';
import { type UdpAddress, UdpPair, type UdpPairOptions } from './transport/udp-pair.ts';

const senderReportType = 200;
const transportFeedbackType = 205;
const payloadFeedbackType = 206;

/** The context that the two paths of an RTP link share. */
export type RtpPathContext = {
  cname: string;
  clock: PeerClock;
  crypto: SrtpCrypto | null;
  log: MediaEngineOptions['log'];
  /** The peer's address has become known. */
  onLatched: () => void;
};

/** The path of one kind of media to a peer and back: two UDP ports, and SRTP if it was agreed on. */
export class RtpPath implements PacketSender {
  readonly kind: MediaKind;
  readonly session: MediaSession;
  readonly #context: RtpPathContext;
  readonly #reportPrefix: Buffer;
  readonly #description: Buffer;
  readonly #protector: SrtpSender | null;
  readonly #faults: FaultReporter;
  #opener: SrtpReceiver | null = null;
  #pair: UdpPair | null = null;
  #rtpTo: UdpAddress | null = null;
  #rtcpTo: UdpAddress | null = null;
  #latches = false;
  #agreed = false;
  #takesFeedback = false;
  #refused = 0;

  constructor(kind: MediaKind, context: RtpPathContext) {
    this.kind = kind;
    this.#context = context;
    this.session = new MediaSession({ cname: context.cname, sender: this, log: context.log, clock: context.clock });
    this.#faults = new FaultReporter(context.log, 'A packet of an RTP connection could not be processed');
    this.#protector = context.crypto === null ? null : new SrtpSender(context.crypto);
    this.#description = sourceDescription(this.ssrc, context.cname);
    this.#reportPrefix = Buffer.concat([receiverReport(this.ssrc, []), this.#description]);
  }

  /** The SSRC that we send with. */
  get ssrc(): number {
    return this.session.outgoing[this.kind].ssrc;
  }

  /** The port for RTP; 0 while there is none. */
  get port(): number {
    return this.#pair?.port ?? 0;
  }

  /**
   * Binds two ports.
   * @throws Error with the system's reason when none are available
   */
  async bind(options: UdpPairOptions): Promise<void> {
    const pair = await UdpPair.open(options);
    pair.listen(
      (packet, from) => this.#arrived(packet, from, isRtcp(packet)),
      (packet, from) => {
        if (isRtcp(packet)) this.#arrived(packet, from, true);
      },
      (error) => this.#context.log('debug', 'A packet could not be sent', { kind: this.kind, error: error.message }),
    );
    this.#pair = pair;
  }

  /** Releases the ports, so that another attempt can start from scratch. */
  unbind(): void {
    this.#pair?.close();
    this.#pair = null;
  }

  /** Starts, or waits for the peer's first packet. */
  intersectDirections(peer: RtpMedia, negotiated: NegotiatedMedia): void {
    this.#agreed = true;
    this.#opener = peer.crypto === null ? null : new SrtpReceiver(peer.crypto.key);
    this.#rtpTo = peer.rtpTo;
    this.#rtcpTo = peer.rtcpTo;
    this.#latches = peer.isActive;
    this.#takesFeedback = peer.takesFeedback;
    this.session.negotiated([negotiated]);
    if (!this.#latches) this.session.open();
  }

  /** True when the media was agreed on and there is no need to wait for the peer. */
  get isConnected(): boolean {
    return this.#agreed && (!this.#latches || this.#rtpTo !== null);
  }

  /** Called every 20 ms by the engine; `now` is in milliseconds on the monotonic clock. */
  tick(now: number): void {
    this.session.tick(now);
  }

  /** Called about once a second. */
  reportRefused(): void {
    if (this.#refused === 0) return;
    const context = { kind: this.kind, packets: this.#refused };
    this.#context.log('debug', 'Dropped packets that are forged, repeated or protected with another key', context);
    this.#refused = 0;
  }

  sendRtp(packet: Buffer): boolean {
    const to = this.#rtpTo;
    const pair = this.#pair;
    if (to === null || pair === null) return false;
    // The socket reads the bytes after this call, when they already hold another viewer's packet; so it needs a copy.
    const own = this.#protector === null ? Buffer.from(packet) : this.#protector.protectRtp(packet);
    return own !== null && pair.sendRtp(own, to);
  }

  sendRtcp(packet: Buffer): boolean {
    const to = this.#rtcpTo;
    const pair = this.#pair;
    if (to === null || pair === null) return false;
    const whole = this.#compound(packet);
    const own = whole === null || this.#protector === null ? whole : this.#protector.protectRtcp(whole);
    return own !== null && pair.sendRtcp(own, to);
  }

  /** Sends RTCP BYE and releases the ports; may be called twice. */
  close(): void {
    this.session.close();
    this.unbind();
  }

  /**
   * Reduced-size RTCP is never negotiated without ICE, so each packet begins with a report and names its sender:
   * https://www.rfc-editor.org/rfc/rfc3550#section-6.1
   * @returns null for packets that the peer does not want
   */
  #compound(packet: Buffer): Buffer | null {
    const type = packet[1] ?? 0;
    if (type === senderReportType) return Buffer.concat([packet, this.#description]);
    if (type !== transportFeedbackType && type !== payloadFeedbackType) return packet;
    return this.#takesFeedback ? Buffer.concat([this.#reportPrefix, packet]) : null;
  }

  #arrived(packet: Buffer, from: RemoteInfo, isReport: boolean): void {
    if (!this.#agreed || (packet[0] ?? 0) >> 6 !== 2) return;
    const plain = this.#open(packet, isReport);
    if (plain === null) {
      this.#refused += 1;
      return;
    }
    if (this.#latches && (isReport ? this.#rtcpTo : this.#rtpTo) === null) this.#latch(from, isReport);
    try {
      this.session.receive(plain);
    } catch (error) {
      // The error would otherwise escape from the socket's event and end the process.
      this.#faults.report(error, { kind: this.kind });
    }
  }

  /** We send to the address of the peer's first packet, and keep that address. */
  #latch({ address, port }: RemoteInfo, isReport: boolean): void {
    if (isReport) {
      this.#rtcpTo = { address, port };
      return;
    }
    this.#rtpTo = { address, port };
    this.session.open();
    this.#context.onLatched();
  }

  #open(packet: Buffer, isReport: boolean): Buffer | null {
    if (this.#opener === null) return packet;
    return isReport ? this.#opener.unprotectRtcp(packet) : this.#opener.unprotectRtp(packet);
  }
}
