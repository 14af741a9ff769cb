import type { MediaEngineOptions } from './media-types.ts';

/** The minimum time between two log lines for faults of one kind, in milliseconds: packets arrive by the thousand. */
const reportIntervalMs = 1000;

/** Counts faults of one kind and logs the latest one, at most once a second. */
export class FaultReporter {
  readonly #log: MediaEngineOptions['log'];
  readonly #message: string;
  #count = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** @param message the log line, which also contains the error and the number of faults so far */
  constructor(log: MediaEngineOptions['log'], message: string) {
    this.#log = log;
    this.#message = message;
  }

  /** Faults since the start. */
  get count(): number {
    return this.#count;
  }

  /** Reports a fault, with context that distinguishes it from others. */
  report(error: unknown, context: Record<string, unknown> = {}): void {
    this.#count += 1;
    const now = performance.now();
    if (now - this.#reportedAt < reportIntervalMs) return;
    this.#reportedAt = now;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log('error', this.#message, { ...context, faults: this.#count, error: text });
  }
}
