import { LinkStats, type StatsEntry, type StatsReport } from './link-stats.ts';

/** How media comes to this browser. */
type LinkPath = 'udp' | 'tcp' | 'relay';

/** What a link had counted at one moment. Counts are totals since the link began; `null` is what nobody measures. */
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
  /** Samples of sound that had to be made up, without those that were made up in silence. */
  concealed: number;
  samples: number;
  jitterMs: number | null;
  roundTripMs: number | null;
  path: LinkPath | null;
};

/** Reads what matters to a viewer out of a report; `null` if nothing comes in. */
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

function pathOf({ localCandidate, remoteCandidate }: LinkStats): LinkPath | null {
  if (localCandidate?.candidateType === 'relay' || remoteCandidate?.candidateType === 'relay') return 'relay';
  const protocol = localCandidate?.protocol?.toLowerCase();
  return protocol === 'udp' || protocol === 'tcp' ? protocol : null;
}

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
