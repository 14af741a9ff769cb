/** The figures of a link's retransmissions, sampled periodically. */
export type Repairs = {
  /** The number of retransmission requests (NACK) for the picture since the link began. */
  nackCount: number;
  /** The round trip to the server and back, in milliseconds. */
  roundTripMs: number;
  /**
   * True if the server answers the browser's questions about the round trip by RTCP (DLRR, RFC 3611 section 4.5). The
   * browser requests a lost packet once per round trip, so it has to know how long that takes.
   */
  isRoundTripReported: boolean;
};

/** This many requests within half a second are no accident: the network is lossy. */
const lossyNacks = 3;
/** How long a network is still considered lossy after a loss, in milliseconds. */
const holdMs = 20_000;
/** A packet may be lost this many times, including its retransmissions and the requests for them, before a freeze. */
const attempts = 6;
/** The delay begins with this many milliseconds, as a sudden long delay would be a freeze of its own. */
const firstMs = 120;
/** It then grows in steps of this many milliseconds, which nobody sees at 30 frames a second. */
const stepMs = 60;
/** The time that a browser takes to request a retransmission, in addition to the round trip. */
const askingMs = 25;
/**
 * The interval of a browser's requests for the same packet, in milliseconds, if the server does not report the round
 * trip, as Kurento does not. (Chromium and Firefox: `kDefaultRtt` of libwebrtc's NACK requester.)
 */
const unreportedMs = 100;
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
  update({ nackCount, roundTripMs, isRoundTripReported }: Repairs, now: number): number | null {
    if (nackCount - this.#nackCount >= lossyNacks) this.#lossyUntil = now + holdMs;
    this.#nackCount = nackCount;
    this.#roundTripsMs = [...this.#roundTripsMs, roundTripMs].slice(-roundTrips);
    const shortestMs = Math.min(...this.#roundTripsMs);
    const intervalMs = isRoundTripReported ? shortestMs : Math.max(shortestMs, unreportedMs);
    this.#targetMs = now < this.#lossyUntil ? this.#next(intervalMs + askingMs) : null;
    return this.#targetMs;
  }

  #next(attemptMs: number): number {
    const wantedMs = Math.min(maxJitterBufferMs, attempts * attemptMs);
    const reachableMs = this.#targetMs === null ? firstMs : this.#targetMs + stepMs;
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
