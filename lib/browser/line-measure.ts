import { selectedPair } from './link-snapshot.ts';

/** By what way media gets to the media server, best first. */
export type LinePath = 'direct' | 'relay' | 'tcp';

/** What was seen of a line and of what is sent over it. */
export type LineMeasure = {
  /** The picture that was sent; `null` when none was. */
  picture: { width: number; height: number; framesPerSecond: number } | null;
  /** The loudest sound, 0 … 1; `null` when none was sent. */
  loudness: number | null;
  path: LinePath;
  /** What got through to the media server and back, in kbit/s. */
  uploadKbps: number;
  downloadKbps: number;
  /** What of it was lost on the way there and on the way back, 0 … 1. */
  lostUp: number;
  lostDown: number;
  /** From here to the media server and back, in milliseconds; `null` when nobody knows. */
  roundTripMs: number | null;
};

/** The reports of `getStats` that matter here (https://www.w3.org/TR/webrtc-stats/). */
export type LineReport = {
  id?: string;
  type?: string;
  kind?: string;
  timestamp?: number;
  bytesSent?: number;
  bytesReceived?: number;
  packetsSent?: number;
  packetsReceived?: number;
  packetsLost?: number;
  frameWidth?: number;
  frameHeight?: number;
  framesPerSecond?: number;
  fractionLost?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  availableOutgoingBitrate?: number;
  selectedCandidatePairId?: string;
  selected?: boolean;
  nominated?: boolean;
  localCandidateId?: string;
  candidateType?: string;
  protocol?: string;
  relayProtocol?: string;
};

/** A moment of a connection: all its reports, by their ids. */
export type LineSnapshot = ReadonlyMap<string, LineReport>;

/**
 * What a connection carried between two moments.
 * @param wantedKbps the most that a show may send; more cannot be known
 */
export function measureLine(
  before: LineSnapshot,
  after: LineSnapshot,
  wantedKbps: number,
): Omit<LineMeasure, 'loudness'> {
  const seconds = secondsBetween(before, after);
  const rate = (type: string, member: 'bytesSent' | 'bytesReceived') =>
    ((sum(after, type, member) - sum(before, type, member)) * 8) / 1000 / seconds;
  const pair = selectedPair(after);
  const picture = [...after.values()].find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  const farEnd = [...after.values()].find(({ type, kind }) => type === 'remote-inbound-rtp' && kind === 'video');
  const lostUp = Math.max(0, farEnd?.fractionLost ?? 0);
  const received = sum(after, 'inbound-rtp', 'packetsReceived') - sum(before, 'inbound-rtp', 'packetsReceived');
  const lost = sum(after, 'inbound-rtp', 'packetsLost') - sum(before, 'inbound-rtp', 'packetsLost');
  // A picture that stands still needs little: then it is the browser's own estimate that tells what there is.
  const estimateKbps = Math.min(wantedKbps, (pair?.availableOutgoingBitrate ?? 0) / 1000);
  const roundTrip = pair?.currentRoundTripTime ?? farEnd?.roundTripTime ?? null;
  return {
    picture:
      picture?.frameWidth === undefined || picture.frameHeight === undefined
        ? null
        : { width: picture.frameWidth, height: picture.frameHeight, framesPerSecond: picture.framesPerSecond ?? 0 },
    path: pathOf(after, pair),
    uploadKbps: Math.max(rate('outbound-rtp', 'bytesSent') * (1 - lostUp), estimateKbps * (1 - lostUp)),
    downloadKbps: rate('inbound-rtp', 'bytesReceived'),
    lostUp,
    lostDown: lost <= 0 ? 0 : lost / (lost + received),
    roundTripMs: roundTrip === null ? null : roundTrip * 1000,
  };
}

function sum(
  snapshot: LineSnapshot,
  type: string,
  member: 'bytesSent' | 'bytesReceived' | 'packetsReceived' | 'packetsLost',
): number {
  let total = 0;
  for (const report of snapshot.values()) if (report.type === type) total += report[member] ?? 0;
  return total;
}

function secondsBetween(before: LineSnapshot, after: LineSnapshot): number {
  const time = (snapshot: LineSnapshot) => Math.max(0, ...[...snapshot.values()].map(({ timestamp = 0 }) => timestamp));
  return Math.max(0.001, (time(after) - time(before)) / 1000);
}

function pathOf(snapshot: LineSnapshot, pair: LineReport | undefined): LinePath {
  const local = pair?.localCandidateId === undefined ? undefined : snapshot.get(pair.localCandidateId);
  if (local?.protocol === 'tcp' || local?.relayProtocol === 'tcp' || local?.relayProtocol === 'tls') return 'tcp';
  return local?.candidateType === 'relay' ? 'relay' : 'direct';
}
