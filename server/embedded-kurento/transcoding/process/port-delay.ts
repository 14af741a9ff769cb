/** What a picture waits at least between its arrival and its place in the composite, and sound, in milliseconds. */
const marginMs = { video: 5, audio: 40 } as const;
/** No source is delayed by more than this; what is later is shown and heard as soon as it is there. */
const maxDelayMs = 600;
/** A capture time that is further ahead than this is not believed. */
const maxAheadMs = 2_000;
/** After this time, a delay that turned out to be too long is shortened. */
const windowMs = 10_000;
/** The first windows are shorter: what comes first is late, because decoders and connections only begin. */
const firstWindows = { count: 2, ms: 1_000 } as const;
const worthwhileMs = 60;

/**
 * How long after its capture the media of one port is shown and heard: sound and picture by the same delay, so that
 * they stay in sync, and as short as the slower one of them allows.
 */
export class PortDelay {
  #delayMs = 0;
  #neededMs = 0;
  #windowEndsMs = 0;
  #windows = 0;

  /** When media that arrives now is due, in milliseconds since 1970. */
  due(kind: 'audio' | 'video', capturedMs: number, nowMs: number): number {
    const lateMs = nowMs - capturedMs;
    const trusted = lateMs >= -maxAheadMs && lateMs + marginMs[kind] <= maxDelayMs ? capturedMs : nowMs;
    const neededMs = Math.max(0, nowMs - trusted) + marginMs[kind];
    this.#delayMs = Math.max(this.#delayMs, neededMs);
    this.#neededMs = Math.max(this.#neededMs, neededMs);
    if (nowMs >= this.#windowEndsMs) {
      if (this.#windowEndsMs > 0 && this.#delayMs - this.#neededMs > worthwhileMs) this.#delayMs = this.#neededMs;
      this.#neededMs = 0;
      this.#windowEndsMs = nowMs + (this.#windows < firstWindows.count ? firstWindows.ms : windowMs);
      this.#windows += 1;
    }
    return trusted + this.#delayMs;
  }
}
