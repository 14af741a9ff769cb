import type { Logger } from '../logger.ts';

/**
 * Stands between the media server's events and a listener: after `silence()` nothing is told any more, and a
 * listener that throws does not take the connection's reader down with it.
 */
export class Quietable<Listener> {
  readonly #listener: Listener;
  readonly #logger: Logger;
  #silent = false;

  constructor(listener: Listener, logger: Logger) {
    this.#listener = listener;
    this.#logger = logger;
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** Lets the listener be told, unless it is silenced. */
  tell(tell: (listener: Listener) => void): void {
    if (this.#silent) return;
    try {
      tell(this.#listener);
    } catch (error) {
      this.#logger.error({ err: error }, 'A listener to the media server threw.');
    }
  }

  /** Lets the listener be told once more, and then no more. */
  tellLast(tell: (listener: Listener) => void): void {
    this.tell(tell);
    this.silence();
  }

  silence(): void {
    this.#silent = true;
  }
}
