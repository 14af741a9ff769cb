/** How media comes to this browser. */
export type LinkPath = 'udp' | 'tcp' | 'relay';

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

/** One entry of a report; browsers differ in what they fill in. */
type Entry = Readonly<Record<string, unknown>>;

/** As much of an `RTCStatsReport` as is read here. */
export type StatsReport = { forEach: (visit: (entry: Entry) => void) => void };

/** Reads what matters to a viewer out of a report (https://www.w3.org/TR/webrtc-stats/); `null` if nothing comes in. */
export function readSnapshot(report: StatsReport): LinkSnapshot | null {
  const entries = entriesById(report);
  const all = [...entries.values()];
  const inbound = (kind: string) => all.find((entry) => entry.type === 'inbound-rtp' && entry.kind === kind);
  const [video, audio] = [inbound('video'), inbound('audio')];
  const received = [video, audio].filter((entry) => entry !== undefined);
  if (received.length === 0) return null;
  const codecOf = (entry: Entry | undefined) => {
    const mimeType = text(entries.get(text(entry, 'codecId') ?? ''), 'mimeType');
    return mimeType?.split('/')[1] ?? null;
  };
  const sum = (name: string) => received.reduce((total, entry) => total + (number(entry, name) ?? 0), 0);
  const jitters = received.flatMap((entry) => number(entry, 'jitter') ?? []);
  const pair = selectedPair(entries);
  return {
    atMs: number(received[0], 'timestamp') ?? 0,
    bytes: sum('bytesReceived'),
    packets: sum('packetsReceived'),
    lost: sum('packetsLost'),
    width: number(video, 'frameWidth'),
    height: number(video, 'frameHeight'),
    videoCodec: codecOf(video),
    audioCodec: codecOf(audio),
    framesDecoded: number(video, 'framesDecoded'),
    framesDropped: number(video, 'framesDropped'),
    freezes: number(video, 'freezeCount'),
    concealed: (number(audio, 'concealedSamples') ?? 0) - (number(audio, 'silentConcealedSamples') ?? 0),
    samples: number(audio, 'totalSamplesReceived') ?? 0,
    jitterMs: jitters.length === 0 ? null : Math.max(...jitters) * 1_000,
    roundTripMs: milliseconds(number(pair, 'currentRoundTripTime')),
    path: pathOf(pair, entries),
  };
}

/** The entries of a report by their ids; tests' entries may have none. */
export function entriesById<Report extends Entry>(report: {
  forEach: (visit: (entry: Report) => void) => void;
}): Map<string, Report> {
  const entries = new Map<string, Report>();
  report.forEach((entry) => void entries.set(text(entry, 'id') ?? String(entries.size), entry));
  return entries;
}

/**
 * The pair of candidates that media goes through, out of the entries of a report by their ids: named by the transport,
 * and otherwise marked.
 */
export function selectedPair<Report extends Entry>(entries: ReadonlyMap<string, Report>): Report | undefined {
  const all = [...entries.values()];
  const named = all.map((entry) => (entry.type === 'transport' ? text(entry, 'selectedCandidatePairId') : null));
  const id = named.find((one) => one !== null);
  if (id !== undefined && id !== null) return entries.get(id);
  const pairs = all.filter((entry) => entry.type === 'candidate-pair');
  return pairs.find((pair) => pair.selected === true) ?? pairs.find((pair) => pair.nominated === true);
}

function pathOf(pair: Entry | undefined, entries: ReadonlyMap<string, Entry>): LinkPath | null {
  const local = entries.get(text(pair, 'localCandidateId') ?? '');
  const remote = entries.get(text(pair, 'remoteCandidateId') ?? '');
  if (local?.candidateType === 'relay' || remote?.candidateType === 'relay') return 'relay';
  const protocol = text(local, 'protocol')?.toLowerCase();
  return protocol === 'udp' || protocol === 'tcp' ? protocol : null;
}

function number(entry: Entry | undefined, name: string): number | null {
  const value = entry?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function text(entry: Entry | undefined, name: string): string | null {
  const value = entry?.[name];
  return typeof value === 'string' ? value : null;
}

const milliseconds = (seconds: number | null) => (seconds === null ? null : seconds * 1_000);
