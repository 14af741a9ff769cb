import type { ReceivedPacket } from '../rtp/rtp-packet.ts';

/** How long the shortest delay is remembered: long compared with a queue's life, short compared with clock drift. */
const bucketMs = 15_000;

/**
 * How long packets wait in queues on their way: their delay beyond that of the fastest recent packet. The clocks need
 * not agree, as only differences count: https://www.rfc-editor.org/rfc/rfc6817#section-3
 */
export class QueueDelay {
  #sentMs = 0;
  #lastStamp = -1;
  #lastArrivedAt = 0;
  #intervalMin = Number.POSITIVE_INFINITY;
  #bucketMin = Number.POSITIVE_INFINITY;
  #formerMin = Number.POSITIVE_INFINITY;
  #bucketEndsAt = 0;

  /** Starts from scratch, as for another sender or another kind of timestamp. */
  reset(): void {
    this.#lastStamp = -1;
    this.#intervalMin = Number.POSITIVE_INFINITY;
    this.#bucketMin = Number.POSITIVE_INFINITY;
    this.#formerMin = Number.POSITIVE_INFINITY;
  }

  /**
   * @param stamp when the packet was sent, in units of the sender's clock
   * @param bits the width of the stamp, after which it wraps around
   * @param unitsPerMs of the sender's clock
   * @param arrivedAt milliseconds on the monotonic clock
   */
  packetArrived(stamp: number, bits: 24 | 32, unitsPerMs: number, arrivedAt: number): void {
    // After a quarter of a wrap, half of one may have passed at the sender, so the direction of its clock is ambiguous.
    if (arrivedAt - this.#lastArrivedAt > 2 ** (bits - 2) / unitsPerMs) this.reset();
    this.#lastArrivedAt = arrivedAt;
    if (this.#lastStamp < 0) this.#sentMs = 0;
    else this.#sentMs += (((stamp - this.#lastStamp) << (32 - bits)) >> (32 - bits)) / unitsPerMs;
    this.#lastStamp = stamp;
    const delay = arrivedAt - this.#sentMs;
    if (delay < this.#intervalMin) this.#intervalMin = delay;
  }

  /**
   * Ends an interval.
   * @returns the shortest wait of any of its packets in milliseconds, so that single late packets do not count; 0 when
   * nothing arrived
   */
  take(now: number): number {
    const least = this.#intervalMin;
    if (least === Number.POSITIVE_INFINITY) return 0;
    this.#intervalMin = Number.POSITIVE_INFINITY;
    if (now >= this.#bucketEndsAt) {
      this.#formerMin = this.#bucketMin;
      this.#bucketMin = Number.POSITIVE_INFINITY;
      this.#bucketEndsAt = now + bucketMs;
    }
    this.#bucketMin = Math.min(this.#bucketMin, least);
    return least - Math.min(this.#bucketMin, this.#formerMin);
  }
}

/** The initial estimate in bit/s: the bitrate of 720p, so that a good uplink is used from the first second. */
const startBps = 2_500_000;
/** The lowest bitrate that any uplink is asked for. */
const floorBps = 100_000;
/** Used when no ceiling is set. */
const openCeilingBps = 10_000_000;

/** A queue longer than this is more than jitter, and one that grows by this much per interval is filling up. */
const maxQueueMs = 60;
const queueGrowthMs = 15;
/** Packet loss that means a full uplink even without a queue. Radio loses less, a full uplink loses more. */
const fullLoss = 0.13;
/** Packet loss that means a full uplink together with a queue, and loss above which the estimate grows only slowly. */
const queueLoss = 0.1;
const cleanLoss = 0.02;
/** The share that is requested of what gets through a full uplink: the rest drains its queue. */
const capacityShare = 0.85;
/** For this many intervals after a cut nothing is judged, as the sender has yet to follow. */
const settlingIntervals = 2;
/** Packet loss is judged again after this many packets; with fewer, chance matters too much. */
const judgedPackets = 100;
/** How long packet loss that does not depend on the bitrate is tolerated before a cut is tried again, in intervals. */
const toleranceIntervals = 120;
/** Growth per interval: initially, at most, near a bitrate that was recently too high, and with little packet loss. */
const growthRates = { first: 0.06, most: 0.25, near: 0.03, lossy: 0.04 };
/** After this many clean intervals, growth doubles. */
const cleanIntervals = 3;
/** How long the measured capacity of an uplink is remembered, in intervals. */
const capacityIntervals = 60;

/** The media received from a presenter in an interval of about `receiveIntervalMs`. */
type ReceivedInterval = {
  durationMs: number;
  /** Whole packets, retransmissions included. */
  bytes: number;
  /** Packets that were due for the first time, and how many of them did not arrive. */
  expected: number;
  missed: number;
  /** How long the fastest packet waited in queues. */
  queueMs: number;
};

/** How often `update()` should be called. */
const receiveIntervalMs = 500;

/**
 * Decides how much video a presenter is asked for (REMB): from the ceiling down to the capacity of the presenter's own
 * uplink, regardless of any viewer's downlink. One slow viewer must not degrade the picture of all others.
 *
 * An uplink is full when its queue grows, when it loses packets while there is a queue, or when it loses very many.
 * Then a little less is requested than what gets through. If that does not change a packet loss without a queue, the
 * loss is inherent in the uplink (radio), and the previous bitrate is requested again.
 */
export class RateController {
  #ceilingBps = openCeilingBps;
  #estimateBps = startBps;
  #expected = 0;
  #missed = 0;
  /** It is unknown whether the queue of the first interval grows, as that interval began before the stream did. */
  #queueMs = Number.POSITIVE_INFINITY;
  #settling = 0;
  #growth = growthRates.first;
  #clean = 0;
  #capacityBps = 0;
  #capacityAge = 0;
  /** The requested bitrate and the loss before a cut that was made for loss alone; 0 when no such cut is on trial. */
  #triedBps = 0;
  #triedLoss = 0;
  #toleratedLoss = fullLoss;
  #toleratedFor = 0;

  /** @param kbps the ceiling in kbit/s; 0 means none */
  setCeiling(kbps: number): void {
    this.#ceilingBps = kbps > 0 ? kbps * 1000 : openCeilingBps;
    // A configured ceiling is also a request, so the estimate starts there.
    this.#estimateBps = kbps > 0 ? this.#ceilingBps : Math.min(this.#estimateBps, this.#ceilingBps);
    this.#triedBps = 0;
  }

  /** In bit/s. */
  get bps(): number {
    return Math.round(Math.min(this.#estimateBps, this.#ceilingBps));
  }

  /** Takes an interval into account; one in which nothing was sent is ignored. */
  update(interval: ReceivedInterval): void {
    if (interval.expected <= 0) return;
    const isGrowing = interval.queueMs > maxQueueMs && interval.queueMs > this.#queueMs + queueGrowthMs;
    this.#queueMs = interval.queueMs;
    if (this.#toleratedFor > 0) this.#toleratedFor -= 1;
    else this.#toleratedLoss = fullLoss;
    if (this.#capacityAge > 0) this.#capacityAge -= 1;
    if (this.#settling > 0) {
      this.#settling -= 1;
      return;
    }
    // Sums that decay, as the few packets of one interval say little.
    const kept = this.#triedBps > 0 ? 1 : 0.6;
    this.#expected = this.#expected * kept + interval.expected;
    this.#missed = this.#missed * kept + interval.missed;
    const loss = this.#missed / this.#expected;
    const isQueued = interval.queueMs > maxQueueMs;
    if (this.#triedBps > 0) {
      if (!isQueued && this.#expected < judgedPackets) return;
      if (this.#takesTrialBack(loss, isQueued)) return;
    }
    const receivedBps = (interval.bytes * 8000) / interval.durationMs;
    if (isGrowing || (isQueued && loss > queueLoss)) this.#cut(receivedBps);
    else if (loss > this.#toleratedLoss + 0.7 / Math.sqrt(this.#expected)) {
      this.#triedBps = this.#estimateBps;
      this.#triedLoss = loss;
      this.#cut(receivedBps);
    } else if (!isQueued) this.#grow(loss);
  }

  /** @returns true when the cut did not help and is reverted */
  #takesTrialBack(loss: number, isQueued: boolean): boolean {
    const before = this.#triedBps;
    this.#triedBps = 0;
    if (isQueued || loss < this.#triedLoss * 0.7) return false;
    this.#estimateBps = before;
    this.#capacityAge = 0;
    this.#toleratedLoss = Math.max(loss, this.#triedLoss) + 0.1;
    this.#toleratedFor = toleranceIntervals;
    return true;
  }

  #cut(receivedBps: number): void {
    this.#estimateBps = Math.max(floorBps, Math.min(this.#estimateBps, receivedBps * capacityShare));
    this.#capacityBps = receivedBps;
    this.#capacityAge = capacityIntervals;
    this.#settling = settlingIntervals;
    this.#growth = growthRates.first;
    this.#clean = 0;
    this.#expected = 0;
    this.#missed = 0;
  }

  #grow(loss: number): void {
    const isNear = this.#capacityAge > 0 && Math.abs(this.#estimateBps - this.#capacityBps) < this.#capacityBps * 0.1;
    let growth = this.#growth;
    if (loss > cleanLoss) growth = growthRates.lossy;
    else if (isNear) growth = growthRates.near;
    else {
      this.#clean += 1;
      if (this.#clean % cleanIntervals === 0) this.#growth = Math.min(growthRates.most, this.#growth * 2);
    }
    this.#estimateBps = Math.min(this.#ceilingBps, this.#estimateBps * (1 + growth));
  }
}

/** How many packets were expected and missed since the stream began, before any retransmission. */
type LossTotals = { readonly expected: number; readonly missed: number };

/**
 * Bandwidth estimation of a presenter's uplink: how much video the peer may send, judged by the bitrate that arrives,
 * its delay and its packet loss. {@link QueueDelay} measures the delay, {@link RateController} decides.
 */
export class BandwidthEstimator {
  readonly #bitrate = new RateController();
  readonly #queue = new QueueDelay();
  #hasSendTimes = false;
  #intervalAt = 0;
  #bytes = 0;
  #expectedBefore = 0;
  #missedBefore = 0;

  /** In bit/s. */
  get bps(): number {
    return this.#bitrate.bps;
  }

  /** Kilobits per second; 0 means no ceiling. */
  setCeiling(kbps: number): void {
    this.#bitrate.setCeiling(kbps);
  }

  /** Uses the send time of packets that carry one, and otherwise the time at which their frames were captured. */
  packetArrived({ bytes, sendTime, timestamp, codec, arrivedAt }: ReceivedPacket): void {
    this.#bytes += bytes.length;
    if (sendTime >= 0) {
      if (!this.#hasSendTimes) this.#queue.reset();
      this.#hasSendTimes = true;
      this.#queue.packetArrived(sendTime, 24, 2 ** 18 / 1000, arrivedAt);
    } else if (!this.#hasSendTimes) this.#queue.packetArrived(timestamp, 32, codec.clockRate / 1000, arrivedAt);
  }

  /** Whether it is time to judge again; `now` is in milliseconds on the monotonic clock. */
  isDue(now: number): boolean {
    return now - this.#intervalAt >= receiveIntervalMs;
  }

  /** Judges the packets since the last call. Loss counts before repair: a repaired uplink is just as full. */
  update({ expected, missed }: LossTotals, now: number): void {
    this.#bitrate.update({
      durationMs: now - this.#intervalAt,
      bytes: this.#bytes,
      expected: expected - this.#expectedBefore,
      missed: missed - this.#missedBefore,
      queueMs: this.#queue.take(now),
    });
    this.#intervalAt = now;
    this.#bytes = 0;
    this.#expectedBefore = expected;
    this.#missedBefore = missed;
  }

  /** Another stream begins, with its own clock; the capacity of the peer's uplink stays the same. */
  streamChanged(): void {
    this.#queue.reset();
    this.#hasSendTimes = false;
  }
}
