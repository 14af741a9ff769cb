import type { Logger } from '../logger.ts';

/**
 * Passes the media server's events on to a listener. After `mute()` nothing is passed on, and a listener that throws
 * does not break the connection's reader.
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

  /** Notifies the listener, unless it is muted. */
  notify(notify: (listener: Listener) => void): void {
    if (this.#muted) return;
    try {
      notify(this.#listener);
    } catch (error) {
      this.#logger.error({ err: error }, 'A listener for media server events threw an error');
    }
  }

  /** Notifies the listener one last time, and then mutes it. */
  notifyLast(notify: (listener: Listener) => void): void {
    this.notify(notify);
    this.mute();
  }

  mute(): void {
    this.#muted = true;
  }
}
