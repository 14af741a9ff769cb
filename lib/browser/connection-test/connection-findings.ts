import { LinkStats, type StatsReport } from '../rtc/link-stats.ts';
import {
  limitOf,
  type NetworkPath,
  type PathLimit,
  pathOf,
  type RelayEvidence,
  type RelayTrouble,
  relayTroubleOf,
} from '../rtc/path-evidence.ts';

/** The measurements of a network and of the media that is sent over it. */
export type ConnectionMeasurement = {
  /** The picture that was sent; `null` if none was. */
  picture: { width: number; height: number; framesPerSecond: number } | null;
  /** The loudest sound, 0 … 1; `null` if none was sent. */
  loudness: number | null;
  path: NetworkPath;
  /** The bitrates that reached the media server and came back, in kbit/s. */
  uploadKbps: number;
  downloadKbps: number;
  /** The packet loss to the media server and back from it, 0 … 1. */
  lostUp: number;
  lostDown: number;
  /** The round trip to the media server, in milliseconds; `null` if it is not known. */
  roundTripMs: number | null;
};

/**
 * Measures what a connection carried between two reports.
 * @param wantedKbps the most that a show may send; more is never measured
 */
export function measureConnection(
  before: StatsReport,
  after: StatsReport,
  wantedKbps: number,
): Omit<ConnectionMeasurement, 'loudness'> {
  const [from, to] = [new LinkStats(before), new LinkStats(after)];
  const seconds = Math.max(0.001, (to.atMs - from.atMs) / 1000);
  const grown = (...of: Parameters<LinkStats['sum']>) => to.sum(...of) - from.sum(...of);
  const rate = (...of: Parameters<LinkStats['sum']>) => (grown(...of) * 8) / 1000 / seconds;
  const [picture] = to.streams('outbound-rtp', 'video');
  const [farEnd] = to.streams('remote-inbound-rtp', 'video');
  const lostUp = Math.max(0, farEnd?.fractionLost ?? 0);
  const received = grown('inbound-rtp', 'packetsReceived');
  const lost = grown('inbound-rtp', 'packetsLost');
  // A still picture needs little bandwidth: then the browser's own estimate shows how much is available.
  const estimateKbps = Math.min(wantedKbps, (to.pair?.availableOutgoingBitrate ?? 0) / 1000);
  const roundTrip = to.pair?.currentRoundTripTime ?? farEnd?.roundTripTime ?? null;
  return {
    picture:
      picture?.frameWidth === undefined || picture.frameHeight === undefined
        ? null
        : { width: picture.frameWidth, height: picture.frameHeight, framesPerSecond: picture.framesPerSecond ?? 0 },
    path: pathOf(to) ?? 'direct',
    uploadKbps: Math.max(rate('outbound-rtp', 'bytesSent') * (1 - lostUp), estimateKbps * (1 - lostUp)),
    downloadKbps: rate('inbound-rtp', 'bytesReceived'),
    lostUp,
    lostDown: lost <= 0 ? 0 : lost / (lost + received),
    roundTripMs: roundTrip === null ? null : roundTrip * 1000,
  };
}

/** A verdict: as it should be, acceptable with some loss of quality, or not good enough. */
export type Verdict = 'good' | 'fair' | 'bad';

/** One result of a test: its subject, its verdict, and the figures for its sentence. */
export type Finding =
  | { about: 'camera'; verdict: Verdict; width: number; height: number; framesPerSecond: number }
  | { about: 'microphone'; verdict: Verdict }
  | { about: 'path'; verdict: Verdict; path: NetworkPath; limit: PathLimit | null }
  | { about: 'relay'; verdict: Verdict; trouble: RelayTrouble }
  | { about: 'upload'; verdict: Verdict; mbps: number; lost: number }
  | { about: 'download'; verdict: Verdict; mbps: number; lost: number }
  | { about: 'delay'; verdict: Verdict; ms: number };

/** The bitrates from which 720p and 480p look as they should, in kbit/s. */
const goodKbps = 1_800;
const fairKbps = 700;
/** The same for a viewer's test, which sends a small generated picture. */
const goodDownKbps = 600;
const fairDownKbps = 250;
const fewLost = 0.02;
const manyLost = 0.08;
const quickMs = 150;
const slowMs = 400;
/** A sound that is fainter than this is not a voice: -51 dB, on the scale of the level meter. */
const faint = 0.15;

/**
 * Judges what a measured network means for a show.
 * @param relays what the browser learned about the relays meanwhile
 * @param role for a presenter the upload matters, for a viewer the download
 * @returns one finding for each subject that could be judged, the sender's own devices first
 */
export function findingsOf(
  measure: ConnectionMeasurement,
  relays: RelayEvidence,
  role: 'presenter' | 'viewer',
): Finding[] {
  const { picture, loudness, path, roundTripMs } = measure;
  const findings: Finding[] = [];
  if (role === 'presenter' && picture !== null)
    findings.push({ about: 'camera', verdict: cameraVerdict(picture), ...picture });
  if (role === 'presenter' && loudness !== null) {
    findings.push({ about: 'microphone', verdict: loudness < faint ? 'bad' : 'good' });
  }
  const overUdp = path === 'direct' || path === 'relay-udp';
  findings.push({ about: 'path', verdict: overUdp ? 'good' : 'fair', path, limit: limitOf(path, relays) });
  const trouble = relayTroubleOf(path, relays);
  if (trouble !== null) findings.push({ about: 'relay', verdict: 'fair', trouble });
  if (role === 'presenter') {
    const verdict = worse(amount(measure.uploadKbps, goodKbps, fairKbps), losses(measure.lostUp));
    findings.push({ about: 'upload', verdict, mbps: measure.uploadKbps / 1000, lost: measure.lostUp });
  } else {
    const verdict = worse(amount(measure.downloadKbps, goodDownKbps, fairDownKbps), losses(measure.lostDown));
    findings.push({ about: 'download', verdict, mbps: measure.downloadKbps / 1000, lost: measure.lostDown });
  }
  if (roundTripMs !== null) {
    const verdict = roundTripMs <= quickMs ? 'good' : roundTripMs <= slowMs ? 'fair' : 'bad';
    // The round trip is measured. What matters is one way by the presenter and one by the viewer: about as long.
    findings.push({ about: 'delay', verdict, ms: roundTripMs });
  }
  return findings;
}

/** The worst verdict, which is that of the whole test. */
export function worstOf(findings: readonly Finding[]): Verdict {
  return findings.reduce<Verdict>((worst, { verdict }) => worse(worst, verdict), 'good');
}

function cameraVerdict({ height, framesPerSecond }: NonNullable<ConnectionMeasurement['picture']>): Verdict {
  if (framesPerSecond < 5) return 'bad';
  return framesPerSecond < 14 || height < 240 ? 'fair' : 'good';
}

function amount(kbps: number, good: number, fair: number): Verdict {
  return kbps >= good ? 'good' : kbps >= fair ? 'fair' : 'bad';
}

function losses(share: number): Verdict {
  return share <= fewLost ? 'good' : share <= manyLost ? 'fair' : 'bad';
}

function worse(one: Verdict, other: Verdict): Verdict {
  const order: readonly Verdict[] = ['good', 'fair', 'bad'];
  return order.indexOf(one) > order.indexOf(other) ? one : other;
}
