import { AppError } from '../../lib/errors.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { ClosedError } from '../closer.ts';

/** What to tell of `error` to the opener of a link that was still opening when its broadcast ended. */
export function openingError(error: unknown): unknown {
  if (!(error instanceof ClosedError)) return error;
  return new AppError('not-live', 'The broadcast ended before the connection was ready.', { cause: error });
}

/** The error for a channel on which there is nothing to watch. */
export function notLive(channel: string): AppError {
  return new AppError('not-live', `Nothing is on air on “${channel}” at the moment. It will start by itself here.`);
}

/** The error for a second request of somebody who already has a link. */
export function alreadyJoined(): AppError {
  return new AppError('already-joined', 'This page is already connected. Please close other tabs or reload.');
}

/** The error for who wants a channel that has a broadcast; of one that waits for its presenter it says how long. */
export function channelTaken({ channel, interruption }: BroadcastView): AppError {
  const held =
    interruption === null
      ? 'Please choose another channel, or end that broadcast first.'
      : `It is kept for its presenter until ${new Date(interruption.until).toISOString().slice(11, 19)} (UTC). Please choose another channel, or wait.`;
  return new AppError('channel-taken', `Somebody is already live on “${channel}”. ${held}`);
}

/** The error for a show that cannot begin when it is said to. */
export function badStartTime(): AppError {
  return new AppError(
    'bad-start-time',
    'This starting time has passed, or is more than a year away. Please choose another.',
  );
}

/** The error for who comes while the server stops. */
export function shuttingDown(): AppError {
  return new AppError('shutting-down', 'The server is about to restart. Please try again in a minute.');
}

/** The error for who may not take a broadcast up; `until` (milliseconds since the epoch) is how long it is held. */
export function resumeRefused(until: number | null): AppError {
  const held = until === null ? '' : ` It is held for its presenter until ${new Date(until).toISOString()}.`;
  return new AppError('resume-refused', `This broadcast belongs to somebody else, or is a newer one.${held}`);
}

/** The error for a presenter whose broadcast was taken up from elsewhere. */
export function takenOver(): AppError {
  return new AppError('taken-over', 'This broadcast is presented from another place now.');
}

/** The error for a viewer whose browser has no codec in common with the presenter. */
export function noCommonCodec(): AppError {
  return new AppError(
    'no-common-codec',
    'This browser has no video or audio format in common with what is on air. Please try another browser.',
  );
}

/** The error for a media server that is away. */
export function mediaServerAway(): AppError {
  return new AppError('media-server-unavailable', 'The media server is away. It is being started again; please wait.');
}

/** The error for a presenter of whom nothing arrives of what was negotiated. */
export function mediaNeverArrived(): AppError {
  const message = 'No picture or sound reached the server. Please check your network or firewall and try again.';
  return new AppError('media-never-arrived', message);
}

/** The error for a request that needs a link where there is none. */
export function notJoined(): AppError {
  return new AppError('not-joined', 'There is no connection that this belongs to. Please reload the page.');
}
