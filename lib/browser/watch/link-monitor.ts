import { isPageVisible } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { figuresBetween, type LinkFigures, type LinkSnapshot, readSnapshot } from '../rtc/link-figures.ts';
import type { StatsReport } from '../rtc/link-stats.ts';
import { assessStutter, type PresenterHealth, type Stutter } from './stutter.ts';

/** The state of a link; `figures` is `null` while there is no link. */
export type LinkHealth = { figures: LinkFigures | null; stutter: Stutter };

/** The parts of a monitor. */
export type LinkMonitorParts = {
  /** The browser's report on the link; `null` while there is no link. */
  report: () => Promise<StatsReport | null>;
  isPageVisible: () => boolean;
};

const lookEveryMs = 1_000;
/** This many samples show what is usual on a link. */
const keptLooks = 30;
const nothing: LinkHealth = { figures: null, stutter: 'none' };

/** Measures a link once a second, and assesses it. It can be opened and closed any number of times. */
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

  /** Starts measuring. Does nothing if it is already open. */
  open(): void {
    if (this.#timer !== undefined) return;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Stops measuring, and forgets the samples. May be called repeatedly. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#forget();
  }

  /** Sets the health of the presenter's upload, as the server reports it; used from the next sample on. */
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
    // A hidden page decodes nothing, so neither the samples taken there nor the first one afterwards can be assessed.
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
