import { PeerLink } from '../rtc/peer-link.ts';
import { Retry } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';

/** The functions that connect to the server; tests pass their own. */
export type LinkParts = {
  createPeerConnection: () => RTCPeerConnection;
  backoffMs: (attempt: number) => number;
};

/** What a kept link carries. */
export type KeptLinkPlan = {
  /** The name of the link, for the server. */
  name: string;
  /** Prepares the connection of each attempt. */
  prepare: (connection: RTCPeerConnection) => void;
  /** Sends an offer. */
  ask: (signaling: Signaling, sdpOffer: string) => Promise<{ sdpAnswer: string }>;
  /** Media can flow over this link. */
  connected?: (link: PeerLink) => void;
};

/** Keeps a link open beside a socket's main one: if it is lost, or refused, another one is made soon. */
export class KeptLink {
  readonly #signaling: Signaling;
  readonly #parts: LinkParts;
  readonly #plan: KeptLinkPlan;
  readonly #retry: Retry;
  readonly #unsubscribe: () => void;
  #link: PeerLink | null = null;
  #closed = false;

  /** Opens the first one, as soon as the socket is connected. */
  constructor(signaling: Signaling, parts: LinkParts, plan: KeptLinkPlan) {
    this.#signaling = signaling;
    this.#parts = parts;
    this.#plan = plan;
    this.#retry = new Retry(parts.backoffMs);
    this.#unsubscribe = signaling.on('contribution:closed', ({ link }) => {
      if (link === plan.name) this.#lose(this.#link);
    });
    this.restart();
  }

  /** The link of the current attempt. */
  get link(): PeerLink | null {
    return this.#link;
  }

  /** Makes another link in place of the present one. */
  restart(): void {
    if (this.#closed) return;
    this.#retry.cancel();
    this.#link?.close();
    const connection = this.#parts.createPeerConnection();
    this.#plan.prepare(connection);
    const link: PeerLink = new PeerLink(
      this.#signaling,
      connection,
      {
        onConnected: () => {
          this.#retry.reset();
          this.#plan.connected?.(link);
        },
        onLost: () => this.#lose(link),
      },
      { name: this.#plan.name },
    );
    this.#link = link;
    link.negotiate((sdpOffer) => this.#plan.ask(this.#signaling, sdpOffer)).catch(() => this.#lose(link));
  }

  /** Closes it for good. May be called repeatedly. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#retry.cancel();
    this.#link?.close();
    this.#link = null;
  }

  #lose(link: PeerLink | null): void {
    if (this.#closed || link === null || this.#link !== link) return;
    link.close();
    this.#link = null;
    this.#retry.later(() => this.restart());
  }
}
