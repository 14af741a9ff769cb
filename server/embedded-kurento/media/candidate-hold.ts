import type { LinkNetwork } from './media-types.ts';
import type { AnswerPlan } from './sdp-answer.ts';

/**
 * How long a peer has for its first check, in milliseconds. A peer that cannot reach us, and waits for our check, is
 * connected so much later.
 */
const headStartMs = 500;

/**
 * Whether the peer is to check first, because it may lose our first DTLS message when that comes before a check of the
 * peer's own was answered, as libdatachannel and Firefox do. The message is repeated only after a second
 * (https://www.rfc-editor.org/rfc/rfc6347#section-4.2.4.1). libwebrtc, which is in Chromium and Safari and alone writes
 * its offers so, keeps it. A lite peer never checks (https://www.rfc-editor.org/rfc/rfc8445#section-2.5), and behind a
 * NAT that has to be opened from our side its checks get through only after ours.
 */
export function mayCheckFirst({ offer, transport, setup }: AnswerPlan, network: LinkNetwork | null): boolean {
  const isLibwebrtc = offer.extmapAllowMixed && /^ WMS(?! \*)/.test(offer.msidSemantic);
  const opensNat = (network?.stunServer ?? null) !== null || (network?.turnServer ?? null) !== null;
  return setup === 'active' && !transport.iceLite && !isLibwebrtc && !opensNat;
}

/**
 * Holds a peer's candidates back, and with them our own connectivity checks, so that the peer is the first to know that
 * it is connected.
 *
 * Who begins the DTLS handshake does so as soon as one of its own checks is answered, whether or not the peer is as
 * far. The peer's checks need no candidates of its own: we learn its address from them, and check then
 * (https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.4). However long the way, a peer that begins when it has the
 * answer is ahead by the time that it was given. After that the candidates are handed on all the same, for peers whose
 * checks do not get through.
 */
export class CandidateHold {
  readonly #deliver: (candidate: string) => void;
  /** `null` when nothing is held back. */
  #held: string[] | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: (candidate: string) => void) {
    this.#deliver = deliver;
  }

  /** Holds back what comes from now on. */
  begin(): void {
    this.#held ??= [];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), headStartMs);
  }

  take(candidate: string): void {
    if (this.#held === null) this.#deliver(candidate);
    else this.#held.push(candidate);
  }

  /** Forgets what is held back. */
  close(): void {
    clearTimeout(this.#timer);
    this.#held = null;
  }

  #end(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const candidate of held) this.#deliver(candidate);
  }
}
