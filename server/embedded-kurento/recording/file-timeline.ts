import type { MediaKind } from '../media/media-types.ts';
import type { RtpClock } from './rtp-clock.ts';

/** A step of the stream against our clock that is no jitter: the stream's clock stopped or jumped. */
const jumpMs = 500;
/** Sender reports and arrivals that differ by more than this do not speak of the same clock. */
const maxReportErrorMs = 1000;
/** How fast a stream is led to its right place: a tenth of the time that passes, which no eye notices. */
const slewRate = 0.1;

type Placement = { clock: RtpClock; offsetMs: number; lastStreamMs: number };

/**
 * Places the frames of all tracks on one time line, in milliseconds of our monotonic clock.
 *
 * Audio is the measure once it is there, because an ear hears what no eye sees: it runs by its own RTP clock and is
 * only moved when that clock stopped or jumped. Video is led along with it, by both streams' sender reports
 * (RFC 3550 §6.4.1) or, until those are known, by their arrivals; a correction that comes late is spread over time.
 */
export class FileTimeline {
  readonly #placements = new Map<MediaKind, Placement>();

  /** True when it is known how the sender captured these streams in relation to each other. */
  static isAligned(clocks: readonly RtpClock[]): boolean {
    return clocks.length < 2 || clocks.every((clock) => clock.senderOffsetMs !== null);
  }

  /** Where a frame stands, in milliseconds on our clock. */
  place(kind: MediaKind, clock: RtpClock, streamMs: number): number {
    const known = this.#placements.get(kind);
    const placement = known?.clock === clock ? known : this.#start(kind, clock, streamMs);
    if (this.#master() === placement) {
      const lateness = clock.arrivalOffsetMs - placement.offsetMs;
      if (Math.abs(lateness) > jumpMs) placement.offsetMs = clock.arrivalOffsetMs;
    } else {
      this.#lead(placement, streamMs);
    }
    placement.lastStreamMs = streamMs;
    return streamMs + placement.offsetMs;
  }

  /** Moves a stream later, because its place on the line was taken already. */
  delay(kind: MediaKind, byMs: number): void {
    const placement = this.#placements.get(kind);
    if (placement !== undefined) placement.offsetMs += byMs;
  }

  /** Forgets all streams, as after a pause. */
  reset(): void {
    this.#placements.clear();
  }

  #master(): Placement | undefined {
    return this.#placements.get('audio') ?? this.#placements.get('video');
  }

  #start(kind: MediaKind, clock: RtpClock, streamMs: number): Placement {
    const other = this.#placements.get(kind === 'audio' ? 'video' : 'audio');
    const offsetMs = other === undefined ? clock.arrivalOffsetMs : besides(other, clock);
    // A neighbour that fell silent long ago is no measure for one who comes back.
    const isPlausible = Math.abs(offsetMs - clock.arrivalOffsetMs) < jumpMs;
    const placement = { clock, offsetMs: isPlausible ? offsetMs : clock.arrivalOffsetMs, lastStreamMs: streamMs };
    this.#placements.set(kind, placement);
    return placement;
  }

  #lead(placement: Placement, streamMs: number): void {
    const master = this.#master();
    if (master === undefined) return;
    const error = besides(master, placement.clock) - placement.offsetMs;
    const fromArrival = placement.clock.arrivalOffsetMs - placement.offsetMs;
    if (Math.abs(fromArrival) > jumpMs && Math.abs(error) > jumpMs) {
      placement.offsetMs = placement.clock.arrivalOffsetMs;
      return;
    }
    const isReported = master.clock.senderOffsetMs !== null && placement.clock.senderOffsetMs !== null;
    if (Math.abs(error) < (isReported ? 2 : 20)) return;
    const step = slewRate * Math.max(0, streamMs - placement.lastStreamMs);
    placement.offsetMs += Math.max(-step, Math.min(step, error));
  }
}

/** The offset at which a stream with `clock` lies right beside `reference`. */
function besides(reference: Placement, clock: RtpClock): number {
  const byArrival = clock.arrivalOffsetMs - reference.clock.arrivalOffsetMs;
  const ours = clock.senderOffsetMs;
  const theirs = reference.clock.senderOffsetMs;
  if (ours === null || theirs === null) return reference.offsetMs + byArrival;
  const byReport = ours - theirs;
  return reference.offsetMs + (Math.abs(byReport - byArrival) < maxReportErrorMs ? byReport : byArrival);
}
