import type { AppError } from '../../lib/errors.ts';
import type { Closable } from '../closer.ts';
import { mediaInterrupted, mediaNeverArrived } from './kurento-errors.ts';

// A connection that is back within this time was never gone.
const recoveryMs = 5_000;

/**
 * Decides when a link, a recorder or a pipeline is beyond repair, and says so once: to whoever opens it while it is
 * opened, to `failed` later. Kurento knows no ICE restart, so what was lost for good stays lost.
 */
export class Health implements Closable {
  readonly #failed: (error: AppError) => void;
  #failure: AppError | undefined;
  #opened = false;
  /** Whether the connection ever stood: then a firewall is not to blame for its end. */
  #reached: 'never' | 'once' = 'never';
  #closed = false;
  #recoveryTimer: NodeJS.Timeout | undefined;

  constructor(failed: (error: AppError) => void) {
    this.#failed = failed;
  }

  /** Why it broke, if it did. */
  get failure(): AppError | undefined {
    return this.#failure;
  }

  /**
   * To be called when the opening is done.
   * @throws AppError if it broke meanwhile
   */
  opened(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#opened = true;
  }

  /** It broke; only the first time counts. */
  fail(error: AppError): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#recoveryTimer);
    if (this.#opened) this.#failed(error);
  }

  /** The connection went away, which it may do for a moment. */
  disconnected(): void {
    clearTimeout(this.#recoveryTimer);
    if (this.#closed || this.#failure !== undefined) return;
    this.#recoveryTimer = setTimeout(() => this.unreachable(), recoveryMs);
  }

  /** The connection is gone for good, or never came about. */
  unreachable(): void {
    this.fail(this.#reached === 'once' ? mediaInterrupted() : mediaNeverArrived());
  }

  /** The connection stands. */
  connected(): void {
    this.#reached = 'once';
    clearTimeout(this.#recoveryTimer);
  }

  /** Ends the monitoring; nothing is told any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#recoveryTimer);
  }
}
