import type { MediaKind } from '../../signaling.ts';
import type { WakeReason } from '../page/page-lifecycle.ts';
import { Store } from '../page/store.ts';
import { JitterBufferTarget } from '../rtc/jitter-buffer-target.ts';
import type { PeerLink, Received } from '../rtc/peer-link.ts';

/**
 * The picture on the current link, as the viewer sees it: not there yet, moving, still because no frames arrive, or
 * unplayable because browser and presenter have no video codec in common.
 */
export type SeenPicture = 'awaited' | 'moving' | 'still' | 'unplayable';

/** The media that should be arriving; see {@link StallMonitorParts}. */
export type ExpectedMedia = 'nothing' | 'sound' | 'picture';

/** The parts of a stall monitor. */
export type StallMonitorParts = {
  /** False in a hidden tab: frames are not decoded there. */
  isVisible: () => boolean;
  /**
   * `nothing` while the presenter is away. `picture` means that the media server receives frames, so if none arrive
   * here, this link is at fault.
   */
  expected: () => ExpectedMedia;
  /**
   * The link is connected but useless: nothing arrives, or the received video cannot be decoded. Called once per link,
   * with the recent event that made the link doubtful.
   */
  onStalled: (doubt: WakeReason | null) => void;
};

const lookEveryMs = 500;
const stallMs = 3_000;
/** The first frame is a large one, and takes time on a slow network. */
const firstMs = 5_000;
/** On a very lossy network pictures are late; with a new link they would be later still. */
const lossyMs = 10_000;
/** Nothing arrives at all, not even sound: a merely lossy network is never silent for this long. */
const silentMs = 2_000;
/** Without any video for this long, there is nothing to decode. */
const pausedMs = 1_000;
/** Without any video for this long, the picture counts as still. */
const stillMs = 2_500;
/** If the server receives video but none arrives here for this long, one new link is tried. */
const missingMs = 8_000;
/** After a sleep, something is likely to be broken, so the timeout is shorter. */
const hurriedMs = 1_500;

/** If a picture stops within this time after the page woke up, the wake-up is the reason. */
const doubtMs = 5_000;

/**
 * Stall detection: notices when a link is connected but its picture freezes, and asks for a new link. It also controls
 * the jitter buffer of the link, since a picture that waits for retransmissions must not count as frozen.
 */
export class StallMonitor {
  /** The picture's state; sound may go on while the picture is still. */
  readonly picture = new Store<SeenPicture>('awaited');
  readonly #parts: StallMonitorParts;
  /** These follow all received bytes, received video bytes, and decoded frames. */
  readonly #arrivals = new StallDetector();
  readonly #pictureArrivals = new StallDetector();
  readonly #frames = new StallDetector();
  /** Counts decoded frames while there is something to decode. */
  readonly #decoded = new StallDetector();
  readonly #jitterBufferTarget = new JitterBufferTarget();
  #delayMs: number | null = null;
  #link: PeerLink | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The frames, or in a hidden page the video bytes, counted in the last sample. */
  #last: { seen: number; isVisible: boolean } | null = null;
  /** True after a new link was made for missing video, until video arrives again. */
  #hasTriedForPicture = false;
  /** True once the server has reported that there is no common video codec. */
  #isUnplayable = false;
  /** `null` unless the short timeout applies; otherwise the count with which that began. */
  #hurry: 'begun' | number | null = null;

  #doubt: { reason: WakeReason | null; at: number } = { reason: null, at: 0 };

  constructor(parts: StallMonitorParts) {
    this.#parts = parts;
  }

  /** Monitors `link` from now on. */
  follow(link: PeerLink): void {
    this.#halt();
    this.picture.set(this.#isUnplayable ? 'unplayable' : 'awaited');
    this.#link = link;
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** An event happened after which the picture may no longer arrive. */
  doubt(reason: WakeReason): void {
    this.#doubt = { reason, at: Date.now() };
  }

  /** The server does not send these kinds over the current link, because there is no common codec. */
  expectNo(kinds: readonly MediaKind[]): void {
    if (!kinds.includes('video')) return;
    this.#isUnplayable = true;
    this.picture.set('unplayable');
  }

  /** Applies the short timeout from now on until media arrives: earlier observations no longer count. */
  hurry(): void {
    this.#resetDetectors();
    this.#hurry = 'begun';
    this.#look();
  }

  /** Stops monitoring. May be called repeatedly. */
  stop(): void {
    this.#halt();
    this.#isUnplayable = false;
  }

  #halt(): void {
    clearInterval(this.#timer);
    this.#link = null;
    this.#hurry = null;
    this.#resetDetectors();
    this.#jitterBufferTarget.reset();
    this.#delayMs = null;
    this.#last = null;
  }

  #resetDetectors(): void {
    this.#arrivals.reset();
    this.#pictureArrivals.reset();
    this.#frames.reset();
    this.#decoded.reset();
  }

  #look(): void {
    const link = this.#link;
    if (link === null) return;
    if (this.#parts.expected() === 'nothing') {
      this.#resetDetectors();
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
    const delayMs = this.#jitterBufferTarget.update(received, Date.now());
    // Round trips vary slightly all the time; a picture whose delay followed each change would not be smooth.
    const isNews = delayMs === null || this.#delayMs === null || Math.abs(delayMs - this.#delayMs) >= 20;
    if (delayMs === this.#delayMs || !isNews) return;
    this.#delayMs = delayMs;
    link.setJitterBufferTarget(delayMs);
  }

  #judge({ bytes, videoBytes, framesDecoded }: Received): void {
    const now = Date.now();
    const isVisible = this.#parts.isVisible();
    const silentForMs = this.#arrivals.stillFor(bytes, now);
    const noPartsForMs = this.#pictureArrivals.stillFor(videoBytes, now);
    // A hidden page decodes no frames, so received bytes are counted there.
    const seen = isVisible ? framesDecoded : videoBytes;
    const notSeenForMs = this.#frames.stillFor(seen, now);
    const stillForMs = Math.min(noPartsForMs, notSeenForMs);
    this.#note({ seen, isVisible }, stillForMs);

    // The first count after hurry() means nothing; the first one that differs from it is the sign of life.
    const sign = videoBytes > 0 ? seen : bytes;
    const isDead = silentForMs >= this.#timeoutMs(bytes, silentForMs);
    // Video that arrives again after a pause gets the same time to be decoded as any other.
    if (!isVisible || noPartsForMs >= pausedMs) this.#decoded.reset();
    const isUndecodable = this.#decoded.stillFor(framesDecoded, now) >= this.#timeoutMs(framesDecoded, silentForMs);
    if (isDead || isUndecodable || this.#mayFindPicture(stillForMs)) {
      this.stop();
      const { reason, at } = this.#doubt;
      this.#parts.onStalled(now - at < doubtMs ? reason : null);
      return;
    }
    if (this.#hurry === 'begun') this.#hurry = sign;
    else if (sign !== this.#hurry) this.#hurry = null;
  }

  /** Updates {@link picture}. */
  #note(look: { seen: number; isVisible: boolean }, stillForMs: number): void {
    const last = this.#last;
    const isNew = last !== null && last.isVisible === look.isVisible && look.seen > last.seen;
    this.#last = look;
    if (isNew) {
      this.#hasTriedForPicture = false;
      this.#isUnplayable = false;
    }
    if (isNew) this.picture.set('moving');
    else if (stillForMs >= stillMs) this.picture.set(this.#isUnplayable ? 'unplayable' : 'still');
  }

  #mayFindPicture(stillForMs: number): boolean {
    if (stillForMs < missingMs || this.#isUnplayable || this.#hasTriedForPicture) return false;
    this.#hasTriedForPicture = this.#parts.expected() === 'picture';
    return this.#hasTriedForPicture;
  }

  #timeoutMs(count: number, silentForMs: number): number {
    if (this.#hurry !== null) return hurriedMs;
    if (this.#delayMs !== null && silentForMs < silentMs) return lossyMs;
    return count === 0 ? firstMs : stallMs;
  }
}

/** If two samples are further apart than this, in milliseconds, the monitor itself was asleep and saw nothing. */
const blindMs = 2_500;

/**
 * Stall detection on one counter: notices that a link which is reported as connected delivers nothing. There is no
 * event for frozen video, so the detector is regularly given a count that grows while all is well.
 */
export class StallDetector {
  #count = -1;
  #movedAt = 0;
  #lookedAt = 0;

  /** How long the count has not changed while it was monitored, in milliseconds; `now` is in milliseconds too. */
  stillFor(count: number, now: number): number {
    // After the clock was set back, the earlier samples do not count either.
    if (count !== this.#count || Math.abs(now - this.#lookedAt) > blindMs) this.#movedAt = now;
    this.#count = count;
    this.#lookedAt = now;
    return now - this.#movedAt;
  }

  /** Starts again: for a new link, or while silence is expected. */
  reset(): void {
    this.#count = -1;
  }
}
