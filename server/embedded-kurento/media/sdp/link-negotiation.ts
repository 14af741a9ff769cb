import type { MediaKind, OfferRequest } from '../media-types.ts';
import { alreadyNegotiated, answerProcessed, offerMissing } from '../negotiation-errors.ts';
import type { NegotiatedCodec } from './codec-negotiation.ts';
import { type AnswerPlan, type LocalStreams, planAnswer, rejectPlainRtp, writeAnswer } from './sdp-answer.ts';
import type { LocalTransport } from './sdp-lines.ts';
import { orderLikeAnswer, readOffer } from './sdp-offer.ts';
import {
  agreedOffer,
  answeredCodecs,
  makeIceCredentials,
  type OwnOffer,
  planAfterAnswer,
  planOffer,
  writeOffer,
} from './sdp-own-offer.ts';

/** The SDP offer and answer of a link and its peer. A link negotiates once. */
export class LinkNegotiation {
  /** The video codec that comes first; null for the one that the peer is likeliest to send. */
  wantedVideo: string | null = null;
  /** The limits for what the peer may send; 0 means no limit. */
  readonly maxRecvKbps: Record<MediaKind, number> = { audio: 0, video: 0 };
  readonly #acceptsData: boolean;
  readonly #streams: LocalStreams;
  #own: { offer: OwnOffer; local: LocalTransport } | null = null;
  #plan: AnswerPlan | null = null;

  constructor(acceptsData: boolean, streams: LocalStreams) {
    this.#acceptsData = acceptsData;
    this.#streams = streams;
  }

  /** The plan that both sides have agreed on; null before the negotiation. */
  get plan(): AnswerPlan | null {
    return this.#plan;
  }

  /** The transport parameters of our own offer; null when the offer was the peer's. */
  get ownTransport(): LocalTransport | null {
    return this.#own?.local ?? null;
  }

  /**
   * Takes the peer's offer; from now on there is a plan, unless everything is rejected.
   * @returns the plan, or the answer that rejects everything
   * @throws NegotiationError when the offer cannot be parsed, has nothing that can be answered, or is not the first
   */
  takeOffer(sdpOffer: string): { plan: AnswerPlan } | { refusal: string } {
    this.#requireFirst();
    const offer = orderLikeAnswer(readOffer(sdpOffer), this.wantedVideo);
    const refusal = rejectPlainRtp(offer);
    if (refusal !== null) return { refusal };
    // Set immediately, so that a second offer at the same moment is refused.
    const plan = planAnswer(offer, this.#acceptsData);
    this.#plan = plan;
    return { plan };
  }

  /** Writes the answer to the peer's offer, from which `plan` was made. */
  writeAnswer(plan: AnswerPlan, local: LocalTransport): string {
    return writeAnswer(plan, local, this.#streams, this.maxRecvKbps);
  }

  /**
   * Makes our own offer.
   * @param fingerprint the SHA-256 fingerprint of our certificate
   * @throws NegotiationError when there was an offer before
   */
  makeOffer(request: OfferRequest, fingerprint: string): string {
    this.#requireFirst();
    const local = { ...makeIceCredentials(), fingerprint: `sha-256 ${fingerprint}` };
    const offer = planOffer({ ...request, data: request.data && this.#acceptsData }, this.wantedVideo);
    this.#own = { offer, local };
    return writeOffer(offer, local, this.#streams, this.maxRecvKbps);
  }

  /**
   * Takes the answer to our offer; from now on there is a plan.
   * @returns the plan, and functions for our codecs that the peer has accepted for a kind, and for our new description
   * @throws NegotiationError when the answer cannot be parsed or accepts nothing, or when none is expected
   */
  takeAnswer(sdpAnswer: string): {
    plan: AnswerPlan;
    codecsOf: (kind: MediaKind, answered: readonly NegotiatedCodec[]) => NegotiatedCodec[];
    describe: () => string;
  } {
    const own = this.#own;
    if (own === null) throw offerMissing();
    if (this.#plan !== null) throw answerProcessed();
    const plan = planAfterAnswer(own.offer, readOffer(sdpAnswer, 'answer'));
    this.#plan = plan;
    return {
      plan,
      codecsOf: (kind, answered) => answeredCodecs(own.offer, kind, answered),
      describe: () => writeOffer(agreedOffer(own.offer, plan), own.local, this.#streams, this.maxRecvKbps),
    };
  }

  #requireFirst(): void {
    if (this.#plan !== null || this.#own !== null) throw alreadyNegotiated();
  }
}
