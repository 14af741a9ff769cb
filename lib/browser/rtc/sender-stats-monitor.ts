import type { MediaKind } from '../../signaling.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { assessSender, healthForViewers, type SenderHealth, type SentPicture, unmeasured } from './sender-health.ts';
import { readSenderReport, type SenderReport, type SenderSample, sampleBetween } from './sender-report.ts';

/** The state of the upload: its health, and the samples of the last minute, oldest first. */
export type SenderState = { health: SenderHealth; samples: readonly SenderSample[] };

/** The parts of a sender stats monitor. */
export type SenderStatsMonitorParts = {
  /** The browser's report on the link; `null` while there is none. */
  read: () => Promise<RTCStatsReport | null>;
  /** The picture that the audience should see. */
  sentPicture: () => SentPicture;
  /** The kinds of media that the media server does not accept. */
  refusedKinds: () => ReadonlySet<MediaKind>;
  /**
   * Reports the health as viewers see it, and how long pictures take to reach the media server, in milliseconds. Called
   * repeatedly as long as the state lasts.
   */
  onHealth: (health: 'good' | 'poor', delayMs: number | null) => void;
};

const lookEveryMs = 1_000;
const keptSamples = 60;
/** Viewers are informed of lasting states only: this many samples in a row must agree. */
const looksToAgree = 3;

/** Measures once a second how well a presenter's sound and picture are sent. */
export class SenderStatsMonitor {
  readonly #parts: SenderStatsMonitorParts;
  readonly #store = new Store<SenderState>({ health: unmeasured, samples: [] });
  readonly state: ReadableStore<SenderState> = this.#store;
  #timer: ReturnType<typeof setInterval> | undefined;
  #before: SenderReport | null = null;
  /** The samples of this link alone: the problems of an earlier link say nothing about this one. */
  #ofThisLink: SenderSample[] = [];
  #agreed: { health: 'good' | 'poor'; times: number } | null = null;

  constructor(parts: SenderStatsMonitorParts) {
    this.#parts = parts;
  }

  /** Starts measuring if `on`, and stops otherwise. May be called repeatedly. */
  keep(on: boolean): void {
    if (on === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.#look(), lookEveryMs) : undefined;
    this.#forgetLink();
    this.#store.set({ health: unmeasured, samples: [] });
  }

  #look(): void {
    const timer = this.#timer;
    const take = (report: RTCStatsReport | null) => {
      if (timer === this.#timer) this.#take(report);
    };
    this.#parts.read().then(take, () => take(null));
  }

  #take(report: RTCStatsReport | null): void {
    const now = report === null ? null : readSenderReport(report, performance.now());
    const sample = now === null || this.#before === null ? null : sampleBetween(this.#before, now);
    if (now === null || (sample === null && this.#before !== null)) this.#forgetLink();
    this.#before = now;
    const { samples } = this.#store.get();
    const picture = this.#parts.sentPicture();
    const refused = this.#parts.refusedKinds();
    if (sample === null) {
      this.#store.set({ samples, health: assessSender([], picture, refused) });
      return;
    }
    const seen = picture !== null ? sample : { ...sample, height: null, sourceHeight: null, frameShare: null };
    this.#ofThisLink = [...this.#ofThisLink, seen].slice(-keptSamples);
    const health = assessSender(this.#ofThisLink, picture, refused);
    this.#store.set({ health, samples: [...samples, seen].slice(-keptSamples) });
    this.#agree(healthForViewers(health), health.delayMs);
  }

  #agree(health: 'good' | 'poor' | null, delayMs: number | null): void {
    if (health === null) return;
    const times = this.#agreed?.health === health ? this.#agreed.times + 1 : 1;
    this.#agreed = { health, times };
    if (times >= looksToAgree) this.#parts.onHealth(health, delayMs);
  }

  #forgetLink(): void {
    this.#before = null;
    this.#ofThisLink = [];
    this.#agreed = null;
  }
}
