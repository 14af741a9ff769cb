import type { MediaKind } from '../../signaling.ts';

/** One entry of a report, with the fields that we read: https://www.w3.org/TR/webrtc-stats/. Browsers omit some. */
export type StatsEntry = {
  id?: string;
  type?: string;
  kind?: string;
  timestamp?: number;
  codecId?: string;
  mimeType?: string;
  // Incoming media.
  bytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  jitter?: number;
  nackCount?: number;
  framesDecoded?: number;
  framesDropped?: number;
  freezeCount?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  totalSamplesReceived?: number;
  // Outgoing media, and the other side's reports on it.
  bytesSent?: number;
  packetsSent?: number;
  retransmittedPacketsSent?: number;
  targetBitrate?: number;
  qualityLimitationReason?: 'none' | 'cpu' | 'bandwidth' | 'other';
  framesEncoded?: number;
  totalEncodeTime?: number;
  totalPacketSendDelay?: number;
  fractionLost?: number;
  roundTripTime?: number;
  roundTripTimeMeasurements?: number;
  // The picture as received or sent, and as its source delivers it.
  frameWidth?: number;
  frameHeight?: number;
  framesPerSecond?: number;
  width?: number;
  height?: number;
  frames?: number;
  // The network path of the media.
  selectedCandidatePairId?: string;
  selected?: boolean;
  nominated?: boolean;
  localCandidateId?: string;
  remoteCandidateId?: string;
  currentRoundTripTime?: number;
  availableOutgoingBitrate?: number;
  candidateType?: string;
  protocol?: string;
  relayProtocol?: string;
  url?: string;
};

/** The part of an `RTCStatsReport` that we use. */
export type StatsReport = { forEach(visit: (entry: StatsEntry) => void): void };

/** The types of entries that exist once for each stream of sound or picture. */
type StreamType = 'inbound-rtp' | 'outbound-rtp' | 'remote-inbound-rtp' | 'remote-outbound-rtp' | 'media-source';

type Count =
  | 'bytesReceived'
  | 'packetsReceived'
  | 'packetsLost'
  | 'nackCount'
  | 'framesDecoded'
  | 'bytesSent'
  | 'roundTripTimeMeasurements';

/**
 * The browser's report on a link at one moment. Everything that measures a link reads the report through this class.
 */
export class LinkStats {
  readonly #entries = new Map<string, StatsEntry>();
  /** The pair of candidates that carries the media: named by the transport, or else by a flag of its own. */
  readonly pair: StatsEntry | undefined;

  constructor(report: StatsReport) {
    // Tests' entries may have no id.
    report.forEach((entry) => void this.#entries.set(entry.id ?? String(this.#entries.size), entry));
    this.pair = this.#selectedPair();
  }

  /** When the newest entry was measured, in milliseconds by the clock of the report. */
  get atMs(): number {
    return Math.max(0, ...[...this.#entries.values()].map(({ timestamp = 0 }) => timestamp));
  }

  /** This browser's end of {@link pair}. */
  get localCandidate(): StatsEntry | undefined {
    return this.entry(this.pair?.localCandidateId);
  }

  /** The other end of {@link pair}. */
  get remoteCandidate(): StatsEntry | undefined {
    return this.entry(this.pair?.remoteCandidateId);
  }

  /** The entry to which another one refers by `id`. */
  entry(id: string | undefined): StatsEntry | undefined {
    return id === undefined ? undefined : this.#entries.get(id);
  }

  /** The entries of a type, of one kind of media or of all. */
  streams(type: StreamType, kind?: MediaKind): StatsEntry[] {
    const ofType = [...this.#entries.values()].filter((entry) => entry.type === type);
    return kind === undefined ? ofType : ofType.filter((entry) => entry.kind === kind);
  }

  /** The sum of a count over all entries of a type; entries without it count as 0. */
  sum(type: StreamType, count: Count, kind?: MediaKind): number {
    return this.streams(type, kind).reduce((total, entry) => total + (entry[count] ?? 0), 0);
  }

  #selectedPair(): StatsEntry | undefined {
    const all = [...this.#entries.values()];
    const named = all.find(
      ({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined,
    );
    if (named !== undefined) return this.entry(named.selectedCandidatePairId);
    const pairs = all.filter(({ type }) => type === 'candidate-pair');
    return pairs.find(({ selected }) => selected) ?? pairs.find(({ nominated }) => nominated);
  }
}
