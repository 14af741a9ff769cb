import type { MediaKind } from '../../signaling.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { assessSender, healthForViewers, type SenderHealth, type SentPicture, unmeasured } from './sender-health.ts';
import { readSenderReport, type SenderReport, type SenderSample, sampleBetween } from './sender-report.ts';

/** What is known of the sending: how well it goes, and the samples of the last minute, oldest first. */
export type SenderState = { health: SenderHealth; samples: readonly SenderSample[] };

/** What a sender stats monitor is made of. */
export type SenderStatsMonitorParts = {
  /** The browser's report of the link; `null` while there is none. */
  read: () => Promise<RTCStatsReport | null>;
  /** The picture that the audience should see. */
  sentPicture: () => SentPicture;
  /** The kinds that the media server takes none of. */
  refusedKinds: () => ReadonlySet<MediaKind>;
  /**
   * How well it goes out, in the word that viewers are told, and how long pictures take to the media server, in
   * milliseconds; repeated as long as it lasts.
   */
  onHealth: (health: 'good' | 'poor', delayMs: number | null) => void;
};

const lookEveryMs = 1_000;
const keptSamples = 60;
/** Viewers are told of what lasts, not of every moment: so many looks in a row must agree. */
const looksToAgree = 3;

/** Measures once a second how well a presenter's sound and picture go out. */
export class SenderStatsMonitor {
  readonly #parts: SenderStatsMonitorParts;
  readonly #store = new Store<SenderState>({ health: unmeasured, samples: [] });
  readonly state: ReadableStore<SenderState> = this.#store;
  #timer: ReturnType<typeof setInterval> | undefined;
  #before: SenderReport | null = null;
  /** The samples of this link alone: what an earlier one suffered from says nothing of it. */
  #ofThisLink: SenderSample[] = [];
  #agreed: { health: 'good' | 'poor'; times: number } | null = null;

  constructor(parts: SenderStatsMonitorParts) {
    this.#parts = parts;
  }

  /** Measures while `on`. May be called repeatedly. */
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
