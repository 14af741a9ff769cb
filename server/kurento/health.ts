import type { AppError } from '../../lib/errors.ts';
import type { Closable } from '../closer.ts';
import { mediaInterrupted, mediaNeverArrived } from './kurento-errors.ts';

// A connection that recovers within this time does not count as lost.
const recoveryMs = 5_000;

/**
 * Decides when a link, a recorder or a pipeline has failed for good, and reports it once: to the opener while it is
 * being opened, to `failed` later. Kurento does not support ICE restart, so a connection that is lost for good stays
 * lost.
 */
export class Health implements Closable {
  readonly #failed: (error: AppError) => void;
  #failure: AppError | undefined;
  #opened = false;
  /** Whether the connection was ever established: then a firewall is not the reason for its end. */
  #reached: 'never' | 'once' = 'never';
  #closed = false;
  #recoveryTimer: NodeJS.Timeout | undefined;

  constructor(failed: (error: AppError) => void) {
    this.#failed = failed;
  }

  /** The reason for the failure, if it failed. */
  get failure(): AppError | undefined {
    return this.#failure;
  }

  /**
   * Call this when the opening is done.
   * @throws AppError if it failed meanwhile
   */
  opened(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#opened = true;
  }

  /** Reports a failure; only the first one counts. */
  fail(error: AppError): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#recoveryTimer);
    if (this.#opened) this.#failed(error);
  }

  /** The connection was lost, perhaps only for a moment. */
  disconnected(): void {
    clearTimeout(this.#recoveryTimer);
    if (this.#closed || this.#failure !== undefined) return;
    this.#recoveryTimer = setTimeout(() => this.unreachable(), recoveryMs);
  }

  /** The connection is gone for good, or was never established. */
  unreachable(): void {
    this.fail(this.#reached === 'once' ? mediaInterrupted() : mediaNeverArrived());
  }

  /** The connection is established. */
  connected(): void {
    this.#reached = 'once';
    clearTimeout(this.#recoveryTimer);
  }

  /** Ends the monitoring; nothing is reported from now on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#recoveryTimer);
  }
}
