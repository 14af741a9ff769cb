import { LinkStats, type StatsEntry, type StatsReport } from './link-stats.ts';

/** The reason why a picture is smaller than it could be, as browsers name it. */
type Limit = NonNullable<StatsEntry['qualityLimitationReason']>;

/** The browser's counters of the media that it sends; sums are since the link was made. */
export type SenderReport = {
  /** When the counters were read, in milliseconds. */
  at: number;
  bytesSent: number;
  packetsSent: number;
  /** Retransmissions among them, which the server requested. */
  packetsRepeated: number;
  /** The packets that the server reports as lost; `null` until it has reported. */
  packetsLost: number | null;
  /** The round trip, in milliseconds. */
  roundTripMs: number | null;
  /** The round trip in the media server's reports, and when they arrived: a sum of times, which changes with each. */
  reportedRoundTripMs: number | null;
  reportsHeardAt: number;
  /** The browser's bandwidth estimate for the uplink, in kbit/s; 0 if it does not report one. */
  availableKbps: number;
  /** The shorter side of the picture that is sent, in pixels; `null` without a picture. */
  height: number | null;
  /** The shorter side of the camera's picture, in pixels. */
  sourceHeight: number | null;
  /** The share of the camera's frame rate that is sent, 0 … 1; `null` where that is not known. */
  frameShare: number | null;
  limitedBy: Limit;
  /** True while the uplink could clearly carry more than the encoder's target bitrate. */
  hasHeadroom: boolean;
  /** The encoder's target bitrate in kbit/s; 0 if the browser does not report it. */
  targetKbps: number;
  /** True if video was negotiated; the server may have refused it. */
  hasVideo: boolean;
  /** Frames from the camera; `null` if the browser does not count them. */
  framesGiven: number | null;
  /** Frames, the time it took to encode them, and the time their packets waited to be sent, in milliseconds. */
  framesEncoded: number;
  encodeMs: number;
  videoPackets: number;
  queueMs: number;
};

/** The fields about the picture; a sample takes them from the later report. */
type PictureInfo = 'height' | 'sourceHeight' | 'frameShare' | 'limitedBy' | 'hasHeadroom' | 'hasVideo';

/** The media that was sent between two reports. */
export type SenderSample = Pick<SenderReport, 'at' | 'roundTripMs' | Exclude<PictureInfo, 'hasHeadroom'>> & {
  /**
   * True while the uplink could clearly carry more than the encoder's target bitrate, and the encoder uses all of that
   * target: then the server sets the limit. A target that still grows, or is not used, limits nothing.
   */
  hasHeadroom: boolean;
  kbps: number;
  /** Frames from the camera; encoded frames if the browser does not count those from the camera. */
  frames: number;
  /** 0 … 1; `null` while it is not known. */
  lossShare: number | null;
  /** From the camera to the media server, in milliseconds; `null` while it is not known. */
  delayMs: number | null;
};

/** The bandwidth estimate fluctuates; only an estimate that exceeds the target by this factor means headroom. */
const clearlyMore = 1.3;
/** A target bitrate that still grows by more than this factor is not a limit yet. */
const risen = 1.05;
/** An encoder that sends less than this share of its target is not limited by it. */
const used = 0.7;

/** Reads the counters of a sender from a browser's report; `now` is in milliseconds. */
export function readSenderReport(report: StatsReport, now: number): SenderReport {
  const read: SenderReport = {
    at: now,
    bytesSent: 0,
    packetsSent: 0,
    packetsRepeated: 0,
    packetsLost: null,
    roundTripMs: null,
    reportedRoundTripMs: null,
    reportsHeardAt: 0,
    availableKbps: 0,
    height: null,
    sourceHeight: null,
    frameShare: null,
    limitedBy: 'none',
    hasHeadroom: false,
    targetKbps: 0,
    hasVideo: false,
    framesGiven: null,
    framesEncoded: 0,
    encodeMs: 0,
    videoPackets: 0,
    queueMs: 0,
  };
  const frames = { sent: 0, given: 0 };
  const stats = new LinkStats(report);
  for (const entry of stats.streams('outbound-rtp')) {
    read.bytesSent += entry.bytesSent ?? 0;
    read.packetsSent += entry.packetsSent ?? 0;
    read.packetsRepeated += entry.retransmittedPacketsSent ?? 0;
    if (entry.kind !== 'video') continue;
    read.hasVideo = true;
    read.height = shorterSide(entry.frameWidth, entry.frameHeight);
    read.limitedBy = entry.qualityLimitationReason ?? 'none';
    frames.sent = entry.framesPerSecond ?? 0;
    read.targetKbps = (entry.targetBitrate ?? 0) / 1_000;
    read.framesEncoded += entry.framesEncoded ?? 0;
    read.encodeMs += (entry.totalEncodeTime ?? 0) * 1_000;
    read.videoPackets += entry.packetsSent ?? 0;
    read.queueMs += (entry.totalPacketSendDelay ?? 0) * 1_000;
  }
  for (const entry of stats.streams('remote-inbound-rtp')) {
    read.packetsLost = (read.packetsLost ?? 0) + (entry.packetsLost ?? 0);
    read.reportsHeardAt += entry.timestamp ?? 0;
    if (entry.roundTripTime === undefined) continue;
    read.roundTripMs = Math.max(read.roundTripMs ?? 0, entry.roundTripTime * 1_000);
  }
  for (const source of stats.streams('media-source', 'video')) {
    read.sourceHeight = shorterSide(source.width, source.height);
    frames.given = source.framesPerSecond ?? 0;
    read.framesGiven = source.frames ?? null;
  }
  read.reportedRoundTripMs = read.roundTripMs;
  // The round trip of the media itself is the better measure; without a report, that of the ICE checks will do.
  const { pair } = stats;
  if (pair?.currentRoundTripTime !== undefined) read.roundTripMs ??= pair.currentRoundTripTime * 1_000;
  if (frames.given > 0) read.frameShare = Math.min(1, frames.sent / frames.given);
  read.availableKbps = (pair?.availableOutgoingBitrate ?? 0) / 1_000;
  read.hasHeadroom = read.targetKbps > 0 && read.availableKbps > read.targetKbps * clearlyMore;
  return read;
}

/** The sample between two reports of the same link; `null` if they are of different links, or taken at one moment. */
export function sampleBetween(before: SenderReport, after: SenderReport): SenderSample | null {
  const [ms, bytes] = [after.at - before.at, after.bytesSent - before.bytesSent];
  const { at, roundTripMs, height, sourceHeight, frameShare, limitedBy, hasVideo } = after;
  if (ms <= 0 || bytes < 0) return null;
  const [kbps, lossShare, delayMs] = [(bytes * 8) / ms, loss(before, after), delay(before, after)];
  const isTargetUsed = after.targetKbps <= before.targetKbps * risen && kbps >= after.targetKbps * used;
  const hasHeadroom = after.hasHeadroom && isTargetUsed;
  const picture = { height, sourceHeight, frameShare, limitedBy, hasHeadroom, hasVideo };
  const count = ({ framesGiven, framesEncoded }: SenderReport) => framesGiven ?? framesEncoded;
  const frames = Math.max(0, count(after) - count(before));
  return { at, roundTripMs, ...picture, kbps, frames, lossShare, delayMs };
}

/** The delay of a picture until it reaches the server: encoding, packet queueing, and half of the round trip. */
function delay(before: SenderReport, after: SenderReport): number | null {
  const frames = after.framesEncoded - before.framesEncoded;
  const packets = after.videoPackets - before.videoPackets;
  if (frames <= 0 || packets <= 0 || after.roundTripMs === null) return null;
  const encoding = (after.encodeMs - before.encodeMs) / frames;
  const queueing = (after.queueMs - before.queueMs) / packets;
  return encoding + queueing + after.roundTripMs / 2;
}

function loss(before: SenderReport, after: SenderReport): number | null {
  if (after.packetsLost === null) return null;
  const sent = after.packetsSent - before.packetsSent;
  if (sent <= 0) return 0;
  return Math.min(1, Math.max(0, (after.packetsLost - (before.packetsLost ?? 0)) / sent));
}

function shorterSide(width: number | undefined, height: number | undefined): number | null {
  return width === undefined || height === undefined || height === 0 ? null : Math.min(width, height);
}
