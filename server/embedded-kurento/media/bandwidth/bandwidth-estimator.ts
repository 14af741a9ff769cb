import type { ReceivedPacket } from '../rtp/rtp-packet.ts';

/** How long the shortest delay is remembered: long beside a queue's life, short beside the drift of two clocks. */
const bucketMs = 15_000;

/**
 * How long packets wait in queues on their way: what they take longer than the quickest of late. Clocks need not
 * agree, as only differences count: https://www.rfc-editor.org/rfc/rfc6817#section-3
 */
export class QueueDelay {
  #sentMs = 0;
  #lastStamp = -1;
  #lastArrivedAt = 0;
  #intervalMin = Number.POSITIVE_INFINITY;
  #bucketMin = Number.POSITIVE_INFINITY;
  #formerMin = Number.POSITIVE_INFINITY;
  #bucketEndsAt = 0;

  /** Begins anew, as for another sender or another kind of stamp. */
  reset(): void {
    this.#lastStamp = -1;
    this.#intervalMin = Number.POSITIVE_INFINITY;
    this.#bucketMin = Number.POSITIVE_INFINITY;
    this.#formerMin = Number.POSITIVE_INFINITY;
  }

  /**
   * @param stamp when the packet was sent, in units of the sender's clock
   * @param bits after how many of them the stamp goes round
   * @param unitsPerMs of the sender's clock
   * @param arrivedAt milliseconds on the monotonic clock
   */
  packetArrived(stamp: number, bits: 24 | 32, unitsPerMs: number, arrivedAt: number): void {
    // After a quarter of a turn, half of one may have passed at the sender: then nobody knows which way its clock went.
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
   * @returns the least that any of its packets waited, in milliseconds: single late packets do not count; 0 when
   * nothing came
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

/** Where the estimate begins, in bit/s: what 720p wants, so that a good uplink is used from the first second. */
const startBps = 2_500_000;
/** What no uplink is asked to go below. */
const floorBps = 100_000;
/** Used when nobody set a ceiling. */
const openCeilingBps = 10_000_000;

/** A queue longer than this is more than jitter, and one that grows by this much in an interval is filling up. */
const maxQueueMs = 60;
const queueGrowthMs = 15;
/** Loss that says so even without a queue. Radio loses less, an uplink that is full loses more. */
const fullLoss = 0.13;
/** Loss that says so together with a queue, and loss that lets the estimate grow but slowly. */
const queueLoss = 0.1;
const cleanLoss = 0.02;
/** What is asked for of what gets through a full uplink: the rest empties its queue. */
const capacityShare = 0.85;
/** For so many intervals after a cut nothing is judged, as the sender has yet to follow. */
const settlingIntervals = 2;
/** A loss is judged anew from so many packets on; of fewer, luck has too much to say. */
const judgedPackets = 100;
/** How long a loss that does not depend on the bitrate is put up with before it is tried again, in intervals. */
const toleranceIntervals = 120;
/** Growth in an interval: at first, at most, near what was too much a moment ago, and with a little loss. */
const growthRates = { first: 0.06, most: 0.25, near: 0.03, lossy: 0.04 };
/** After so many clean intervals, growth doubles. */
const cleanIntervals = 3;
/** How long what an uplink could bear is remembered, in intervals. */
const capacityIntervals = 60;

/** What came from a presenter in an interval of `receiveIntervalMs` or so. */
type ReceivedInterval = {
  durationMs: number;
  /** Whole packets, repeated ones included. */
  bytes: number;
  /** Packets that should have come for the first time, and those of them that did not. */
  expected: number;
  missed: number;
  /** How long the quickest packet waited in queues. */
  queueMs: number;
};

/** How often `update()` is to be called. */
const receiveIntervalMs = 500;

/**
 * How much video a presenter is asked for (REMB): from the ceiling down to what the presenter's own way to us bears,
 * and never what a viewer's does: one slow viewer must not spoil the picture of all others.
 *
 * An uplink is full when its queue grows, when it loses packets while there is a queue, or when it loses very many.
 * Then a little less is asked for than what gets through. If that changes nothing about a loss without a queue, the
 * loss is the uplink's nature (radio), and the former bitrate is asked for again.
 */
export class RateController {
  #ceilingBps = openCeilingBps;
  #estimateBps = startBps;
  #expected = 0;
  #missed = 0;
  /** Nobody knows whether the queue of the first interval grows, and that began before the stream did. */
  #queueMs = Number.POSITIVE_INFINITY;
  #settling = 0;
  #growth = growthRates.first;
  #clean = 0;
  #capacityBps = 0;
  #capacityAge = 0;
  /** What was asked for, and lost, before a cut for the sake of loss alone; 0 when no such cut is on trial. */
  #triedBps = 0;
  #triedLoss = 0;
  #toleratedLoss = fullLoss;
  #toleratedFor = 0;

  /** @param kbps the ceiling in kbit/s; 0 means none */
  setCeiling(kbps: number): void {
    this.#ceilingBps = kbps > 0 ? kbps * 1000 : openCeilingBps;
    // A ceiling that somebody chose is a request, too, so the estimate starts there.
    this.#estimateBps = kbps > 0 ? this.#ceilingBps : Math.min(this.#estimateBps, this.#ceilingBps);
    this.#triedBps = 0;
  }

  /** In bit/s. */
  get bps(): number {
    return Math.round(Math.min(this.#estimateBps, this.#ceilingBps));
  }

  /** Takes an interval into account; one in which nothing was sent says nothing. */
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
    // Sums that fade, as a few packets of one interval say little.
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

  /** @returns true when the cut was for nothing, and is taken back */
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

/** How many packets were expected and missed since the stream began, before any were repeated. */
type LossTotals = { readonly expected: number; readonly missed: number };

/**
 * Bandwidth estimation of a presenter's uplink: how much video the peer may send, judged by what arrives of it: how
 * much, how late, and how much is lost on the way. {@link QueueDelay} measures the delay, {@link RateController}
 * decides.
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

  /** By the time that packets say they were sent; of those that do not, by the time that their frames were captured. */
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

  /** Judges what came since the last time. Loss counts before it was repaired: a repaired uplink is just as full. */
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

  /** Another stream begins, with a clock of its own; what the peer can send is the same. */
  streamChanged(): void {
    this.#queue.reset();
    this.#hasSendTimes = false;
  }
}
