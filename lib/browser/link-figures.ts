import type { LinkPath, LinkSnapshot } from './link-snapshot.ts';

/** A link in figures: what happened between two looks at it, and what holds now. `null` is what is not known. */
export type LinkFigures = {
  width: number | null;
  height: number | null;
  framesPerSecond: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  /** Sound and picture together, in kbit/s. */
  kbps: number | null;
  /** The share of packets that were lost between the two looks: 0 to 1. */
  lossShare: number | null;
  jitterMs: number | null;
  roundTripMs: number | null;
  /** Since the link began. */
  framesDecoded: number | null;
  /** Since the link began. */
  framesDropped: number | null;
  /** The share of pictures that came and were not shown between the two looks: 0 to 1. */
  droppedShare: number | null;
  /** Since the link began. */
  freezes: number | null;
  /** Between the two looks. */
  newFreezes: number;
  /** The share of sound that was made up between the two looks: 0 to 1. */
  concealedShare: number;
  path: LinkPath | null;
};

/** The figures of a link at `current`; `previous` is an earlier look at the same link, or `null` for the first. */
export function figuresBetween(previous: LinkSnapshot | null, current: LinkSnapshot): LinkFigures {
  // Counts that went back are those of a new link.
  const known = previous !== null && previous.bytes <= current.bytes && previous.atMs < current.atMs;
  const before = known ? previous : null;
  const seconds = before === null ? 0 : (current.atMs - before.atMs) / 1_000;
  /** How much a count grew, and `null` where there is nothing to compare. */
  const grown = (read: (snapshot: LinkSnapshot) => number | null) => {
    const [from, to] = [before === null ? null : read(before), read(current)];
    return from === null || to === null ? null : Math.max(0, to - from);
  };
  const decoded = grown(({ framesDecoded }) => framesDecoded);
  const dropped = grown(({ framesDropped }) => framesDropped);
  const packets = grown((snapshot) => snapshot.packets);
  const lost = grown((snapshot) => snapshot.lost);
  const bytes = grown((snapshot) => snapshot.bytes);
  return {
    width: current.width,
    height: current.height,
    framesPerSecond: decoded === null ? null : decoded / seconds,
    videoCodec: current.videoCodec,
    audioCodec: current.audioCodec,
    kbps: bytes === null ? null : (bytes * 8) / 1_000 / seconds,
    lossShare: packets === null || lost === null ? null : share(lost, packets + lost),
    jitterMs: current.jitterMs,
    roundTripMs: current.roundTripMs,
    framesDecoded: current.framesDecoded,
    framesDropped: current.framesDropped,
    // Dropped pictures were decoded, too.
    droppedShare: decoded === null || dropped === null ? null : share(dropped, Math.max(decoded, dropped)),
    freezes: current.freezes,
    newFreezes: grown(({ freezes }) => freezes) ?? 0,
    concealedShare: share(grown(({ concealed }) => concealed) ?? 0, grown(({ samples }) => samples) ?? 0),
    path: current.path,
  };
}

const share = (part: number, whole: number) => (whole <= 0 ? 0 : Math.min(1, part / whole));
