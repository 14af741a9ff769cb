/** What came of what was sent since the last look. */
export type UplinkSample = {
  /** Sound and picture together, repetitions included. */
  sentKbps: number;
  /** The share of packets that the server misses, 0 … 1: as its reports say, or as what it asks for again says. */
  lossShare: number;
  /** `null` while nobody knows. */
  roundTripMs: number | null;
  /** Whether the server reported anything since the last look. */
  isHeard: boolean;
};

/** How often {@link SendRamp.update} is to be called, in milliseconds. */
export const rampIntervalMs = 500;

/** Where to begin on an uplink of which nothing is known, as a share of what is wanted. */
const unknownShare = 0.3;
/** What is sent of what an uplink is known, or was just seen, to bear: the rest empties its queue. */
const careful = 0.85;
/** Growth in an interval: until the uplink was full for the first time, and after. */
const growth = { first: 1.25, later: 1.08 };
/** After a cut nothing is judged for so many intervals: what is on its way was sent before. */
const settlingIntervals = 2;
/** What no uplink is taken to be below, in kbit/s. */
const floorKbps = 100;
/** An uplink is full when a queue of the first length loses packets, and when the queue is of the second length. */
const queueMs = { losing: 50, alone: 400 };
const losing = 0.03;
/** The queue may have been full before the first report came. Radio seldom loses as much. */
const losingAlone = 0.25;
/** A server that asks for much again and reports nothing for so many intervals is drowning. */
const silence = { intervals: 2, lossShare: 0.1 };

/** What an uplink of `knownKbps` is sent at first, in kbit/s, when `wantedKbps` is wanted. */
export function startKbps(knownKbps: number | null, wantedKbps: number): number {
  return Math.min(wantedKbps, knownKbps === null ? wantedKbps * unknownShare : knownKbps * careful);
}

/**
 * How much of a picture a presenter sends in the first seconds of a link, while the media server does not know the
 * uplink yet: from what is known of it, or a little, up to what is wanted, a quarter more every half second; less at
 * once when the uplink is full. Loss alone does not mean that: radio loses packets at any bitrate.
 *
 * Afterwards the media server's own estimate rules (REMB). It comes with its reports, and a Kurento Media Server that
 * misses many packets sends none for seconds: GStreamer puts them off for every request to repeat something. Such a
 * silence cuts the bitrate at any time.
 */
export class SendRamp {
  readonly #wantedKbps: number;
  #capKbps: number;
  #growth = growth.first;
  #quickestMs = Number.POSITIVE_INFINITY;
  #silent = 0;
  #settling = 0;

  /** @param startKbps where to begin; see {@link startKbps} */
  constructor(startKbps: number, wantedKbps: number) {
    this.#wantedKbps = wantedKbps;
    this.#capKbps = startKbps >= wantedKbps ? Number.POSITIVE_INFINITY : startKbps;
  }

  /** The most that is to be sent, in kbit/s; infinite once the uplink bears what is wanted. */
  get capKbps(): number {
    return this.#capKbps;
  }

  /** Whether the uplink was full: what is sent since then is what it bears. */
  get wasFull(): boolean {
    return this.#growth !== growth.first;
  }

  /** Takes an interval of {@link rampIntervalMs} into account. */
  update(sample: UplinkSample): void {
    const { roundTripMs, sentKbps, lossShare, isHeard } = sample;
    if (roundTripMs !== null && roundTripMs > 0) this.#quickestMs = Math.min(this.#quickestMs, roundTripMs);
    this.#silent = isHeard ? 0 : this.#silent + 1;
    if (this.#settling > 0) {
      this.#settling -= 1;
      return;
    }
    if (this.#isFull(sample)) {
      const throughKbps = Math.min(sentKbps, this.#capKbps) * (1 - lossShare);
      this.#capKbps = Math.max(floorKbps, throughKbps * careful);
      this.#growth = growth.later;
      this.#settling = settlingIntervals;
    } else if (this.#capKbps !== Number.POSITIVE_INFINITY && this.#silent < silence.intervals) {
      this.#capKbps *= this.#growth;
      if (this.#capKbps >= this.#wantedKbps) this.#capKbps = Number.POSITIVE_INFINITY;
    }
  }

  #isFull({ roundTripMs, lossShare, sentKbps }: UplinkSample): boolean {
    if (sentKbps <= 0) return false;
    if (this.#silent >= silence.intervals) return lossShare >= silence.lossShare;
    if (this.#capKbps === Number.POSITIVE_INFINITY) return false;
    if (lossShare >= losingAlone && !this.wasFull) return true;
    if (roundTripMs === null) return false;
    const waitedMs = roundTripMs - this.#quickestMs;
    return waitedMs >= queueMs.alone || (waitedMs >= queueMs.losing && lossShare >= losing);
  }
}
