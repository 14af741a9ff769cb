import { AppError } from '../../../lib/errors.ts';
import { maxGuests } from '../../../lib/guests.ts';

/** The error for an invitation that somebody has used. */
export function invitationUsed(): AppError {
  return new AppError('invitation-used', 'This invitation has been used. Please ask the presenter for another one.');
}

/** The error for an invitation or a pass that is not, or no longer, valid. */
export function invitationExpired(): AppError {
  const message = 'This invitation is not valid any more. Please ask the presenter for another one.';
  return new AppError('invitation-expired', message);
}

/** The error when there are as many guests and invitations as there may be. */
export function guestsFull(): AppError {
  const message = `A show has up to ${maxGuests.inAll} guests. Please wait until one has left, or withdraw an invitation.`;
  return new AppError('guests-full', message);
}

/** The error when as many guests are on air as may be. */
export function airFull(): AppError {
  const message = `Up to ${maxGuests.onAir} guests can be on air. Please take one down first.`;
  return new AppError('guests-full', message);
}

/** The error for a guest whom the presenter has sent away. */
export function guestRemoved(): AppError {
  return new AppError('guest-removed', 'The presenter has ended your part in this show.');
}

/** The error for a guest who was away for too long. */
export function guestTooLate(): AppError {
  return new AppError(
    'invitation-expired',
    'You were away for too long. Please ask the presenter for another invitation.',
  );
}

/** The error for the former page of a guest who has come again in another one. */
export function guestElsewhere(): AppError {
  return new AppError('guest-elsewhere', 'You take part from another window or device now.');
}

/** The error for a request about somebody who is not there. */
export function noSuchGuest(): AppError {
  return new AppError('bad-request', 'This guest is not there any more.');
}

/** The error for the links that a presenter had before presenting again. */
export function presentedAgain(): AppError {
  return new AppError('media-interrupted', 'The show was interrupted. This connection has to be made again.');
}
