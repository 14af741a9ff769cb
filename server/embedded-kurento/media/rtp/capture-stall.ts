/** A shorter delay needs no correction, in milliseconds: no one notices it (https://www.itu.int/rec/R-REC-BT.1359). */
const noticeableMs = 40;
/** After a network outage, packets catch up until they are no later than this, in milliseconds. */
const caughtUpMs = 25;
/** The minimum time for which packets after a gap are observed before they are judged, in milliseconds. */
const observationMs = 240;
/** Below this probability, jitter alone is ruled out as the reason why all observed packets are late. */
const maxChance = 1e-7;
/** The same at the end of the stream, when no more packets will arrive. */
const maxChanceAtEnd = 1e-5;
/** A stream that is still catching up after this time is no longer observed, in milliseconds. */
const maxObservationMs = 600;
/** More frames than this in that time were delayed by the network, whatever else is observed. */
const maxObserved = 400;
/** The delays of steady packets differ by at most this much, in milliseconds. */
const steadyMs = 15;
/** The lateness of packets that catch up falls by more than this share of the time in which they are observed. */
const steadyRate = 0.12;
/** Two streams whose lateness differs by at most this much are late for the same reason; in milliseconds. */
const alikeMs = 40;
/** The frames that show the jitter, and the most recent of them, whose least delay is the reference for new frames. */
const rememberedFrames = 50;
const recentFrames = 16;
/** A gap of at least this length among observed packets restarts the observation, in milliseconds. */
const minHoleMs = 120;
/** A stall leaves a gap, which jitter may shorten, but not below this share of the packets' lateness. */
const minGapShare = 1 / 3;
/** The maximum difference between two clocks, as a share of time. */
const maxDriftRate = 0.001;

/** How late a stream is compared with before, in milliseconds. */
export type Lateness = {
  ms: number;
  /**
   * `observed`: after a gap, but not for long enough to tell; `steady`: still as late as after the gap; `open`: no gap.
   */
  state: 'observed' | 'steady' | 'open';
};

/** The verdict on a gap in the arrivals of a stream. */
export type GapVerdict =
  /** Not known yet. */
  | { kind: 'open' }
  /** The packets were late, and their timestamps are correct. */
  | { kind: 'delay' }
  /** Nothing was captured for `stalledMs`, which the timestamps omit from stream time `fromMs` on. */
  | { kind: 'stall'; stalledMs: number; fromMs: number };

/** The first packet of a frame; `gapMs` is the time since the arrival before it. */
type Arrival = { streamMs: number; arrivedAt: number; delayMs: number; gapMs: number };

/** Frames after a gap, in the order of their arrival, and the least delay of the frames before it. */
type ObservedGap = { observed: Arrival[]; referenceMs: number };

/**
 * Detects stalls in which a sender captured nothing for a while and its RTP timestamps continued as if no time had
 * passed. Chromium's audio does so: after its source stalled for 1 s (a suspended AudioContext, a track that was
 * removed and added again, an audio service that hung), the next packet has the next sequence number and a timestamp
 * 20 ms later, and a sender report reflects the stall only 1 to 5 s later. The timestamps of its video, and of audio
 * that was deactivated, follow real time.
 *
 * The first packet after the gap looks like one that the network delayed. But packets that the network delayed arrive
 * in a burst and catch up, while after a stall each packet stays as late as the first. So packets after a gap are
 * observed for a quarter of a second. A network that suddenly becomes slower delays audio and video alike, so the other
 * stream is considered as well.
 */
export class CaptureStallDetector {
  /** The last frames, in the order of their arrival. */
  #recent: Arrival[] = [];
  #newestMs = Number.NEGATIVE_INFINITY;
  #lastArrivedAt = Number.NEGATIVE_INFINITY;
  #gap: ObservedGap | null = null;

  /** The stream time of the first packet after the gap under observation, in milliseconds; null while there is none. */
  get gapAtMs(): number | null {
    return this.#gap === null ? null : startOf(this.#gap.observed);
  }

  /**
   * Processes the arrival of a packet.
   * @param streamMs its timestamp in milliseconds, which never wraps
   * @param arrivedAt milliseconds on the monotonic clock
   */
  arrived(streamMs: number, arrivedAt: number): void {
    const gapMs = arrivedAt - this.#lastArrivedAt;
    this.#lastArrivedAt = Math.max(arrivedAt, this.#lastArrivedAt);
    const arrival = { streamMs, arrivedAt, delayMs: arrivedAt - streamMs, gapMs };
    if (this.#gap !== null) this.#observe(arrival, this.#gap);
    else this.#look(arrival);
  }

  /**
   * How late the stream is.
   * @param sinceAt earlier arrivals do not count; milliseconds on the monotonic clock
   * @returns null when nothing has arrived since
   */
  lateness(sinceAt: number): Lateness | null {
    if (this.#gap !== null) {
      const { steadyPart, lateMs } = suspectOf(this.#gap);
      return { ms: lateMs, state: this.#isConvincing(steadyPart, false) ? 'steady' : 'observed' };
    }
    const newer = this.#recent.filter(({ arrivedAt }) => arrivedAt >= sinceAt);
    const older = this.#recent.filter(({ arrivedAt }) => arrivedAt < sinceAt);
    return newer.length === 0 || older.length === 0 ? null : { ms: leastOf(newer) - leastOf(older), state: 'open' };
  }

  /**
   * Judges the gap under observation. Any verdict but `open` ends the observation.
   * @param other how late the sender's other stream is since a moment; null when there is none, or it is silent
   * @param now milliseconds on the monotonic clock; `Infinity` when no more packets come, which forces a verdict
   */
  judge(other: (sinceAt: number) => Lateness | null, now = this.#lastArrivedAt): GapVerdict {
    if (this.#gap === null) return { kind: 'delay' };
    const { observed, referenceMs } = this.#gap;
    const hasCaughtUp = leastOf(observed) - referenceMs < caughtUpMs;
    if (hasCaughtUp || observed.length > maxObserved) return this.#settle({ kind: 'delay' });
    const { fromMs, lateMs, gapMs, gapEndedAt, steadyPart, behindGap } = suspectOf(this.#gap);
    if (gapMs < lateMs * minGapShare) return this.#settle({ kind: 'delay' });
    const neighbour = other(steadyPart[0]?.arrivedAt ?? gapEndedAt);
    const isAlike = neighbour !== null && Math.abs(neighbour.ms - lateMs) <= alikeMs;
    if (isAlike && neighbour.state === 'open') return this.#settle({ kind: 'delay' });
    // A packet that was late by chance just before the gap must not hide that the packets after it catch up.
    const isConclusive = isSteady(behindGap) && this.#isConvincing(steadyPart, now === Number.POSITIVE_INFINITY);
    if (isConclusive && !(isAlike && neighbour.state === 'observed')) {
      return this.#settle({ kind: 'stall', fromMs, stalledMs: lateMs });
    }
    return now - gapEndedAt >= maxObservationMs ? this.#settle({ kind: 'delay' }) : { kind: 'open' };
  }

  #look(arrival: Arrival): void {
    // Packets of one frame follow each other, so this check comes first.
    if (this.#recent.at(-1)?.streamMs === arrival.streamMs) return;
    if (this.#recent.some(({ streamMs }) => streamMs === arrival.streamMs)) return;
    const referenceMs = leastOf(this.#recent.slice(-recentFrames));
    const lateMs = arrival.delayMs - referenceMs;
    // A queue that grows in the network, or at the sender after a large frame, leaves no gap of that length.
    const isGap = lateMs > noticeableMs + maxDriftRate * arrival.gapMs && arrival.gapMs >= lateMs * minGapShare;
    if (isGap && arrival.streamMs > this.#newestMs) {
      this.#gap = { observed: [arrival], referenceMs };
      return;
    }
    this.#newestMs = Math.max(this.#newestMs, arrival.streamMs);
    this.#remember([arrival]);
  }

  /** Packets after a gap may be reordered. */
  #observe(arrival: Arrival, { observed, referenceMs }: ObservedGap): void {
    if (observed.some(({ streamMs }) => streamMs === arrival.streamMs)) return;
    const isBehind = arrival.streamMs > this.#newestMs && arrival.delayMs - referenceMs > noticeableMs;
    if (isBehind || arrival.streamMs >= startOf(observed)) observed.push(arrival);
  }

  /** Whether so many packets are late by the same amount that the previous jitter does not explain it. */
  #isConvincing(packets: readonly Arrival[], isLast: boolean): boolean {
    const observedMs = (packets.at(-1)?.arrivedAt ?? 0) - (packets[0]?.arrivedAt ?? 0);
    if (!isLast && observedMs < observationMs) return false;
    const leastMs = leastOf(packets);
    const asLate = this.#recent.filter(({ delayMs }) => delayMs >= leastMs).length;
    const chance = ((asLate + 1) / (this.#recent.length + 1)) ** packets.length;
    return chance <= (isLast ? maxChanceAtEnd : maxChance) && isSteady(packets);
  }

  #settle(verdict: GapVerdict): GapVerdict {
    const { fromMs, stalledMs } = verdict.kind === 'stall' ? verdict : { fromMs: 0, stalledMs: 0 };
    const settled = (this.#gap?.observed ?? []).map((arrival) => {
      const { streamMs, delayMs } = arrival;
      // From here on, stream time has the length of the stall added.
      return streamMs < fromMs ? arrival : { ...arrival, streamMs: streamMs + stalledMs, delayMs: delayMs - stalledMs };
    });
    this.#newestMs = Math.max(this.#newestMs, ...settled.map(({ streamMs }) => streamMs));
    this.#remember(settled);
    this.#gap = null;
    return verdict;
  }

  #remember(arrivals: readonly Arrival[]): void {
    this.#recent = [...this.#recent, ...arrivals].slice(-rememberedFrames);
  }
}

/**
 * The packets that may have come after a stall: those after the longest gap, and those before it that are as late.
 * Other packets before it were captured before the stall, and were late by chance. `steadyPart` has the packets since
 * the last gap, `behindGap` those since the longest one.
 */
function suspectOf({ observed, referenceMs }: ObservedGap) {
  const longestMs = Math.max(...observed.map(({ gapMs }) => gapMs));
  const behind = observed.slice(observed.findIndex(({ gapMs }) => gapMs === longestMs));
  const gapEndedAt = behind[0]?.arrivedAt ?? 0;
  const leastMs = leastOf(behind);
  const candidates = observed.slice(observed.findLastIndex(({ delayMs }) => delayMs < leastMs - steadyMs) + 1);
  const packets = candidates.slice(candidates.findIndex((_, index) => !isBeforeStall(candidates.slice(index))));
  const lateMs = leastOf(packets) - referenceMs;
  const holeMs = Math.max(minHoleMs, lateMs * minGapShare);
  const lastHole = packets.findLastIndex(({ gapMs }) => gapMs >= holeMs);
  const steadyPart = packets.slice(Math.max(0, lastHole));
  return { fromMs: startOf(packets), lateMs, gapMs: longestMs, gapEndedAt, steadyPart, behindGap: behind };
}

/**
 * Whether the first packet was sent before the stall and late by chance: all others are later, and follow a gap of
 * their own.
 */
function isBeforeStall([first, ...others]: readonly Arrival[]): boolean {
  const [second] = others;
  if (first === undefined || second === undefined) return false;
  const addedMs = leastOf(others) - first.delayMs;
  return addedMs > noticeableMs && second.gapMs >= addedMs * minGapShare;
}

/** Packets that catch up are less late in the second half of the time than in the first. */
function isSteady(arrivals: readonly Arrival[]): boolean {
  const [from, until] = [arrivals[0]?.arrivedAt ?? 0, arrivals.at(-1)?.arrivedAt ?? 0];
  const middle = (from + until) / 2;
  const before = leastOf(arrivals.filter(({ arrivedAt }) => arrivedAt <= middle));
  const after = leastOf(arrivals.filter(({ arrivedAt }) => arrivedAt > middle));
  return after >= before - Math.max(steadyMs, (until - from) * steadyRate);
}

function leastOf(arrivals: readonly Arrival[]): number {
  return Math.min(...arrivals.map(({ delayMs }) => delayMs));
}

function startOf(arrivals: readonly Arrival[]): number {
  return Math.min(...arrivals.map(({ streamMs }) => streamMs));
}
