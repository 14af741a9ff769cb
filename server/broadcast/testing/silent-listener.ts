import type { PresenterListener, ViewerListener } from '../broadcast-types.ts';
import type { GuestListener } from '../guests/guests.ts';

/** Receives everything, for tests that need only some of it. */
export const silentListener: PresenterListener & ViewerListener & GuestListener = {
  admitted() {},
  candidateFound() {},
  kindsUnplayable() {},
  moveWanted() {},
  ownerLeaves() {},
  closed() {},
  pictureSelected() {},
  tiersWanted() {},
  linkAdmitted() {},
  linkCandidateFound() {},
  contributionClosed() {},
  guestsChanged() {},
  guestEnded() {},
};
