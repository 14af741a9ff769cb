import type { errorCodes } from './error-codes.ts';

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
