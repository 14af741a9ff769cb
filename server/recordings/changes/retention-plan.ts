import type { Recording } from '../../../lib/recording.ts';

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

/** What the limits say at one moment. */
export type RetentionPlan = {
  /** What is to be deleted now, by id. */
  due: Map<string, Leaving>;
  /** What will be deleted soon, by id. */
  warned: Map<string, Leaving>;
};

const dayMs = 86_400_000;
/** How long before its deletion a recording is marked because of its age, in milliseconds. */
export const warnedBeforeMs = 7 * dayMs;
/** How long a new limit of space only warns, in milliseconds. */
export const spaceNoticeMs = dayMs;
/** The share of the space from which on the oldest recordings are marked. */
const warnedFrom = 0.9;

/**
 * Applies the limits: the oldest recordings go first, and never the newest one, one that is growing, or one that is to
 * be kept. A limit that is new, or smaller than before, only warns at first.
 */
export function planRetention(
  recordings: readonly Recording[],
  { keepMs, maxBytes }: RetentionSettings,
  since: LimitsSince,
  now: number,
): RetentionPlan {
  const plan: RetentionPlan = { due: new Map(), warned: new Map() };
  const present = recordings.filter(({ deletedAt }) => deletedAt === null);
  const byAge = present.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  const newest = byAge.at(-1);
  const candidates = byAge.filter(
    (recording) =>
      recording !== newest && !recording.isKept && (recording.state === 'ready' || recording.state === 'failed'),
  );
  if (keepMs !== null) {
    for (const { id, startedAt } of candidates) {
      const at = Math.max(startedAt + keepMs, since.age + warnedBeforeMs);
      if (at <= now) plan.due.set(id, { because: 'age', at });
      else if (at - warnedBeforeMs <= now) plan.warned.set(id, { because: 'age', at });
    }
  }
  if (maxBytes === null) return plan;
  const isDue = ({ id }: Recording): boolean => plan.due.has(id);
  let bytes = present.reduce((sum, recording) => sum + (isDue(recording) ? 0 : recording.sizeBytes), 0);
  const mayDelete = since.space + spaceNoticeMs <= now;
  for (const recording of candidates) {
    if (bytes <= maxBytes * warnedFrom) break;
    if (isDue(recording)) continue;
    const isOver = bytes > maxBytes;
    bytes -= recording.sizeBytes;
    if (isOver && mayDelete) plan.due.set(recording.id, { because: 'space', at: now });
    else if (!plan.warned.has(recording.id))
      plan.warned.set(recording.id, { because: 'space', at: isOver ? since.space + spaceNoticeMs : null });
  }
  for (const id of plan.due.keys()) plan.warned.delete(id);
  return plan;
}
