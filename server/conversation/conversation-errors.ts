import { AppError } from '../../lib/errors.ts';

/** The presenter has closed the conversation, or the owner of the server has. */
export function chatOff(): AppError {
  return new AppError('chat-off', 'The conversation is closed.');
}

/** The participant was muted. */
export function chatMuted(): AppError {
  return new AppError('chat-muted', 'You cannot write in this conversation until the broadcast has ended.');
}

/** The participant wrote a moment ago, and has to wait for `waitMs` milliseconds. */
export function chatSlow(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new AppError('chat-slow', `Slow mode is on. Please try again in ${seconds} s.`);
}

/** There is no room for another change. */
export function chatFull(): AppError {
  return new AppError('chat-full', 'This conversation is full. No more can be written until the next broadcast.');
}

/** A change could not be stored. */
export function chatUnavailable(cause: unknown): AppError {
  return new AppError('chat-unavailable', 'The conversation could not be stored. Please try again.', { cause });
}

/** Somebody tried to moderate who is not allowed to. */
export function moderatorsOnly(): AppError {
  return new AppError('moderators-only', 'Only the presenter and moderators can do this.');
}

/** What a request is about is not there, or no longer. `what` begins the sentence, such as `This poll`. */
export function notThere(what: string): AppError {
  return new AppError('bad-request', `${what} is not in this conversation, or no longer.`);
}

/** Somebody votes for what they asked themselves. */
export function notYourOwn(): AppError {
  return new AppError('bad-request', 'You cannot vote for your own question.');
}

/** Somebody votes for a question that does not wait for its answer any more. */
export function votesAreOver(): AppError {
  return new AppError('bad-request', 'This question is being answered or was answered. Please vote for an open one.');
}

/** Somebody wants to pin one more message than can be pinned. */
export function tooManyPinned(most: number): AppError {
  return new AppError('bad-request', `At most ${most} messages can be pinned. Please unpin another one first.`);
}
