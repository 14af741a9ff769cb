/** What happened to the media that was sent since the last sample. */
export type UplinkSample = {
  /** Sound and picture together, including retransmissions. */
  sentKbps: number;
  /** The share of packets that the server missed, 0 … 1, by its reports or by its retransmission requests. */
  lossShare: number;
  /** `null` while it is not known. */
  roundTripMs: number | null;
  /** Whether the server reported anything since the last sample. */
  isHeard: boolean;
};

/** The interval at which {@link SendRamp.update} must be called, in milliseconds. */
export const rampIntervalMs = 500;

/** The initial share of the wanted bitrate, on an unknown uplink. */
const unknownShare = 0.3;
/** The share that is used of an uplink's known or just measured capacity: the rest drains its queue. */
const careful = 0.85;
/** The growth per interval: until the uplink was full for the first time, and later. */
const growth = { first: 1.25, later: 1.08 };
/** The number of intervals after a cut that are not judged, because packets in flight were sent before it. */
const settlingIntervals = 2;
/** The lowest capacity that is assumed for any uplink, in kbit/s. */
const floorKbps = 100;
/** An uplink is full if it loses packets with a queue of the first length, or if its queue has the second length. */
const queueMs = { losing: 50, alone: 400 };
const losing = 0.03;
/** With this much loss the queue may have been full before the first report. Radio seldom loses as much. */
const losingAlone = 0.25;
/** A server that requests many retransmissions and reports nothing for this many intervals is overwhelmed. */
const silence = { intervals: 2, lossShare: 0.1 };

/** The initial bitrate in kbit/s, for an uplink whose capacity is `knownKbps`, if `wantedKbps` is wanted. */
export function startKbps(knownKbps: number | null, wantedKbps: number): number {
  return Math.min(wantedKbps, knownKbps === null ? wantedKbps * unknownShare : knownKbps * careful);
}

/**
 * Limits how much video a presenter sends in the first seconds of a link, while the media server does not know the
 * uplink yet. The limit starts at the known capacity, or low, and grows by a quarter every half second up to the wanted
 * bitrate. It drops immediately when the uplink is full. Loss alone does not mean that: radio loses packets at any
 * bitrate.
 *
 * Afterwards the media server's own estimate (REMB) applies. It arrives with the server's reports, and a Kurento Media
 * Server that misses many packets sends no reports for seconds, because GStreamer postpones them for every
 * retransmission request. Such a silence cuts the bitrate at any time.
 */
export class SendRamp {
  readonly #wantedKbps: number;
  #capKbps: number;
  #growth = growth.first;
  #quickestMs = Number.POSITIVE_INFINITY;
  #silent = 0;
  #settling = 0;

  /** @param startKbps the initial limit; see {@link startKbps} */
  constructor(startKbps: number, wantedKbps: number) {
    this.#wantedKbps = wantedKbps;
    this.#capKbps = startKbps >= wantedKbps ? Number.POSITIVE_INFINITY : startKbps;
  }

  /** The current limit, in kbit/s; infinite once the uplink can carry the wanted bitrate. */
  get capKbps(): number {
    return this.#capKbps;
  }

  /** Whether the uplink was full: what has been sent since then is its capacity. */
  get wasFull(): boolean {
    return this.#growth !== growth.first;
  }

  /** Takes the sample of one interval of {@link rampIntervalMs} into account. */
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
