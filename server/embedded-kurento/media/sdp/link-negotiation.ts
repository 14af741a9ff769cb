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
  /** Which codec of pictures comes first; null for what the peer is likeliest to send. */
  wantedVideo: string | null = null;
  /** The ceilings for what the peer may send; 0 means none. */
  readonly maxRecvKbps: Record<MediaKind, number> = { audio: 0, video: 0 };
  readonly #acceptsData: boolean;
  readonly #streams: LocalStreams;
  #own: { offer: OwnOffer; local: LocalTransport } | null = null;
  #plan: AnswerPlan | null = null;

  constructor(acceptsData: boolean, streams: LocalStreams) {
    this.#acceptsData = acceptsData;
    this.#streams = streams;
  }

  /** What both sides have agreed on; null before. */
  get plan(): AnswerPlan | null {
    return this.#plan;
  }

  /** How we introduced ourselves in an offer of ours; null when the offer was the peer's. */
  get ownTransport(): LocalTransport | null {
    return this.#own?.local ?? null;
  }

  /**
   * Takes the peer's offer; from here on there is a plan, unless everything is turned down.
   * @returns the plan, or the answer that turns everything down
   * @throws NegotiationError when the offer cannot be read or has nothing that can be answered, or is not the first
   */
  takeOffer(sdpOffer: string): { plan: AnswerPlan } | { refusal: string } {
    this.#requireFirst();
    const offer = orderLikeAnswer(readOffer(sdpOffer), this.wantedVideo);
    const refusal = rejectPlainRtp(offer);
    if (refusal !== null) return { refusal };
    // Set at once, so that a second offer in the same moment finds the place taken.
    const plan = planAnswer(offer, this.#acceptsData);
    this.#plan = plan;
    return { plan };
  }

  /** Writes the answer to the peer's offer, which has led to `plan`. */
  writeAnswer(plan: AnswerPlan, local: LocalTransport): string {
    return writeAnswer(plan, local, this.#streams, this.maxRecvKbps);
  }

  /**
   * Makes an offer of ours.
   * @param fingerprint of our certificate, by SHA-256
   * @throws NegotiationError when there was one before
   */
  makeOffer(request: OfferRequest, fingerprint: string): string {
    this.#requireFirst();
    const local = { ...makeIceCredentials(), fingerprint: `sha-256 ${fingerprint}` };
    const offer = planOffer({ ...request, data: request.data && this.#acceptsData }, this.wantedVideo);
    this.#own = { offer, local };
    return writeOffer(offer, local, this.#streams, this.maxRecvKbps);
  }

  /**
   * Takes the answer to our offer; from here on there is a plan.
   * @returns the plan, which codecs of ours the peer has taken for a kind, and how to write our description as it then stands
   * @throws NegotiationError when it cannot be read or takes nothing, or when nobody waits for it
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
