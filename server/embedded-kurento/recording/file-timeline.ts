import type { MediaKind } from '../media/media-types.ts';
import type { RtpClock } from '../media/rtp/rtp-clock.ts';

/** A step of the stream against our clock that is too large for jitter: the stream's clock stopped or jumped. */
const jumpMs = 500;
/** Sender reports and arrivals that differ by more than this do not refer to the same clock. */
const maxReportErrorMs = 1000;
/** How fast a stream is moved to its right position: a tenth of the elapsed time, which is not visible. */
const slewRate = 0.1;

/** Clocks that drift more than this, as a share of time, count as jumping. */
const maxDriftRate = 0.001;

type Placement = {
  clock: RtpClock;
  /** Added to stream time. */
  offsetMs: number;
  /** How much later frames arrive than they are placed: the drift between two clocks, which grows over hours. */
  driftMs: number;
  lastStreamMs: number;
};

/**
 * Places the frames of all tracks on one timeline, in milliseconds of our monotonic clock.
 *
 * Audio is the reference once it is there, because small shifts are audible but not visible: it follows its own RTP
 * clock and is moved only when that clock stopped or jumped. The drift of its clock against ours adds up to half a
 * second in an hour or two, which is not a jump and stays uncorrected: only the offset between audio and video matters.
 * Video follows audio, by the sender reports of both streams (RFC 3550 §6.4.1) or, until those are known, by their
 * arrivals; a late correction is spread over time.
 */
export class FileTimeline {
  readonly #placements = new Map<MediaKind, Placement>();

  /** True when the capture times of these streams in relation to each other are known. */
  static isAligned(clocks: readonly RtpClock[]): boolean {
    return clocks.length < 2 || clocks.every((clock) => clock.senderOffsetMs !== null);
  }

  /** The position of a frame, in milliseconds on our clock. */
  place(kind: MediaKind, clock: RtpClock, streamMs: number): number {
    const known = this.#placements.get(kind);
    const placement = known?.clock === clock ? known : this.#start(kind, clock, streamMs);
    if (this.#master() === placement) {
      const lateness = clock.arrivalOffsetMs - placement.offsetMs - placement.driftMs;
      const step = maxDriftRate * Math.max(0, streamMs - placement.lastStreamMs);
      if (Math.abs(lateness) > jumpMs) placement.offsetMs += lateness;
      else placement.driftMs += clamp(lateness, step);
    } else {
      this.#lead(placement, streamMs);
    }
    placement.lastStreamMs = streamMs;
    return streamMs + placement.offsetMs;
  }

  /** Moves a stream later, because its position on the timeline was already taken. */
  delay(kind: MediaKind, byMs: number): void {
    const placement = this.#placements.get(kind);
    if (placement !== undefined) placement.offsetMs += byMs;
  }

  /** The position of media that arrives at `now`, in milliseconds on our clock. */
  placeOfArrival(now: number): number {
    return now - (this.#master()?.driftMs ?? 0);
  }

  /** Removes all streams, as after a pause. */
  reset(): void {
    this.#placements.clear();
  }

  #master(): Placement | undefined {
    return this.#placements.get('audio') ?? this.#placements.get('video');
  }

  #start(kind: MediaKind, clock: RtpClock, streamMs: number): Placement {
    const other = this.#placements.get(kind === 'audio' ? 'video' : 'audio');
    const driftMs = (other ?? this.#placements.get(kind))?.driftMs ?? 0;
    const byArrivalMs = clock.arrivalOffsetMs - driftMs;
    const besideMs = other === undefined ? byArrivalMs : besides(other, clock);
    // A stream that fell silent long ago is no reference for one that comes back.
    const offsetMs = Math.abs(besideMs - byArrivalMs) < jumpMs ? besideMs : byArrivalMs;
    const placement = { clock, offsetMs, driftMs, lastStreamMs: streamMs };
    this.#placements.set(kind, placement);
    return placement;
  }

  #lead(placement: Placement, streamMs: number): void {
    const master = this.#master();
    if (master === undefined) return;
    placement.driftMs = master.driftMs;
    const error = besides(master, placement.clock) - placement.offsetMs;
    const fromArrival = placement.clock.arrivalOffsetMs - master.driftMs - placement.offsetMs;
    if (Math.abs(fromArrival) > jumpMs && Math.abs(error) > jumpMs) {
      placement.offsetMs += fromArrival;
      return;
    }
    const isReported = master.clock.senderOffsetMs !== null && placement.clock.senderOffsetMs !== null;
    if (Math.abs(error) < (isReported ? 2 : 20)) return;
    const step = slewRate * Math.max(0, streamMs - placement.lastStreamMs);
    placement.offsetMs += clamp(error, step);
  }
}

/** The offset at which a stream with `clock` is aligned with `reference`. */
function besides(reference: Placement, clock: RtpClock): number {
  const byArrival = clock.arrivalOffsetMs - reference.clock.arrivalOffsetMs;
  const ours = clock.senderOffsetMs;
  const theirs = reference.clock.senderOffsetMs;
  if (ours === null || theirs === null) return reference.offsetMs + byArrival;
  const byReport = ours - theirs;
  return reference.offsetMs + (Math.abs(byReport - byArrival) < maxReportErrorMs ? byReport : byArrival);
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
