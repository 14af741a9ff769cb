import type { MediaKind } from '../../signaling.ts';
import type { SenderSample } from './sender-report.ts';

/**
 * The health of a presenter's upload, from best to worst; `checking` until it is known. With `no-picture`, sound is
 * sent, but no frames of the picture that should be seen; with `no-sound`, it is the other way round.
 */
export type HealthLevel = 'checking' | 'excellent' | 'good' | 'fair' | 'poor' | 'no-picture' | 'no-sound' | 'nothing';

/** The picture that the audience should see; `null` while the camera is off, or if there is none. */
export type SentPicture = 'camera' | 'screen' | null;

/**
 * The cause of the health: an uplink or a device that is too slow for the picture, a limit that the server sets, packet
 * loss, or a long round trip; a camera that delivers no frames; a video or audio format that the server does not
 * accept. `unexplained` is a smaller picture on an uplink that shows no strain: the browser or the media server is
 * still cautious, and nothing is to blame.
 */
type HealthCause =
  | 'none'
  | 'upload'
  | 'device'
  | 'limit'
  | 'loss'
  | 'delay'
  | 'camera'
  | 'format'
  | 'sound-format'
  | 'unexplained';

/** The health of the upload, its cause, and the figures behind it. */
export type SenderHealth = {
  level: HealthLevel;
  cause: HealthCause;
  kbps: number;
  /** The shorter side of the sent picture, and of the camera's picture, in pixels; `null` if there is none. */
  height: number | null;
  sourceHeight: number | null;
  /** The share of the frame rate that is sent; `null` where that is not known. All shares are 0 … 1. */
  frameShare: number | null;
  lossShare: number;
  roundTripMs: number | null;
  /** From the camera to the media server, in milliseconds; `null` while it is not known. */
  delayMs: number | null;
};

/** The health before anything has been measured. */
export const unmeasured: SenderHealth = {
  level: 'checking',
  cause: 'none',
  kbps: 0,
  height: null,
  sourceHeight: null,
  frameShare: null,
  lossShare: 0,
  roundTripMs: null,
  delayMs: null,
};

/** The number of samples that are judged together, and the fewest with which a judgement is made. */
const windowSize = 5;
const leastSamples = 3;
/** A browser starts small and probes upwards: in the first seconds of a link, a small picture means nothing. */
const risingSamples = 8;

/** An uplink is strained while it loses this share of the packets, or is this much slower than its best round trip. */
const strain = { lossShare: 0.03, addedMs: 60 };
/** A strained uplink shows strain repeatedly: in this share of the samples, and in at least {@link leastSamples}. */
const strainedShare = 0.1;

type Grade = Exclude<HealthLevel, 'checking' | 'no-picture' | 'no-sound' | 'nothing'>;
const grades: readonly Grade[] = ['excellent', 'good', 'fair', 'poor'];

/** A picture that has less than this share of its source's height counts as smaller. */
export const smallerShare = 0.9;

/** The values from which the grade is `good`, `fair` or `poor`. */
const lossLimits = [0.01, 0.03, 0.1] as const;
const roundTripLimitsMs = [200, 400, 800] as const;

/**
 * Assesses the upload from samples that were taken once a second, newest last.
 * @param picture the picture that the audience should see
 * @param refused the kinds of media that the media server reported it does not accept; these need no measurement
 */
export function assessSender(
  samples: readonly SenderSample[],
  picture: SentPicture = null,
  refused: ReadonlySet<MediaKind> = new Set(),
): SenderHealth {
  const measured = judgeSamples(samples, picture);
  if (measured.level === 'nothing') return measured;
  if (refused.has('video') && picture !== null) return { ...measured, level: 'no-picture', cause: 'format' };
  if (refused.has('audio')) return { ...measured, level: 'no-sound', cause: 'sound-format' };
  return measured;
}

function judgeSamples(samples: readonly SenderSample[], picture: SentPicture): SenderHealth {
  const recent = samples.slice(-windowSize);
  const newest = recent.at(-1);
  if (newest === undefined || recent.length < leastSamples) return unmeasured;
  const { height, sourceHeight, frameShare } = newest;
  const lossShare = mean(recent.flatMap((sample) => sample.lossShare ?? [])) ?? 0;
  const roundTripMs = mean(recent.flatMap((sample) => sample.roundTripMs ?? []));
  const delayMs = mean(recent.flatMap((sample) => sample.delayMs ?? []));
  const kbps = mean(recent.map((sample) => sample.kbps)) ?? 0;
  const figures = { kbps, height, sourceHeight, frameShare, lossShare, roundTripMs, delayMs };
  if (recent.slice(-leastSamples).every(({ kbps }) => kbps === 0))
    return { ...figures, level: 'nothing', cause: 'none' };
  const missing = pictureMissing(recent.slice(-leastSamples), picture);
  if (missing !== null) return { ...figures, level: 'no-picture', cause: missing };

  // An uplink that is too slow also loses and delays packets: then the picture is the best indicator.
  const shown = gradePicture(newest);
  const rising = samples.length < risingSamples && rank(shown) >= rank('fair');
  const cause = rising ? 'none' : blameFor(newest, recent, samples);
  // Viewers see a notice about a poor connection, so it must really be one.
  const grade = rising ? 'good' : cause === 'unexplained' && shown === 'poor' ? 'fair' : shown;
  const findings: { cause: HealthCause; grade: Grade }[] = [
    { cause, grade },
    { cause: 'loss', grade: gradeValue(lossShare, lossLimits) },
    { cause: 'delay', grade: gradeValue(roundTripMs ?? 0, roundTripLimitsMs) },
  ];
  const worst = findings.reduce((one, other) => (rank(other.grade) > rank(one.grade) ? other : one));
  return { ...figures, level: worst.grade, cause: worst.grade === 'excellent' ? 'none' : worst.cause };
}

/** Why no frames are sent; `null` if they are. A captured screen on which nothing changes may produce no frames. */
function pictureMissing(recent: readonly SenderSample[], picture: SentPicture): 'camera' | 'format' | null {
  if (picture === null) return null;
  if (recent.every(({ hasVideo }) => !hasVideo)) return 'format';
  const isSilent = recent.every(({ hasVideo, frames }) => hasVideo && frames === 0);
  return picture === 'camera' && isSilent ? 'camera' : null;
}

/** The health to report to viewers; `null` while there is nothing to report. */
export function healthForViewers({ level }: SenderHealth): 'good' | 'poor' | null {
  if (level === 'checking') return null;
  return level === 'poor' || level === 'nothing' ? 'poor' : 'good';
}

/**
 * An uplink that seems to have headroom for a moment was merely not measured then: a limit shows all the time. Browsers
 * also report `bandwidth` when the media server asks for little, as it does when it has just started to estimate, so
 * that value alone does not prove that the upload is to blame.
 */
function blameFor(
  { limitedBy }: SenderSample,
  recent: readonly SenderSample[],
  samples: readonly SenderSample[],
): HealthCause {
  if (limitedBy === 'cpu') return 'device';
  if (recent.every(({ hasHeadroom }) => hasHeadroom)) return 'limit';
  return isStrained(samples) ? 'upload' : 'unexplained';
}

/** Whether packets were lost or had to queue, so that less had to be sent. Once less is sent, both are rare. */
function isStrained(samples: readonly SenderSample[]): boolean {
  const quickestMs = Math.min(...samples.flatMap(({ roundTripMs }) => roundTripMs ?? []));
  const strained = samples.filter(
    ({ lossShare, roundTripMs }) =>
      (lossShare ?? 0) >= strain.lossShare || (roundTripMs ?? 0) >= quickestMs + strain.addedMs,
  );
  return strained.length >= Math.max(leastSamples, samples.length * strainedShare);
}

function gradePicture({ height, sourceHeight, frameShare, limitedBy }: SenderSample): Grade {
  if (height === null || sourceHeight === null) return 'excellent';
  const share = height / sourceHeight;
  if (share < 0.4) return 'poor';
  if (share < smallerShare) return 'fair';
  if (limitedBy === 'none' || limitedBy === 'other') return 'excellent';
  // A picture that must stay legible keeps its size and drops frames.
  if (frameShare !== null && frameShare < 0.6) return frameShare < 0.25 ? 'poor' : 'fair';
  return 'good';
}

function gradeValue(value: number, [good, fair, poor]: readonly [number, number, number]): Grade {
  if (value < good) return 'excellent';
  if (value < fair) return 'good';
  return value < poor ? 'fair' : 'poor';
}

const rank = (grade: Grade): number => grades.indexOf(grade);

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
