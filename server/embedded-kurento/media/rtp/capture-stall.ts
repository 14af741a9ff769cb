/** A delay below this needs no correction, in milliseconds: nobody notices it (https://www.itu.int/rec/R-REC-BT.1359). */
const noticeableMs = 40;
/** After a stop of the network, packets catch up until they are no later than this, in milliseconds. */
const caughtUpMs = 25;
/** How long packets after a gap are observed at least before they are judged, in milliseconds. */
const observationMs = 240;
/** Below this chance, uneven delays alone are not believed to have made all observed packets late. */
const maxChance = 1e-7;
/** The same where the stream ends, and no more packets can be waited for. */
const maxChanceAtEnd = 1e-5;
/** A stream that is still catching up after this long is left to itself, in milliseconds. */
const maxObservationMs = 600;
/** More frames than this in that time have been held up, whatever else is to be seen. */
const maxObserved = 400;
/** Steady packets are late by the same within this, in milliseconds. */
const steadyMs = 15;
/** Packets that catch up become less late by more than this share of the time in which they are observed. */
const steadyRate = 0.12;
/** Two streams that are late by the same, within this, are late for the same reason; in milliseconds. */
const alikeMs = 40;
/** Frames that tell how uneven delays are, and those of them by whose least delay the next one is measured. */
const rememberedFrames = 50;
const recentFrames = 16;
/** A gap of this length or more among observed packets begins the observation again, in milliseconds. */
const minHoleMs = 120;
/** A stall leaves a gap, which uneven delays may shorten, down to this share of what packets are late by. */
const minGapShare = 1 / 3;
/** No clocks differ by more, as a share of time. */
const maxDriftRate = 0.001;

/** How late a stream is against what it was before; in milliseconds. */
export type Lateness = {
  ms: number;
  /**
   * `observed`: after a gap, and not long enough to tell; `steady`: as late as after the gap; `open`: without a gap.
   */
  state: 'observed' | 'steady' | 'open';
};

/** What became of a gap in the arrivals of a stream. */
export type GapVerdict =
  /** Not to be told yet. */
  | { kind: 'open' }
  /** The packets were late, and their timestamps are right. */
  | { kind: 'delay' }
  /** Nothing was captured for `stalledMs`, which the timestamps leave out from stream time `fromMs` on. */
  | { kind: 'stall'; stalledMs: number; fromMs: number };

/** The first packet of a frame; `gapMs` is how long nothing had come before it. */
type Arrival = { streamMs: number; arrivedAt: number; delayMs: number; gapMs: number };

/** Frames behind a gap, in the order of their arrival, and the least delay of those before it. */
type ObservedGap = { observed: Arrival[]; referenceMs: number };

/**
 * Finds out where a sender captured nothing for a while and its RTP timestamps went on as if no time had passed.
 * Chromium's sound does so: after its source stood still for 1 s (a suspended AudioContext, a track taken off and put
 * back, an audio service that hung), the next packet has the next sequence number and 20 ms more, and a sender report
 * tells of it 1 to 5 s later. Timestamps of its pictures, and of sound that was deactivated, go on with the time.
 *
 * The first packet after the gap looks like one that the network held up. But what the network held up comes in a
 * burst and catches up, while after a stall each packet stays as late as the first. So packets after a gap are observed
 * for a quarter of a second. A network that becomes slower all at once holds up sound and picture alike, hence the
 * look at the other stream.
 */
export class CaptureStallDetector {
  /** The last frames, in the order of their arrival. */
  #recent: Arrival[] = [];
  #newestMs = Number.NEGATIVE_INFINITY;
  #lastArrivedAt = Number.NEGATIVE_INFINITY;
  #gap: ObservedGap | null = null;

  /** Stream time of the first packet after a gap that is being observed, in milliseconds; null while there is none. */
  get gapAtMs(): number | null {
    return this.#gap === null ? null : startOf(this.#gap.observed);
  }

  /**
   * Takes a packet.
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
   * @param sinceAt what arrived before does not count; milliseconds on the monotonic clock
   * @returns null when nothing has come since
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
   * Judges the gap that is being observed, which is over with any verdict but `open`.
   * @param other how late the other stream of the same sender is since a moment; null where there is none, or it is silent
   * @param now milliseconds on the monotonic clock; `Infinity` when nothing comes any more, and the verdict has to fall
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
    // A packet that was late by chance just before the gap must not hide that those behind it catch up.
    const isConclusive = isSteady(behindGap) && this.#isConvincing(steadyPart, now === Number.POSITIVE_INFINITY);
    if (isConclusive && !(isAlike && neighbour.state === 'observed')) {
      return this.#settle({ kind: 'stall', fromMs, stalledMs: lateMs });
    }
    return now - gapEndedAt >= maxObservationMs ? this.#settle({ kind: 'delay' }) : { kind: 'open' };
  }

  #look(arrival: Arrival): void {
    // Packets of one frame follow each other, so this comes first.
    if (this.#recent.at(-1)?.streamMs === arrival.streamMs) return;
    if (this.#recent.some(({ streamMs }) => streamMs === arrival.streamMs)) return;
    const referenceMs = leastOf(this.#recent.slice(-recentFrames));
    const lateMs = arrival.delayMs - referenceMs;
    // A queue that grows in the network, or at the sender behind a large picture, leaves no gap of that length.
    const isGap = lateMs > noticeableMs + maxDriftRate * arrival.gapMs && arrival.gapMs >= lateMs * minGapShare;
    if (isGap && arrival.streamMs > this.#newestMs) {
      this.#gap = { observed: [arrival], referenceMs };
      return;
    }
    this.#newestMs = Math.max(this.#newestMs, arrival.streamMs);
    this.#remember([arrival]);
  }

  /** Packets behind a gap may overtake each other. */
  #observe(arrival: Arrival, { observed, referenceMs }: ObservedGap): void {
    if (observed.some(({ streamMs }) => streamMs === arrival.streamMs)) return;
    const isBehind = arrival.streamMs > this.#newestMs && arrival.delayMs - referenceMs > noticeableMs;
    if (isBehind || arrival.streamMs >= startOf(observed)) observed.push(arrival);
  }

  /** Whether so many packets are late, and late by the same, that uneven delays as they were before do not explain it. */
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
 * The packets that may have come after a stall: those behind the longest gap, and before it as many as are as late.
 * Others before it were captured before the stall, and were late by chance. `steadyPart` are those since the last gap,
 * `behindGap` those since the longest one.
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
 * Whether the first packet was sent before the stall and late by chance: all others are later than that, after a gap of
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
