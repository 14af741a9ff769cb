import { AppError } from '../../lib/errors.ts';

/** The error for a text that is no key and no signed link of this server. */
export function wrongKey(): AppError {
  return new AppError(
    'wrong-key',
    'This is not a presenter key of this server. Please use the “Go live” link that the server printed when it started, or ask its owner for a key.',
  );
}

/** The error for a key or link that is right, but for other channels. */
export function wrongChannel(channel: string): AppError {
  return new AppError(
    'wrong-channel',
    `This key or link is not for the channel “${channel}”. Please choose a channel that it is for, or ask the owner of the server.`,
  );
}

/** The error for a request that only the owner key allows. */
export function ownerOnly(): AppError {
  return new AppError('owner-only', 'Only the owner key allows this. It is in the link that the server printed.');
}

/** The error for a signed link that was right once. */
export function linkExpired(): AppError {
  return new AppError('link-expired', 'This link has expired. Please ask for a new one where you got it.');
}

/** The error for a signed link that is not right; `fault` says why, for people who make such links. */
export function wrongLink(fault: string): AppError {
  return new AppError('wrong-link', `This link is not valid: ${fault} Please ask for a new one where you got it.`);
}

/** The error for a viewer of a channel with a passcode, who has not entered it. */
export function passcodeRequired(): AppError {
  return new AppError('passcode-required', 'This channel asks its viewers for a passcode. Please enter it.');
}

/** The error for a passcode that is not the channel's. */
export function wrongPasscode(): AppError {
  return new AppError('wrong-passcode', 'This is not the passcode of the channel. Please check it and try again.');
}

/** The error for a viewer without a signed link on a server where one is needed. */
export function invitationRequired(): AppError {
  return new AppError('invitation-required', 'Only invited viewers may watch here. Please open your personal link.');
}

/** The error for recordings that are not shown to everyone. */
export function presentersOnly(): AppError {
  return new AppError('presenters-only', 'Only presenters may see this. Please enter a presenter key.');
}
