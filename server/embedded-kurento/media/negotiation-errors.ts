import { NegotiationError } from './media-types.ts';

/* The reasons for which a step of a negotiation is refused, with Kurento's codes. */

/** SDP_END_POINT_ALREADY_NEGOTIATED */
export function endpointClosed(): NegotiationError {
  return new NegotiationError(40208, 'Endpoint is closed');
}

/** SDP_END_POINT_ALREADY_NEGOTIATED */
export function alreadyNegotiated(): NegotiationError {
  return new NegotiationError(40208, 'Endpoint already negotiated');
}

/** SDP_END_POINT_NOT_OFFER_GENERATED */
export function offerMissing(): NegotiationError {
  return new NegotiationError(40209, 'Offer not generated. It is not possible to process an answer.');
}

/** SDP_END_POINT_ANSWER_ALREADY_PROCCESED, as Kurento spells it */
export function answerProcessed(): NegotiationError {
  return new NegotiationError(40210, 'Answer already processed');
}

/** ICE_ADD_CANDIDATE_ERROR */
export function candidateRefused(): NegotiationError {
  return new NegotiationError(40401, 'Error adding candidate');
}
