import type { AppError } from '../../../lib/errors.ts';
import type { LinkListener } from '../../broadcast/media-gateway.ts';
import { serverStops } from '../kurento-errors.ts';

/** How often a guest is asked to move before the link is ended. */
const mostRequests = 3;

/** Somebody with a link on a media server, from the request for it to its end. */
export class SiteGuest {
  readonly #waiting = new Set<() => void>();
  /** `null` while the link is opening: the opening reports a failure itself. */
  #listener: LinkListener | null = null;
  #requests = 0;
  #hasLeft = false;

  /** The link is open. */
  opened(listener: LinkListener): void {
    this.#listener = listener;
  }

  /** The link has failed. */
  fail(error: AppError): void {
    this.#listener?.failed(error);
  }

  /** The link is closing. */
  left(): void {
    this.#hasLeft = true;
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Asks the owner of the link to make another one, on another media server. A link that is still there after some
   * requests fails, so that its owner makes another one in the ordinary way.
   * @returns when the guest has left, at the latest after `timeoutMs` milliseconds
   */
  async askToMove(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const listener = this.#listener;
    if (listener === null || this.#hasLeft) return;
    this.#requests += 1;
    const gone = this.#leaving(timeoutMs, signal);
    if (listener.moveWanted === undefined || this.#requests > mostRequests) listener.failed(serverStops());
    else listener.moveWanted();
    await gone;
  }

  #leaving(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}
