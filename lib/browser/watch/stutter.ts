import type { LinkFigures } from '../rtc/link-figures.ts';

/** How well the presenter's upload does, as the server tells; `unknown` until it does. */
export type PresenterHealth = 'good' | 'poor' | 'unknown';

/**
 * Whether sound or picture stutter, and because of whom: the viewer's `download` or `device`, the `presenter`'s upload,
 * the `server`; or `upstream`, which is one of the last two.
 */
export type Stutter = 'none' | 'download' | 'device' | 'presenter' | 'server' | 'upstream';

/** What happened this many looks ago is over. */
const recentLooks = 4;
/** More than this share of lost packets is seen and heard. */
const lossLimit = 0.02;
/** More than this share of made-up sound is heard. */
const concealedLimit = 0.1;
/** More than this share of pictures that came and were not shown is seen. */
const droppedLimit = 0.25;
/** Something that shows this many pictures a second moves. */
const movingFps = 8;
/**
 * So many freezes are a stutter even if nothing else is wrong. A shared screen on which nothing happens for a moment
 * counts as frozen in Chrome, too.
 */
const bareFreezes = 3;

/**
 * Judges the last looks at a link, oldest first; more than the last few serve to know what is usual on it.
 * A presenter's losses come through to every viewer, so they count for the download only while the presenter's upload
 * is not known to be poor.
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

/** True when a figure is at least twice what it was at its best, and `byMs` more. */
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
