import type { Logger } from '../../logger.ts';
import { StoreError } from './store-error.ts';

/** Logs that the store has a problem: once for each outage, and once more if the problem becomes another. */
export class OutageLog {
  readonly #logger: Logger;
  #reported: string | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A request failed. Errors of a single object are no outage. @returns whether it is an outage */
  report(error: unknown): boolean {
    if (!(error instanceof StoreError) || (error.fault !== 'refused' && error.fault !== 'unavailable')) return false;
    const { message, fault } = error;
    if (message === this.#reported) return true;
    this.#reported = message;
    const advice = 'Recordings stay on this disk until they are stored; this is tried again for ever';
    // What is refused will go on being refused until the operator does something.
    this.#logger[fault === 'refused' ? 'error' : 'warn']({ reason: message }, advice);
    return true;
  }

  /** A request succeeded. */
  recovered(): void {
    if (this.#reported === null) return;
    this.#reported = null;
    this.#logger.info('The store for recordings answers again');
  }
}
