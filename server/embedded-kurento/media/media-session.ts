import { fromNtp, middleOfNtp, monotonicMs, wallMs } from './clock.ts';
import { FaultReporter } from './fault-reporter.ts';
import { IncomingStream } from './incoming-stream.ts';
import type { MediaEngineOptions, MediaKind, RtpStats, SdpDirection } from './media-types.ts';
import { OutgoingStream, type PacketSender } from './outgoing-stream.ts';
import {
  goodbye,
  type RtcpListener,
  readRtcp,
  receiverReport,
  receiverTimeAnswer,
  sourceDescription,
} from './rtcp/rtcp.ts';
import type { ReportBlock } from './rtcp/stream-statistics.ts';
import type { ExtensionIds } from './rtp/header-extensions.ts';
import { isRtcp, readRtpPacket } from './rtp/rtp-packet.ts';
import type { NegotiatedCodec } from './sdp/codec-negotiation.ts';
import type { OfferedMedia } from './sdp/sdp-offer.ts';

const kinds: readonly MediaKind[] = ['audio', 'video'];
const reportIntervalMs = 1000;

/** The negotiated parameters of an m-line, as seen from our side. */
export type NegotiatedMedia = {
  kind: MediaKind;
  /** The codecs that the peer accepts, with its payload types. */
  codecs: readonly NegotiatedCodec[];
  /** The peer's ids for the supported header extensions. */
  extensionIds: ExtensionIds;
  /** Whether the peer retransmits lost packets of this kind, and may request them. */
  nack: boolean;
  /** The codecs of what the peer sends, if our own offer gave them payload types of their own. */
  incomingCodecs?: readonly NegotiatedCodec[];
  receives: boolean;
  sends: boolean;
};

/** The parameters agreed on for an m-line, as seen from our side. */
export function negotiatedMedia(kind: MediaKind, media: OfferedMedia, direction: SdpDirection): NegotiatedMedia {
  return {
    kind,
    codecs: media.codecs,
    extensionIds: media.extensionIds,
    nack: kind === 'video' || media.nack,
    receives: direction === 'recvonly' || direction === 'sendrecv',
    sends: direction === 'sendonly' || direction === 'sendrecv',
  };
}

/** The offset from the peer's wall clock to ours; shared by both kinds, so that audio and video stay in sync. */
export type PeerClock = { offsetMs: number };

/** Packets that could not be used, by reason; logged once a second and then reset. */
type Faults = {
  malformed: number;
  unknownPayloadType: number;
  foreignStream: number;
  turned: number;
  malformedRtcp: number;
};

function noFaults(): Faults {
  return { malformed: 0, unknownPayloadType: 0, foreignStream: 0, turned: 0, malformedRtcp: 0 };
}

function randomSsrc(): number {
  return 1 + Math.floor(Math.random() * 0xfffffffe);
}

/** The parts of a session. */
type MediaSessionParts = {
  cname: string;
  sender: PacketSender;
  log: MediaEngineOptions['log'];
  /** Shared by the sessions of one peer if each kind has its own session. */
  clock?: PeerClock;
  /** Called when the peer seems not to receive our packets. */
  peerNotHearing?: () => void;
};

/** RTP and RTCP of one peer link: assigns packets to streams, and sends the reports that are due. */
export class MediaSession implements RtcpListener {
  readonly cname: string;
  readonly incoming: Readonly<Record<MediaKind, IncomingStream>>;
  readonly outgoing: Readonly<Record<MediaKind, OutgoingStream>>;
  readonly #sender: PacketSender;
  readonly #log: MediaEngineOptions['log'];
  readonly #clock: PeerClock;
  /** The codec of each of the 128 payload types. */
  readonly #codecByPayloadType: (NegotiatedCodec | null)[] = new Array<NegotiatedCodec | null>(128).fill(null);
  readonly #streamByPayloadType: (IncomingStream | null)[] = new Array<IncomingStream | null>(128).fill(null);
  #media: readonly NegotiatedMedia[] = [];
  #open = false;
  /** Whether the peer may send anything; viewers do not, and there are many of them. */
  #receives = false;
  #nextReportAt = 0;
  #now = 0;
  #faults = noFaults();
  #faulty = false;
  #hasWarnedOfTurned = false;

  constructor({ cname, sender, log, clock = { offsetMs: Number.NaN }, peerNotHearing }: MediaSessionParts) {
    this.cname = cname;
    this.#sender = sender;
    this.#log = log;
    this.#clock = clock;
    const audioSsrc = randomSsrc();
    const videoSsrc = randomSsrc();
    const faults = new FaultReporter(log, 'A consumer of media failed');
    const consumerFailed = (error: unknown) => faults.report(error);
    this.incoming = {
      audio: new IncomingStream('audio', audioSsrc, sender, { consumerFailed }),
      video: new IncomingStream('video', videoSsrc, sender, {
        ...(peerNotHearing && { peerNotHearing }),
        consumerFailed,
      }),
    };
    this.incoming.audio.setSibling(this.incoming.video);
    this.incoming.video.setSibling(this.incoming.audio);
    this.outgoing = {
      audio: new OutgoingStream('audio', audioSsrc, sender),
      video: new OutgoingStream('video', videoSsrc, sender),
    };
  }

  negotiated(media: readonly NegotiatedMedia[]): void {
    this.#media = media;
    this.#receives = media.some(({ receives }) => receives);
    for (const { kind, codecs, incomingCodecs = codecs, extensionIds, nack, receives, sends } of media) {
      if (sends) {
        this.outgoing[kind].codecs = codecs;
        this.outgoing[kind].setExtensionIds(extensionIds);
        this.outgoing[kind].prepare();
      }
      if (!receives) continue;
      this.incoming[kind].codecs = incomingCodecs;
      this.incoming[kind].extensionIds = extensionIds;
      this.incoming[kind].canRepeat = nack;
      for (const codec of incomingCodecs) {
        this.#codecByPayloadType[codec.payloadType] = codec;
        this.#streamByPayloadType[codec.payloadType] = this.incoming[kind];
      }
    }
  }

  /** The path to the peer was found. If that took long, the keyframe that was requested with the offer is too old. */
  prepare(): void {
    for (const { kind, sends } of this.#media) if (sends) this.outgoing[kind].prepare();
  }

  /** The connection is established. */
  open(): void {
    this.#open = true;
    this.#nextReportAt = monotonicMs() + reportIntervalMs * (0.5 + Math.random());
    for (const { kind, receives, sends } of this.#media) {
      if (sends) this.outgoing[kind].open();
      if (receives) this.incoming[kind].sendMaximumBitrate();
    }
  }

  /** The connection is lost or about to be closed. */
  close(): void {
    if (this.#open) {
      const ssrcs = kinds.filter((kind) => this.outgoing[kind].packetCount > 0).map((kind) => this.outgoing[kind].ssrc);
      if (ssrcs.length > 0) this.#sender.sendRtcp(Buffer.concat([receiverReport(ssrcs[0] ?? 0, []), goodbye(ssrcs)]));
    }
    this.#open = false;
    for (const kind of kinds) {
      this.outgoing[kind].close();
      this.incoming[kind].close();
    }
  }

  /** Whether the peer may send anything. */
  get receives(): boolean {
    return this.#receives;
  }

  /** Processes any RTP or RTCP packet from the peer; the bytes may be modified. */
  receive(datagram: Buffer): void {
    if (isRtcp(datagram)) {
      this.#now = monotonicMs();
      if (!readRtcp(datagram, this)) this.#fault('malformedRtcp');
      return;
    }
    const payloadType = (datagram[1] ?? 0) & 0x7f;
    const codec = this.#codecByPayloadType[payloadType] ?? null;
    const stream = this.#streamByPayloadType[payloadType] ?? null;
    if (codec === null || stream === null) {
      this.#fault('unknownPayloadType');
      return;
    }
    const packet = readRtpPacket(datagram, codec, monotonicMs(), stream.extensionIds);
    if (packet === null) this.#fault('malformed');
    else if (packet.quarterTurns !== 0) this.#refuseTurned();
    else if (stream.receive(packet) === 'foreign') this.#fault('foreignStream');
  }

  /** Called by the engine every 20 ms, or every 100 ms if nothing is received. */
  tick(now: number): void {
    if (!this.#open) return;
    this.incoming.audio.tick(now);
    this.incoming.video.tick(now);
    if (now < this.#nextReportAt) return;
    // Some randomness spreads the reports of all links: https://www.rfc-editor.org/rfc/rfc3550#section-6.2
    this.#nextReportAt = now + reportIntervalMs * (0.9 + Math.random() * 0.2);
    this.#sendReports(now);
    if (this.#faulty) {
      this.#log('debug', 'Packets were dropped', { ...this.#faults });
      this.#faults = noFaults();
      this.#faulty = false;
    }
  }

  stats(): RtpStats[] {
    const stats: RtpStats[] = [];
    for (const { kind, receives, sends } of this.#media) {
      // A stream that has not begun has nothing to report, not even an SSRC.
      if (receives && this.incoming[kind].packetCount > 0) stats.push(this.incoming[kind].stats());
      if (sends && this.outgoing[kind].packetCount > 0) stats.push(this.outgoing[kind].stats());
    }
    return stats;
  }

  onSenderReport(ssrc: number, ntpSeconds: number, ntpFraction: number, rtpTimestamp: number): void {
    const stream = this.#incomingBySsrc(ssrc);
    if (stream === null) return;
    const theirs = fromNtp(ntpSeconds, ntpFraction);
    const ours = wallMs(this.#now);
    const offset = ours - theirs;
    // The offset is kept once it is known, as both kinds must share it; only a clock that was set changes it.
    const shared = this.#clock;
    if (Number.isNaN(shared.offsetMs) || Math.abs(offset - shared.offsetMs) > 2000) shared.offsetMs = offset;
    const clock = { ntpMs: theirs + shared.offsetMs, rtpTimestamp, ssrc };
    stream.receiveSenderReport(clock, middleOfNtp(ntpSeconds, ntpFraction), this.#now);
  }

  onReportBlock(block: ReportBlock): void {
    this.#outgoingBySsrc(block.ssrc)?.reportReceived(block, this.#now);
  }

  onNack(mediaSsrc: number, lost: readonly number[]): void {
    this.#outgoingBySsrc(mediaSsrc)?.retransmit(lost, this.#now);
  }

  onKeyframeRequest(mediaSsrc: number, isFir: boolean): void {
    this.#outgoingBySsrc(mediaSsrc)?.keyframeRequested(isFir, this.#now);
  }

  onMaximumBitrate(bps: number): void {
    this.outgoing.video.maximumBitrateReceived(bps);
  }

  onGoodbye(_ssrc: number): void {
    // The stream just falls silent; the code that monitors silence notices it.
  }

  onReceiverTime(ssrc: number, middleOfNtp: number): void {
    if (!this.#open) return;
    const own = this.outgoing.video.ssrc;
    this.#sender.sendRtcp(Buffer.concat([receiverReport(own, []), receiverTimeAnswer(own, ssrc, middleOfNtp)]));
  }

  #sendReports(now: number): void {
    for (const { kind, receives, sends } of this.#media) {
      if (sends) this.outgoing[kind].everySecond(now);
      if (!receives) continue;
      const block = this.incoming[kind].report(now);
      if (block === null) continue;
      const ssrc = this.outgoing[kind].ssrc;
      this.#sender.sendRtcp(Buffer.concat([receiverReport(ssrc, [block]), sourceDescription(ssrc, this.cname)]));
      this.incoming[kind].sendMaximumBitrate();
    }
  }

  #incomingBySsrc(ssrc: number): IncomingStream | null {
    if (this.incoming.video.ssrc === ssrc) return this.incoming.video;
    return this.incoming.audio.ssrc === ssrc ? this.incoming.audio : null;
  }

  #outgoingBySsrc(ssrc: number): OutgoingStream | null {
    if (this.outgoing.video.ssrc === ssrc) return this.outgoing.video;
    return this.outgoing.audio.ssrc === ssrc ? this.outgoing.audio : null;
  }

  /** The picture would be sideways or upside down in recordings and most players, which do not rotate it. */
  #refuseTurned(): void {
    if (!this.#hasWarnedOfTurned) {
      const message = 'Video is refused, as its sender leaves the rotation to the receiver, which was not negotiated';
      this.#log('warn', message);
    }
    this.#hasWarnedOfTurned = true;
    this.#fault('turned');
  }

  #fault(kind: keyof Faults): void {
    this.#faults[kind] += 1;
    this.#faulty = true;
  }
}
