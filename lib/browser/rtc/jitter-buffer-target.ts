/** What a link says of its repairs, from time to time. */
export type Repairs = {
  /** How often lost packets of the picture were asked for again, since the link began. */
  nackCount: number;
  /** To the server and back, in milliseconds. */
  roundTripMs: number;
};

/** So many requests within half a second are no accident but a network that loses. */
const lossyNacks = 3;
/** How long a network is taken for lossy after it was. */
const holdMs = 20_000;
/** A packet may be lost so often, repetitions and requests for them included, before the picture stands still. */
const attempts = 5;
/** What a browser takes to ask again, besides the round trip. */
const askingMs = 25;
/** Caps the playout delay, so that the stream stays live. */
const maxJitterBufferMs = 600;

/**
 * The jitter buffer target (playout delay) of a viewer: how far behind its picture is to be held, so that what is lost
 * can be repeated in time. Browsers find out by themselves for one repetition, but not for those that are lost as well;
 * so on a lossy network there is time for several. Where nothing is lost nothing is held back.
 */
export class JitterBufferTarget {
  #nackCount = 0;
  #lossyUntil = 0;

  /**
   * To be called every half second.
   * @param now in milliseconds
   * @returns milliseconds; `null` leaves it to the browser
   */
  update({ nackCount, roundTripMs }: Repairs, now: number): number | null {
    if (nackCount - this.#nackCount >= lossyNacks) this.#lossyUntil = now + holdMs;
    this.#nackCount = nackCount;
    if (now >= this.#lossyUntil) return null;
    return Math.min(maxJitterBufferMs, Math.round(attempts * (roundTripMs + askingMs)));
  }

  /** Starts anew, for another link. */
  reset(): void {
    this.#nackCount = 0;
    this.#lossyUntil = 0;
  }
}
