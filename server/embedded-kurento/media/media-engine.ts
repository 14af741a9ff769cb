import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { defaultBindAddress, unboundAddresses } from '../../platform/local-address.ts';
import { monotonicMs } from './clock.ts';
import { FaultReporter } from './fault-reporter.ts';
import type { MediaEngineOptions, PeerLink, PeerLinkListener, PeerLinkOptions } from './media-types.ts';
import { PacketBacklog } from './packet-backlog.ts';
import { type PeerLinkContext, WebRtcPeerLink } from './peer-link.ts';
import { UdpRtpLink } from './rtp-link.ts';
import type { RtpLink, RtpLinkListener, RtpLinkOptions } from './rtp-link-types.ts';
import { makeCertificate } from './transport/certificate.ts';
import { PeerAddressTable } from './transport/link-path.ts';
import { holdSharedPort } from './transport/peer-transport.ts';
import { PortPool } from './transport/port-pool.ts';

const tickMs = 20;
/** Links that receive nothing only have to send reports, once a second; there are many of them. */
const ticksOfViewers = 5;

/** Opens links to peers; owns the resources that they share (certificate, timers). */
export interface MediaEngine {
  openPeerLink(listener: PeerLinkListener, options?: PeerLinkOptions): PeerLink;
  openRtpLink(listener: RtpLinkListener, options: RtpLinkOptions): RtpLink;
  /** Closes every link that is still open. */
  close(): void;
}

/** Opens the engine; this creates a certificate, and a timer runs while there are links. */
export function openMediaEngine(options: MediaEngineOptions): MediaEngine {
  return new WebRtcMediaEngine(options);
}

/** Owns all links, their ports and certificate, and the single timer that serves them. */
class WebRtcMediaEngine implements MediaEngine {
  readonly #context: Omit<PeerLinkContext, 'cname'>;
  readonly #links = new Set<WebRtcPeerLink | UdpRtpLink>();
  readonly #faults: FaultReporter;
  #timer: NodeJS.Timeout | null = null;
  #ticks = 0;

  constructor(given: MediaEngineOptions) {
    const { announcedIps = [] } = given;
    const bindIp = given.bindIp ?? defaultBindAddress(networkInterfaces(), announcedIps);
    for (const announced of unboundAddresses(announcedIps, bindIp)) {
      given.log('warn', 'An announced address is unusable: media is bound to the other address family', { announced });
    }
    const options = bindIp === undefined ? given : { ...given, bindIp };
    const certificate = makeCertificate();
    this.#faults = new FaultReporter(options.log, 'A link failed in its periodic work');
    this.#context = {
      options,
      certificate,
      backlog: new PacketBacklog(new FaultReporter(options.log, 'A packet could not be handled')),
      ports: new PortPool(options, (port) => holdSharedPort(options, certificate, port)),
      peerAddresses: new PeerAddressTable(),
      onClosed: (link) => this.#forget(link),
    };
    // From a configured range, no port is taken before it is needed.
    if (options.portRange === undefined) this.#context.ports.warm();
  }

  openPeerLink(listener: PeerLinkListener, options: PeerLinkOptions = {}): PeerLink {
    return this.#keep(new WebRtcPeerLink({ ...this.#context, cname: randomUUID() }, listener, options));
  }

  openRtpLink(listener: RtpLinkListener, options: RtpLinkOptions): RtpLink {
    const context = { options: this.#context.options, cname: randomUUID(), onClosed: this.#forget.bind(this) };
    return this.#keep(new UdpRtpLink(context, listener, options));
  }

  close(): void {
    for (const link of [...this.#links]) this.#guarded(() => link.close());
    this.#context.ports.close();
  }

  #keep<Link extends WebRtcPeerLink | UdpRtpLink>(link: Link): Link {
    this.#links.add(link);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
    return link;
  }

  #tick(): void {
    const now = monotonicMs();
    this.#ticks += 1;
    const isViewersTurn = this.#ticks % ticksOfViewers === 0;
    for (const link of this.#links) {
      if (isViewersTurn || link.receives) this.#guarded(() => link.tick(now));
    }
  }

  /** A fault of one link must not prevent the others from being served. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#faults.report(error);
    }
  }

  #forget(link: WebRtcPeerLink | UdpRtpLink): void {
    this.#links.delete(link);
    if (this.#links.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
