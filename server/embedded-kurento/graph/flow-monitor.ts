import type { MediaEngineOptions } from '../media/media-types.ts';

/** How often packet counters are looked at. */
const lookEveryMs = 200;

/** What is looked at. */
export interface FlowWatched {
  /** Compares counters with the last look; `now` is monotonic, in milliseconds. */
  checkFlow(now: number): void;
}

/** One timer for all that must be looked at regularly; it runs only while there is something to look at. */
export class FlowMonitor {
  readonly #watched = new Set<FlowWatched>();
  readonly #log: MediaEngineOptions['log'];
  #timer: NodeJS.Timeout | undefined;

  constructor(log: MediaEngineOptions['log']) {
    this.#log = log;
  }

  watch(watched: FlowWatched): void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs);
  }

  unwatch(watched: FlowWatched): void {
    this.#watched.delete(watched);
    if (this.#watched.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = performance.now();
    for (const watched of this.#watched) {
      try {
        watched.checkFlow(now);
      } catch (error) {
        // A fault of one must not end the looking at all others.
        this.#log('error', 'A flow could not be looked at.', { error });
      }
    }
  }
}
