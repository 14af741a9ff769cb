import type { LinkFigures } from '../rtc/link-figures.ts';

/** The health of the presenter's upload, as the server reports it; `unknown` until then. */
export type PresenterHealth = 'good' | 'poor' | 'unknown';

/**
 * Whether sound or picture stutter, and the cause: the viewer's `download` or `device`, the `presenter`'s upload, the
 * `server`; or `upstream`, which is one of the last two.
 */
export type Stutter = 'none' | 'download' | 'device' | 'presenter' | 'server' | 'upstream';

/** The number of recent samples that are assessed; earlier events are over. */
const recentLooks = 4;
/** A larger share of lost packets is visible and audible. */
const lossLimit = 0.02;
/** A larger share of concealed sound is audible. */
const concealedLimit = 0.1;
/** A larger share of frames that arrived but were not shown is visible. */
const droppedLimit = 0.25;
/** A picture with at least this many frames per second is a moving one. */
const movingFps = 8;
/**
 * This many freezes are a stutter even if nothing else is wrong. Chrome also counts a freeze when nothing changes on a
 * shared screen for a moment.
 */
const bareFreezes = 3;

/**
 * Assesses the last samples of a link, oldest first; the earlier ones show what is usual on it. A presenter's packet
 * loss reaches every viewer, so loss is blamed on the download only while the presenter's upload is not known to be
 * poor.
 */
export function assessStutter(looks: readonly LinkFigures[], presenterHealth: PresenterHealth = 'unknown'): Stutter {
  const recent = looks.slice(-recentLooks);
  const lossy = recent.some(({ lossShare }) => (lossShare ?? 0) > lossLimit);
  const slow = hasGrown(looks, recent, ({ roundTripMs }) => roundTripMs, 100);
  const shaky = hasGrown(looks, recent, ({ jitterMs }) => jitterMs, 30);
  const overburdened = recent.filter(({ droppedShare }) => (droppedShare ?? 0) > droppedLimit).length >= 2;
  const explained = lossy || slow || shaky || presenterHealth === 'poor';
  if (!isHeard(recent) && !isSeen(looks, recent, explained) && !overburdened) return 'none';

  if (slow) return 'download';
  if (presenterHealth === 'poor') return 'presenter';
  if (lossy || shaky) return 'download';
  if (overburdened) return 'device';
  return presenterHealth === 'good' ? 'server' : 'upstream';
}

function isHeard(recent: readonly LinkFigures[]): boolean {
  return recent.some(({ concealedShare }) => concealedShare > concealedLimit);
}

function isSeen(looks: readonly LinkFigures[], recent: readonly LinkFigures[], explained: boolean): boolean {
  const rates = (some: readonly LinkFigures[]) => some.flatMap(({ framesPerSecond }) => framesPerSecond ?? []);
  const freezes = recent.reduce((sum, { newFreezes }) => sum + newFreezes, 0);
  const moves = Math.max(0, ...rates(recent)) >= movingFps;
  const usual = Math.max(0, ...rates(looks));
  // Not every browser counts freezes.
  const choppy = usual >= movingFps && rates(recent).some((rate) => rate < usual / 2);
  const silent = recent.some(({ kbps }) => kbps === 0);
  return explained ? freezes > 0 || choppy : moves && (freezes >= bareFreezes || silent);
}

/** True if a figure is at least twice its best value, and at least `byMs` above it. */
function hasGrown(
  looks: readonly LinkFigures[],
  recent: readonly LinkFigures[],
  read: (figures: LinkFigures) => number | null,
  byMs: number,
): boolean {
  const [all, latest] = [looks, recent].map((some) => some.flatMap((figures) => read(figures) ?? []));
  if (all === undefined || latest === undefined || latest.length === 0) return false;
  const best = Math.min(...all);
  return Math.max(...latest) >= Math.max(best * 2, best + byMs);
}
