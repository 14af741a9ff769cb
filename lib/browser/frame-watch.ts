import type { WakeReason } from './page-watch.ts';
import type { PeerLink, Received } from './peer-link.ts';
import { RepairDelay } from './repair-delay.ts';
import { StallDetector } from './stall-detector.ts';

/** What a watch over frames is made of. */
export type FrameWatchParts = {
  /** False in a tab that nobody sees: pictures are not decoded there. */
  isVisible: () => boolean;
  /** False while silence is to be expected, because the presenter is away. */
  isExpected: () => boolean;
  /**
   * The picture stands still on a link that calls itself connected. Called once a link, with what made us doubt it a
   * moment ago.
   */
  onStalled: (doubt: WakeReason | null) => void;
};

const lookEveryMs = 500;
const stallMs = 3_000;
/** The first picture is a large one, and a slow line takes its time over it. */
const firstMs = 5_000;
/** A line that loses much shows its pictures late; over a new link all would come later still. */
const lossyMs = 10_000;
/** Nothing at all, not even sound: no line that loses is silent for so long. */
const silentMs = 2_000;
/** After a sleep it is known that something may be broken, so there is less patience. */
const hurriedMs = 1_500;

/** A picture that stops within this time after the page came back to itself stopped because of that. */
const doubtMs = 5_000;

/** What is counted: pictures where they are shown, and otherwise whatever arrives. */
type Measure = 'frames' | 'bytes';

/** Watches that what a link brings is really seen, and gives it the time that repairs need. */
export class FrameWatch {
  readonly #parts: FrameWatchParts;
  readonly #detector = new StallDetector();
  /** Watches whether anything comes, be it sound or parts of pictures. */
  readonly #arrivals = new StallDetector();
  readonly #repairs = new RepairDelay();
  #delayMs: number | null = null;
  #link: PeerLink | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #measure: Measure = 'bytes';
  /** `null` while there is no hurry, and otherwise the count that it began with. */
  #hurry: 'begun' | number | null = null;

  #doubt: { reason: WakeReason | null; at: number } = { reason: null, at: 0 };

  constructor(parts: FrameWatchParts) {
    this.#parts = parts;
  }

  /** Watches `link` from now on. */
  follow(link: PeerLink): void {
    this.stop();
    this.#link = link;
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Something happened after which no picture need come any more. */
  doubt(reason: WakeReason): void {
    this.#doubt = { reason, at: Date.now() };
  }

  /** Asks for a sign of life at once: what was seen before counts no more. */
  hurry(): void {
    this.#detector.reset();
    this.#hurry = 'begun';
    this.#look();
  }

  /** Watches nothing. May be called repeatedly. */
  stop(): void {
    clearInterval(this.#timer);
    this.#link = null;
    this.#hurry = null;
    this.#detector.reset();
    this.#arrivals.reset();
    this.#repairs.reset();
    this.#delayMs = null;
  }

  #look(): void {
    const link = this.#link;
    if (link === null) return;
    if (!this.#parts.isExpected()) {
      this.#detector.reset();
      return;
    }
    link.received().then(
      (received) => {
        if (this.#link !== link) return;
        this.#allowRepairs(link, received);
        this.#judge(received);
      },
      () => undefined,
    );
  }

  #allowRepairs(link: PeerLink, received: Received): void {
    const delayMs = this.#repairs.update(received, Date.now());
    // Round trips vary a little all the time; a picture that is put off and on for that would not be smooth.
    const isNews = delayMs === null || this.#delayMs === null || Math.abs(delayMs - this.#delayMs) > 50;
    if (delayMs === this.#delayMs || !isNews) return;
    this.#delayMs = delayMs;
    link.holdBack(delayMs);
  }

  #judge({ bytes, videoBytes, framesDecoded }: Received): void {
    // A show without a camera has no pictures to count.
    const measure: Measure = this.#parts.isVisible() && videoBytes > 0 ? 'frames' : 'bytes';
    if (measure !== this.#measure) {
      this.#detector.reset();
      if (this.#hurry !== null) this.#hurry = 'begun';
    }
    this.#measure = measure;
    const count = measure === 'frames' ? framesDecoded : bytes;
    const now = Date.now();
    const isSilent = this.#arrivals.stillFor(bytes, now) >= silentMs;
    if (this.#detector.stillFor(count, now) >= this.#patienceMs(count, isSilent)) {
      this.stop();
      const { reason, at } = this.#doubt;
      this.#parts.onStalled(now - at < doubtMs ? reason : null);
      return;
    }
    // The count that a hurried look begins with tells nothing; the first that differs is the sign of life.
    if (this.#hurry === 'begun') this.#hurry = count;
    else if (count !== this.#hurry) this.#hurry = null;
  }

  #patienceMs(count: number, isSilent: boolean): number {
    if (this.#hurry !== null) return hurriedMs;
    if (this.#delayMs !== null && !isSilent) return lossyMs;
    return count === 0 ? firstMs : stallMs;
  }
}
