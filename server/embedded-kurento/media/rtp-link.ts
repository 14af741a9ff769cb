import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { singleHost } from '../../platform/host-address.ts';
import { reachableAddress } from '../../platform/local-address.ts';
import type { NegotiatedMedia } from './media-session.ts';
import {
  type MediaEngineOptions,
  type MediaKind,
  NegotiationError,
  type OfferRequest,
  type RtpSink,
  type RtpSource,
  type RtpStats,
  type SdpDirection,
} from './media-types.ts';
import { noExtensions } from './rtp/header-extensions.ts';
import type { RtpLink, RtpLinkListener, RtpLinkOptions } from './rtp-link-types.ts';
import { RtpPath } from './rtp-path.ts';
import { matchCodec } from './sdp/codec-negotiation.ts';
import { type RtpMedia, type RtpSection, readRtpDescription, writeRtpDescription } from './sdp/rtp-description.ts';
import { mirrored } from './sdp/sdp-answer.ts';
import { processAnswerError, sdpConfigurationError } from './sdp/sdp-offer.ts';
import { intersectDirections, type OfferedSection, planOffer } from './sdp/sdp-own-offer.ts';

const refusedIntervalMs = 1000;
const ownCryptoTag = 1;

/** The context that the engine gives to each of its RTP links. */
export type RtpLinkContext = {
  options: MediaEngineOptions;
  cname: string;
  /** The link has ended and needs no more ticks. */
  onClosed: (link: UdpRtpLink) => void;
};

/** RTP over UDP, negotiated by SDP: each kind has its own path. */
export class UdpRtpLink implements RtpLink {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  readonly #context: RtpLinkContext;
  readonly #options: RtpLinkOptions;
  readonly #paths: Readonly<Record<MediaKind, RtpPath>>;
  readonly #maxRecvKbps: Record<MediaKind, number> = { audio: 0, video: 0 };
  #offered: readonly OfferedSection[] = [];
  #wantedVideo: string | null = null;
  #isConnectedReported = false;
  #closed = false;
  #nextReportAt = 0;

  constructor(context: RtpLinkContext, listener: RtpLinkListener, options: RtpLinkOptions) {
    this.#context = context;
    this.#options = options;
    const shared = {
      cname: context.cname,
      clock: { offsetMs: Number.NaN },
      crypto: options.crypto,
      log: context.options.log,
      onLatched: () => {
        if (!this.#isConnectedReported && !this.#closed) listener.connected();
        this.#isConnectedReported = true;
      },
    };
    this.#paths = { audio: new RtpPath('audio', shared), video: new RtpPath('video', shared) };
    const { audio, video } = this.#paths;
    this.sources = { audio: audio.session.incoming.audio, video: video.session.incoming.video };
    this.sinks = { audio: audio.session.outgoing.audio, video: video.session.outgoing.video };
  }

  get isConnected(): boolean {
    return this.#paths.audio.isConnected || this.#paths.video.isConnected;
  }

  async processOffer(sdpOffer: string): Promise<string> {
    const { medias, agreeable } = readRtpDescription(sdpOffer, this.#options, 'offer', this.#wantedVideo);
    await this.#bind(agreeable.map(({ kind }) => kind));
    const living = new Map<number, RtpSection>();
    for (const peer of agreeable) {
      const direction = mirrored[peer.media.direction];
      this.#paths[peer.kind].intersectDirections(peer, negotiatedMedia(peer, direction));
      const tag = peer.crypto?.tag ?? ownCryptoTag;
      const { protocol, codecs } = peer.media;
      living.set(peer.index, this.#section({ kind: peer.kind, protocol, codecs, mid: peer.mid, direction }, peer, tag));
    }
    return writeRtpDescription(
      this.#address(),
      medias.map((media, index) => living.get(index) ?? media),
    );
  }

  async generateOffer(request: OfferRequest): Promise<string> {
    const { sections } = planOffer({ ...request, data: false }, this.#wantedVideo);
    await this.#bind(sections.map(({ kind }) => kind));
    this.#offered = sections;
    return this.#describeOwn(sections, []);
  }

  async processAnswer(sdpAnswer: string): Promise<string> {
    const { medias, agreeable } = readRtpDescription(sdpAnswer, this.#options, 'answer');
    const offered = this.#offered;
    if (medias.length !== offered.length) {
      const message = `The answer has ${medias.length} m-lines, and the offer ${offered.length}`;
      throw new NegotiationError(processAnswerError, message);
    }
    const taken = agreeable.filter(({ kind, index }) => offered[index]?.kind === kind);
    if (taken.length === 0) throw new NegotiationError(processAnswerError, 'The answer accepts none of the media');
    const agreed: OfferedSection[] = [];
    for (const [index, section] of offered.entries()) {
      const peer = taken.find((entry) => entry.index === index);
      if (peer === undefined) {
        this.#paths[section.kind].close();
        continue;
      }
      const direction = intersectDirections(section.direction, peer.media.direction);
      // The peer sends with the payload types of our offer, and we send with those of its answer.
      const incomingCodecs = section.codecs.filter((codec) => matchCodec(codec, peer.media.codecs) !== null);
      this.#paths[section.kind].intersectDirections(peer, { ...negotiatedMedia(peer, direction), incomingCodecs });
      agreed.push({ ...section, direction });
    }
    return this.#describeOwn(agreed, taken);
  }

  wantVideoCodec(name: string | null): void {
    this.#wantedVideo = name;
  }

  setMaxRecvKbps(kind: MediaKind, kbps: number): void {
    this.#maxRecvKbps[kind] = kbps;
    if (kind === 'video') this.#paths.video.session.incoming.video.setMaximumBitrate(kbps);
  }

  stats(): RtpStats[] {
    return [...this.#paths.audio.session.stats(), ...this.#paths.video.session.stats()];
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#paths.audio.close();
    this.#paths.video.close();
    this.#context.onClosed(this);
  }

  /** It is not known beforehand what peers without a negotiation send. */
  readonly receives = true;

  /** Called every 20 ms by the engine; `now` is in milliseconds on the monotonic clock. */
  tick(now: number): void {
    const { audio, video } = this.#paths;
    audio.tick(now);
    video.tick(now);
    if (now < this.#nextReportAt) return;
    this.#nextReportAt = now + refusedIntervalMs;
    audio.reportRefused();
    video.reportRefused();
  }

  /** Binds the ports for these kinds, all or none. */
  async #bind(kinds: readonly MediaKind[]): Promise<void> {
    const { bindIp, portRange } = this.#context.options;
    const { ipv6 } = this.#options;
    try {
      const request = { ipv6, bindIp: addressOfFamily(bindIp, ipv6), portRange };
      for (const kind of kinds) {
        await this.#paths[kind].bind(request);
        if (this.#closed) throw new Error('The link is closed');
      }
    } catch (error) {
      for (const kind of kinds) this.#paths[kind].unbind();
      this.#context.options.log('error', 'An RTP connection could not be set up', { error: String(error) });
      throw new NegotiationError(sdpConfigurationError, `No connection could be set up: ${String(error)}`);
    }
  }

  #describeOwn(sections: readonly OfferedSection[], peers: readonly RtpMedia[]): string {
    const { crypto } = this.#options;
    const protocol = crypto === null ? 'RTP/AVPF' : 'RTP/SAVPF';
    return writeRtpDescription(
      this.#address(),
      sections.map((section) => {
        const peer = peers.find(({ kind }) => kind === section.kind) ?? null;
        return this.#section({ ...section, protocol }, peer, ownCryptoTag);
      }),
    );
  }

  #section(
    agreed: Pick<RtpSection, 'kind' | 'protocol' | 'codecs' | 'mid' | 'direction'>,
    peer: RtpMedia | null,
    tag: number,
  ): RtpSection {
    const { crypto: key } = this.#options;
    const path = this.#paths[agreed.kind];
    return {
      ...agreed,
      port: path.port,
      isPassive: peer?.isActive ?? false,
      crypto: key === null ? null : { tag, key },
      ssrc: path.ssrc,
      cname: this.#context.cname,
      maxKbps: this.#maxRecvKbps[agreed.kind],
    };
  }

  #address(): string {
    const { ipv6 } = this.#options;
    const { announcedIps = [], bindIp } = this.#context.options;
    // Without ICE there is room for a single address, and peers outside the local network reach only an announced one.
    const announced = announcedIps.find((address) => isIP(address) === (ipv6 ? 6 : 4));
    if (announced !== undefined) return announced;
    return reachableAddress(ipv6, addressOfFamily(bindIp, ipv6), networkInterfaces());
  }
}

/**
 * An endpoint may be configured for the other address family than the rest. It must not use an address other than the
 * one that media is bound to, so it is only possible when media is bound to all addresses.
 * @throws Error when media is bound to an address of the other family
 */
function addressOfFamily(bindIp: string | undefined, ipv6: boolean): string | undefined {
  const single = singleHost(bindIp);
  if (single === null) return undefined;
  if (isIP(single) === (ipv6 ? 6 : 4)) return single;
  throw new Error(`Media is bound to ${bindIp}, which is not an IPv${ipv6 ? 6 : 4} address`);
}

function negotiatedMedia({ kind, media, takesFeedback }: RtpMedia, direction: SdpDirection): NegotiatedMedia {
  return {
    kind,
    codecs: media.codecs,
    extensionIds: { ...noExtensions, orientation: media.extensionIds.orientation },
    nack: takesFeedback && (kind === 'video' || media.nack),
    receives: direction === 'recvonly' || direction === 'sendrecv',
    sends: direction === 'sendonly' || direction === 'sendrecv',
  };
}
