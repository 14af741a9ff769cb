/**
 * Every failure a person can meet, by name. The user interface turns each into a sentence and a remedy
 * (`components/use-error-text.ts`), and the compiler sees to it that none is missing there.
 */
export const errorCodes = [
  'bad-request',
  'wrong-key',
  'channel-taken',
  'not-live',
  'resume-refused',
  'taken-over',
  'already-joined',
  'not-joined',
  'bad-offer',
  'no-common-codec',
  'media-never-arrived',
  'media-server-unavailable',
  'media-failed',
  'recording-failed',
  'recording-not-found',
  'recording-in-use',
  'shutting-down',
  'test-busy',
  'connection-lost',
  'camera-blocked',
  'camera-missing',
  'camera-busy',
  'insecure-page',
  'unsupported-browser',
  'internal',
] as const;

/** A name out of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/** An error as it travels to a browser: no stack, no cause. */
export type ErrorBody = { code: ErrorCode; message: string };

/**
 * The one error of the application. Foreign errors (Kurento's, the browser's, the disk's) are translated into
 * it once, where they enter; whatever else is thrown is a bug and reaches people as `internal`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;

  /** `message` is one or two whole sentences that say what happened and what to do. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message };
  }
}

/** What a person is told of `error`: an {@link AppError}'s own words, and a neutral sentence for a bug. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof AppError) return error.toBody();
  return { code: 'internal', message: 'Something went wrong on the server. Please try again.' };
}
