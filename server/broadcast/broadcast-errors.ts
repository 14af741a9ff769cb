import type { Interruption } from '../../lib/broadcast-state.ts';
import { AppError } from '../../lib/errors.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { ClosedError } from '../closer.ts';

/**
 * The error to report to the opener of a link; a ClosedError means that the broadcast ended while the link was opening.
 */
export function openingError(error: unknown): unknown {
  if (!(error instanceof ClosedError)) return error;
  return new AppError('not-live', 'The broadcast ended before the connection was ready.', { cause: error });
}

/** The error for a channel on which there is nothing to watch. */
export function notLive(channel: string): AppError {
  return new AppError('not-live', `Nothing is on air on “${channel}” at the moment. It will start here automatically.`);
}

/** The error for a second request from a peer that already has a link. */
export function alreadyJoined(): AppError {
  return new AppError('already-joined', 'This page is already connected. Please close other tabs or reload.');
}

/**
 * The error for a request for a channel that already has a broadcast. If that broadcast is waiting for its presenter,
 * the message says until when.
 */
export function channelTaken({ channel, interruption }: BroadcastView): AppError {
  const held =
    interruption === null
      ? 'Please choose another channel, or end that broadcast first.'
      : `It is kept for its presenter until ${new Date(interruption.until).toISOString().slice(11, 19)} (UTC). Please choose another channel, or wait.`;
  return new AppError('channel-taken', `Somebody is already live on “${channel}”. ${held}`);
}

/** The error for a show whose announced start time is not acceptable. */
export function badStartTime(): AppError {
  return new AppError(
    'bad-start-time',
    'This starting time has passed, or is more than a year away. Please choose another.',
  );
}

/** The error for a request that arrives while the server is stopping. */
export function shuttingDown(): AppError {
  return new AppError('shutting-down', 'The server is about to restart. Please try again in a minute.');
}

/**
 * The error for a browser that may not resume a broadcast; `until` (milliseconds since the epoch) is the time until
 * which it is held.
 */
export function resumeRefused(until: number | null): AppError {
  const held = until === null ? '' : ` It is held for its presenter until ${new Date(until).toISOString()}.`;
  return new AppError('resume-refused', `This broadcast belongs to somebody else, or is a newer one.${held}`);
}

/** The error for a presenter whose broadcast was taken over from another device. */
export function takenOver(): AppError {
  return new AppError('taken-over', 'This broadcast is now presented from somewhere else.');
}

/** The error for a viewer whose browser has no codec in common with the presenter. */
export function noCommonCodec(): AppError {
  return new AppError(
    'no-common-codec',
    'This browser has no video or audio format in common with what is on air. Please try another browser.',
  );
}

/** The error for a media server that is unavailable. */
export function mediaServerAway(): AppError {
  return new AppError(
    'media-server-unavailable',
    'The media server is unavailable. It is being restarted; please wait.',
  );
}

/** The error for a presenter whose negotiated media never arrives. */
export function mediaNeverArrived(): AppError {
  const message = 'No picture or sound reached the server. Please check your network or firewall and try again.';
  return new AppError('media-never-arrived', message);
}

/** The error for a request that needs a link when there is none. */
export function notJoined(): AppError {
  return new AppError('not-joined', 'This request belongs to no open connection. Please reload the page.');
}

/** How many candidates one link may have. A machine with many addresses has some dozens. */
export const maxCandidates = 200;

/** The error for a link that was given more candidates than {@link maxCandidates}. */
export function tooManyCandidates(): AppError {
  return new AppError('too-many-requests', 'This connection has too many candidates. Please reload the page.');
}

/** The error for a viewer for whom there is no seat. */
export function streamFull(): AppError {
  return new AppError('stream-full', 'This stream is full. You are in line, and get in when somebody leaves.');
}

/** The error for a viewer for whom there is no place in the line either. */
export function lineFull(): AppError {
  return new AppError('stream-full', 'This stream is full, and so is the line. Please try again later.');
}

/** The error for a presenter on a server that has as many broadcasts as it may have. */
export function tooManyBroadcasts(): AppError {
  const message = 'This server has as many broadcasts as it may have. Please wait until one of them has ended.';
  return new AppError('too-many-broadcasts', message);
}

/** Whether another pipeline may open although one failed with `error`; a bug or a refusal would only happen again. */
export function isTransient(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'media-server-unavailable' || error.code === 'media-failed');
}

/** What interrupts a show whose presenter has lost the link because of `cause`, if that is known. */
export function interruptionBy(cause: AppError | null): Interruption {
  return cause?.code === 'media-server-unavailable' ? 'media-server' : 'presenter';
}
