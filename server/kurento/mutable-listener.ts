import type { Logger } from '../logger.ts';

/**
 * Stands between the media server's events and a listener: after `mute()` nothing is told any more, and a
 * listener that throws does not take the connection's reader down with it.
 */
export class MutableListener<Listener> {
  readonly #listener: Listener;
  readonly #logger: Logger;
  #muted = false;

  constructor(listener: Listener, logger: Logger) {
    this.#listener = listener;
    this.#logger = logger;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Lets the listener be told, unless it is silenced. */
  notify(notify: (listener: Listener) => void): void {
    if (this.#muted) return;
    try {
      notify(this.#listener);
    } catch (error) {
      this.#logger.error({ err: error }, 'A listener to the media server threw');
    }
  }

  /** Lets the listener be told once more, and then no more. */
  notifyLast(notify: (listener: Listener) => void): void {
    this.notify(notify);
    this.mute();
  }

  mute(): void {
    this.#muted = true;
  }
}
