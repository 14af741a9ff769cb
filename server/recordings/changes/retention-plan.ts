import type { Manifest } from '../recording-manifest.ts';

/** The owner's limits for the library; `null` where there is none. */
export type RetentionSettings = Readonly<{
  /** `RECORDINGS_KEEP_DAYS` in milliseconds. */
  keepMs: number | null;
  /** `RECORDINGS_MAX_GB` in bytes. */
  maxBytes: number | null;
}>;

/** Since when each limit has been in force, in milliseconds since the epoch. */
export type LimitsSince = { age: number; space: number };

/** Why a recording is going to be deleted, and when, if that is known; see `leaves` in lib/recording-schema.ts. */
export type Leaving = { because: 'age' | 'space'; at: number | null };

/** What the limits need to know of a recording. */
export type LimitedRecording = Readonly<
  Pick<Manifest, 'id' | 'startedAt' | 'sizeBytes' | 'state' | 'isKept' | 'deletedAt' | 'markedSince'>
>;

/** What the limits say at one moment. */
export type RetentionPlan = {
  /** What is to be deleted now, by id. */
  due: Map<string, Leaving>;
  /** What will be deleted soon, by id. */
  warned: Map<string, Leaving>;
  /** Since when each of these has been marked, because of which limit, by id. All others have no mark. */
  marks: Map<string, LimitedRecording['markedSince']>;
};

const dayMs = 86_400_000;
/** The longest time for which a recording is marked because of its age before it goes, in milliseconds. */
export const warnedBeforeMs = 7 * dayMs;
/** How long a recording is marked because of space before it goes, and how long a new limit of space only marks. */
export const spaceNoticeMs = dayMs;
/** The share of the space from which on the oldest recordings are marked. */
const warnedFrom = 0.9;

/**
 * Applies the limits: the oldest recordings go first, and never the newest one that can be watched, one that is growing,
 * or one that is to be kept. None goes before it was marked for its time without a break, and a limit that is new, or
 * smaller than before, only marks at first.
 */
export function planRetention(
  recordings: readonly LimitedRecording[],
  settings: RetentionSettings,
  since: LimitsSince,
  now: number,
): RetentionPlan {
  const present = recordings.filter(({ deletedAt }) => deletedAt === null);
  const byAge = present.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  const newest = byAge.findLast(({ state }) => state === 'ready');
  const candidates = byAge.filter(
    (recording) =>
      recording !== newest && !recording.isKept && (recording.state === 'ready' || recording.state === 'failed'),
  );
  const byDate = leavingByAge(candidates, settings, since, now);
  const hasGone = ({ id }: LimitedRecording): boolean => (byDate.get(id)?.at ?? Number.POSITIVE_INFINITY) <= now;
  const rest = present.filter((recording) => !hasGone(recording));
  const bytes = rest.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const forSpace = leavingForSpace(
    candidates.filter((recording) => !hasGone(recording)),
    { bytes, maxBytes: settings.maxBytes },
    since,
    now,
  );
  const plan: RetentionPlan = { due: new Map(), warned: new Map(), marks: new Map() };
  for (const { id, markedSince } of candidates) {
    const leaving = sooner(byDate.get(id), forSpace.get(id));
    if (leaving === undefined) continue;
    const isDue = leaving.at !== null && leaving.at <= now;
    plan[isDue ? 'due' : 'warned'].set(id, leaving);
    const age = byDate.has(id) ? (markedSince.age ?? now) : null;
    plan.marks.set(id, { age, space: forSpace.has(id) ? (markedSince.space ?? now) : null });
  }
  return plan;
}

function leavingByAge(
  candidates: readonly LimitedRecording[],
  { keepMs }: RetentionSettings,
  since: LimitsSince,
  now: number,
): Map<string, Leaving> {
  const leaving = new Map<string, Leaving>();
  if (keepMs === null) return leaving;
  // A mark of seven days on what shall be kept for three would keep it for a week.
  const noticeMs = Math.min(warnedBeforeMs, keepMs);
  for (const { id, startedAt, markedSince } of candidates) {
    if (startedAt + keepMs - warnedBeforeMs > now) continue;
    const markedAt = markedSince.age ?? now;
    const at = Math.max(startedAt + keepMs, since.age + warnedBeforeMs, markedAt + noticeMs);
    leaving.set(id, { because: 'age', at });
  }
  return leaving;
}

/** @param use what is used, in bytes, and what may be */
function leavingForSpace(
  candidates: readonly LimitedRecording[],
  use: { bytes: number; maxBytes: number | null },
  since: LimitsSince,
  now: number,
): Map<string, Leaving> {
  const leaving = new Map<string, Leaving>();
  const { maxBytes } = use;
  if (maxBytes === null) return leaving;
  let { bytes } = use;
  for (const { id, sizeBytes, markedSince } of candidates) {
    if (bytes <= maxBytes * warnedFrom) break;
    const at = Math.max(since.space, markedSince.space ?? now) + spaceNoticeMs;
    leaving.set(id, { because: 'space', at: bytes > maxBytes ? at : null });
    bytes -= sizeBytes;
  }
  return leaving;
}

/** The earlier of two reasons. A known time is earlier than none. */
function sooner(one: Leaving | undefined, other: Leaving | undefined): Leaving | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const timeOf = ({ at }: Leaving): number => at ?? Number.POSITIVE_INFINITY;
  return timeOf(other) < timeOf(one) ? other : one;
}
