import type { errorCodes } from './error-codes.ts';

/** A code from {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/** An error as it is sent to a browser: no stack, no cause. */
export type ErrorBody = { code: ErrorCode; message: string };

/**
 * The application's only error class. Foreign errors (Kurento's, the browser's, the disk's) are translated into it
 * once, where they enter. Anything else that is thrown is a bug, and is reported to people as `internal`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;

  /** @param message one or two whole sentences that say what happened and what to do */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message };
  }
}

/** The error to report to a person: an {@link AppError}'s own message, and a neutral sentence for a bug. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof AppError) return error.toBody();
  return { code: 'internal', message: 'Something went wrong on the server. Please try again.' };
}
