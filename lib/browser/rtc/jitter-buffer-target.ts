/** The figures of a link's retransmissions, sampled periodically. */
export type Repairs = {
  /** The number of retransmission requests (NACK) for the picture since the link began. */
  nackCount: number;
  /** The round trip to the server and back, in milliseconds. */
  roundTripMs: number;
  /** The frames that arrive in a second, or 0 if the browser does not say. */
  framesPerSecond: number;
};

/** This many requests within half a second are no accident: the network is lossy. */
const lossyNacks = 3;
/** How long a network is still considered lossy after a loss, in milliseconds. */
const holdMs = 20_000;
/**
 * A packet may be lost this many times, including its retransmissions and the requests for them, before a freeze. At
 * first there is only time for fewer attempts, because a sudden delay is a freeze of its own.
 */
const attempts = { first: 2, all: 5 };
/** The delay then grows in steps of this many milliseconds, which nobody sees at 30 frames a second. */
const stepMs = 60;
/** The time that a browser takes to request a retransmission, in addition to the round trip. */
const askingMs = 25;
/**
 * The time between two frames: if the browser does not tell the frame rate, and at most, in milliseconds. A media server
 * may send a retransmission only together with the next packet of the stream, as Kurento does (GStreamer's
 * `rtprtxqueue`), so each attempt may take this much longer.
 */
const frameIntervalMs = { usual: 33, max: 50 };
/**
 * The shortest of this many round trips counts. On a lossy network the connectivity checks that measure them are lost
 * and retransmitted as well, so now and then one appears to take much longer.
 */
const roundTrips = 20;
/** Caps the playout delay, so that the stream stays live. */
const maxJitterBufferMs = 600;

/**
 * The jitter buffer target (playout delay) of a viewer: how long the picture should be delayed so that lost packets can
 * be retransmitted in time. Browsers allow time for one retransmission on their own, but not for one that is lost as
 * well, so on a lossy network this allows time for several. Without packet loss there is no delay.
 */
export class JitterBufferTarget {
  #nackCount = 0;
  #lossyUntil = 0;
  #targetMs: number | null = null;
  #roundTripsMs: number[] = [];

  /**
   * Updates the target. Call it every half second.
   * @param now in milliseconds
   * @returns milliseconds; `null` leaves the choice to the browser
   */
  update({ nackCount, roundTripMs, framesPerSecond }: Repairs, now: number): number | null {
    if (nackCount - this.#nackCount >= lossyNacks) this.#lossyUntil = now + holdMs;
    this.#nackCount = nackCount;
    this.#roundTripsMs = [...this.#roundTripsMs, roundTripMs].slice(-roundTrips);
    const attemptMs = Math.min(...this.#roundTripsMs) + askingMs + sendingMs(framesPerSecond);
    this.#targetMs = now < this.#lossyUntil ? this.#next(attemptMs) : null;
    return this.#targetMs;
  }

  #next(attemptMs: number): number {
    const wantedMs = Math.min(maxJitterBufferMs, attempts.all * attemptMs);
    const reachableMs = this.#targetMs === null ? attempts.first * attemptMs : this.#targetMs + stepMs;
    return Math.round(Math.min(wantedMs, reachableMs));
  }

  /** Starts again, for another link. */
  reset(): void {
    this.#nackCount = 0;
    this.#lossyUntil = 0;
    this.#targetMs = null;
    this.#roundTripsMs = [];
  }
}

/** How long a retransmission may wait for the next frame. */
function sendingMs(framesPerSecond: number): number {
  return framesPerSecond > 0 ? Math.min(1_000 / framesPerSecond, frameIntervalMs.max) : frameIntervalMs.usual;
}
