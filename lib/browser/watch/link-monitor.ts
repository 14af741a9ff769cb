import { isPageVisible } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { figuresBetween, type LinkFigures, type LinkSnapshot, readSnapshot } from '../rtc/link-figures.ts';
import type { StatsReport } from '../rtc/link-stats.ts';
import { assessStutter, type PresenterHealth, type Stutter } from './stutter.ts';

/** What is known of a link; `figures` is `null` while there is none. */
export type LinkHealth = { figures: LinkFigures | null; stutter: Stutter };

/** What a monitor is made of. */
export type LinkMonitorParts = {
  /** What the browser measures; `null` while there is no link. */
  report: () => Promise<StatsReport | null>;
  isPageVisible: () => boolean;
};

const lookEveryMs = 1_000;
/** So many looks tell what is usual on a link. */
const keptLooks = 30;
const nothing: LinkHealth = { figures: null, stutter: 'none' };

/** Looks at a link once a second, and says how it does. It can be opened and closed any number of times. */
export class LinkMonitor {
  readonly #parts: LinkMonitorParts;
  readonly #store = new Store<LinkHealth>(nothing);
  readonly state: ReadableStore<LinkHealth> = this.#store;
  #presenterHealth: PresenterHealth = 'unknown';
  #timer: ReturnType<typeof setInterval> | undefined;
  #last: LinkSnapshot | null = null;
  #looks: LinkFigures[] = [];

  constructor(report: LinkMonitorParts['report'], parts: Omit<LinkMonitorParts, 'report'> = { isPageVisible }) {
    this.#parts = { ...parts, report };
  }

  /** Begins to look. Does nothing when it does already. */
  open(): void {
    if (this.#timer !== undefined) return;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Stops looking, and forgets what it saw. May be called repeatedly. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#forget();
  }

  /** What the server says of the presenter's upload; from the next look on it counts. */
  setPresenterHealth(presenterHealth: PresenterHealth): void {
    this.#presenterHealth = presenterHealth;
  }

  #look(): void {
    this.#parts.report().then(
      (report) => {
        if (this.#timer !== undefined) this.#judge(report === null ? null : readSnapshot(report));
      },
      () => undefined,
    );
  }

  #judge(snapshot: LinkSnapshot | null): void {
    if (snapshot === null) {
      this.#forget();
      return;
    }
    const isNewLink = this.#last !== null && snapshot.bytes < this.#last.bytes;
    const figures = figuresBetween(this.#last, snapshot);
    // Nothing is decoded where nobody looks, so nothing can be said of it, nor of the first look afterwards.
    const visible = this.#parts.isPageVisible();
    this.#last = visible ? snapshot : null;
    this.#looks = isNewLink || !visible ? [] : [...this.#looks, figures].slice(-keptLooks);
    this.#store.set({ figures, stutter: assessStutter(this.#looks, this.#presenterHealth) });
  }

  #forget(): void {
    this.#last = null;
    this.#looks = [];
    this.#store.set(nothing);
  }
}
