import { AppError } from '../../lib/errors.ts';
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

/** The error for a request that needs a link where there is none. */
export function notJoined(): AppError {
  return new AppError('not-joined', 'There is no connection that this belongs to. Please reload the page.');
}
