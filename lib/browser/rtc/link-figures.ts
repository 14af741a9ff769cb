import { LinkStats, type StatsEntry, type StatsReport } from './link-stats.ts';
import { type NetworkPath, pathOf } from './path-evidence.ts';

/** The counters of a link at one moment. Counts are totals since the link began; `null` means not measured. */
export type LinkSnapshot = {
  /** Milliseconds, by the clock of the report. */
  atMs: number;
  bytes: number;
  packets: number;
  lost: number;
  width: number | null;
  height: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  framesDecoded: number | null;
  framesDropped: number | null;
  freezes: number | null;
  /** Audio samples that had to be concealed, without those that were concealed in silence. */
  concealed: number;
  samples: number;
  jitterMs: number | null;
  roundTripMs: number | null;
  path: NetworkPath | null;
};

/** Reads the figures that matter to a viewer from a report; `null` if nothing is received. */
export function readSnapshot(report: StatsReport): LinkSnapshot | null {
  const stats = new LinkStats(report);
  const [video] = stats.streams('inbound-rtp', 'video');
  const [audio] = stats.streams('inbound-rtp', 'audio');
  const received = [video, audio].filter((entry) => entry !== undefined);
  if (received.length === 0) return null;
  const codecOf = (entry: StatsEntry | undefined) => stats.entry(entry?.codecId)?.mimeType?.split('/')[1] ?? null;
  const sum = (count: 'bytesReceived' | 'packetsReceived' | 'packetsLost') =>
    received.reduce((total, entry) => total + (entry[count] ?? 0), 0);
  const jitters = received.flatMap(({ jitter }) => jitter ?? []);
  const roundTrip = stats.pair?.currentRoundTripTime;
  return {
    atMs: received[0]?.timestamp ?? 0,
    bytes: sum('bytesReceived'),
    packets: sum('packetsReceived'),
    lost: sum('packetsLost'),
    width: video?.frameWidth ?? null,
    height: video?.frameHeight ?? null,
    videoCodec: codecOf(video),
    audioCodec: codecOf(audio),
    framesDecoded: video?.framesDecoded ?? null,
    framesDropped: video?.framesDropped ?? null,
    freezes: video?.freezeCount ?? null,
    concealed: (audio?.concealedSamples ?? 0) - (audio?.silentConcealedSamples ?? 0),
    samples: audio?.totalSamplesReceived ?? 0,
    jitterMs: jitters.length === 0 ? null : Math.max(...jitters) * 1_000,
    roundTripMs: roundTrip === undefined ? null : roundTrip * 1_000,
    path: pathOf(stats),
  };
}

/** The figures of a link: changes between two samples, and current values. `null` means unknown. */
export type LinkFigures = {
  width: number | null;
  height: number | null;
  framesPerSecond: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  /** Sound and picture together, in kbit/s. */
  kbps: number | null;
  /** The share of packets that were lost between the two samples: 0 to 1. */
  lossShare: number | null;
  jitterMs: number | null;
  roundTripMs: number | null;
  /** Since the link began. */
  framesDecoded: number | null;
  /** Since the link began. */
  framesDropped: number | null;
  /** The share of frames that arrived but were not shown between the two samples: 0 to 1. */
  droppedShare: number | null;
  /** Since the link began. */
  freezes: number | null;
  /** Between the two samples. */
  newFreezes: number;
  /** The share of sound that was concealed between the two samples: 0 to 1. */
  concealedShare: number;
  path: NetworkPath | null;
};

/** The figures of a link at `current`; `previous` is an earlier sample of the same link, or `null` for the first. */
export function figuresBetween(previous: LinkSnapshot | null, current: LinkSnapshot): LinkFigures {
  // Counts that went back belong to a new link.
  const known = previous !== null && previous.bytes <= current.bytes && previous.atMs < current.atMs;
  const before = known ? previous : null;
  const seconds = before === null ? 0 : (current.atMs - before.atMs) / 1_000;
  /** How much a count grew; `null` where there is nothing to compare. */
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
    // Dropped frames were decoded, too.
    droppedShare: decoded === null || dropped === null ? null : share(dropped, Math.max(decoded, dropped)),
    freezes: current.freezes,
    newFreezes: grown(({ freezes }) => freezes) ?? 0,
    concealedShare: share(grown(({ concealed }) => concealed) ?? 0, grown(({ samples }) => samples) ?? 0),
    path: current.path,
  };
}

const share = (part: number, whole: number) => (whole <= 0 ? 0 : Math.min(1, part / whole));
