import type { RecordingChapter } from '../../../lib/recording-details.ts';
import { vttText, vttTime } from '../../webvtt.ts';

/** More chapters than this are of no use in a list, and would make the manifest large. */
const mostChapters = 100;
/** A break this close to a place where parts were joined is the same one: the recorder's clock is less exact. */
const sameBreakMs = 2_000;
/** What is this close to the beginning is the beginning. */
const beginningMs = 1_000;
/** A title that is given so soon after another one corrects it. */
const correctionMs = 10_000;

/**
 * The chapters with a further one. Before the first new title, the former one, `titleNow`, becomes the name of the
 * beginning. A title that corrects the one before takes its place. What does not fit any more is left out.
 */
export function withChapter(
  chapters: readonly RecordingChapter[],
  chapter: RecordingChapter,
  titleNow: string,
): RecordingChapter[] {
  if (chapter.kind !== 'title' && chapter.atMs < beginningMs) return [...chapters];
  const isFirst = chapter.kind === 'title' && !chapters.some(({ kind }) => kind === 'title');
  const before: RecordingChapter[] = isFirst
    ? [{ atMs: 0, kind: 'title', title: titleNow }, ...chapters]
    : [...chapters];
  const corrected = before.findLast((one) => isCorrection(chapter, one, before));
  const all =
    corrected === undefined
      ? [...before, chapter].toSorted((a, b) => a.atMs - b.atMs)
      : before.map((one) => (one === corrected ? { ...chapter, atMs: one.atMs } : one));
  return all.length > mostChapters ? [...chapters] : all;
}

/** Whether a title takes the place of another one: it comes soon after it, and nothing else began in between. */
function isCorrection(
  chapter: RecordingChapter,
  corrected: RecordingChapter,
  chapters: readonly RecordingChapter[],
): boolean {
  const { atMs } = corrected;
  if (chapter.kind !== 'title' || corrected.kind !== 'title') return false;
  if (chapter.atMs < atMs || chapter.atMs - atMs > correctionMs) return false;
  // A break at the place of a title, which was given in a pause, is noted a little later.
  return !chapters.some((one) => one !== corrected && one.atMs > atMs + beginningMs && one.atMs <= chapter.atMs);
}

/**
 * The chapters after parts were joined, which begin at `startsMs` in the file. Breaks that were noted by the clock move
 * to where they are in the file, and breaks that nobody noted are added.
 */
export function withJoins(chapters: readonly RecordingChapter[], startsMs: readonly number[]): RecordingChapter[] {
  const all = [...chapters];
  for (const atMs of startsMs.filter((start) => start >= beginningMs)) {
    const index = all.findIndex((one) => one.kind !== 'title' && Math.abs(one.atMs - atMs) <= sameBreakMs);
    const known = all[index];
    if (known !== undefined) all[index] = { ...known, atMs };
    else if (all.length < mostChapters) all.push({ atMs, kind: 'interruption', title: null });
  }
  return all.toSorted((a, b) => a.atMs - b.atMs);
}

/** The chapters of the piece between two positions, by their positions in that piece. */
export function chaptersWithin(
  chapters: readonly RecordingChapter[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): RecordingChapter[] {
  const title = chapters.findLast(({ kind, atMs }) => kind === 'title' && atMs <= fromMs);
  const later = chapters.filter(({ atMs }) => atMs > fromMs && atMs < toMs);
  return [...(title === undefined || later.length === 0 ? [] : [{ ...title, atMs: fromMs }]), ...later].map((one) => ({
    ...one,
    atMs: Math.round(one.atMs - fromMs),
  }));
}

/**
 * The chapters to show of a recording: they begin at its start, follow each other, and are within its length. None,
 * if there would be only one.
 */
export function shownChapters(chapters: readonly RecordingChapter[], durationMs: number): RecordingChapter[] {
  const within = chapters.filter(({ atMs }) => atMs < durationMs);
  const titleAt = new Set(within.filter(({ kind }) => kind === 'title').map(({ atMs }) => atMs));
  // A title that changed in a pause names what follows the pause.
  const unique = within.filter(({ atMs, kind }) => kind === 'title' || !titleAt.has(atMs));
  if (unique.length === 0) return [];
  const hasStart = unique.some(({ atMs }) => atMs < beginningMs);
  const all = hasStart ? unique : [{ atMs: 0, kind: 'start' as const, title: null }, ...unique];
  return all.length < 2 ? [] : all;
}

/**
 * Chapters as a WebVTT file (https://www.w3.org/TR/webvtt1/#chapter-cues). A chapter without a title has that of the
 * show, with a number, which is the same in every language.
 */
export function chaptersVtt(chapters: readonly RecordingChapter[], durationMs: number, showTitle: string): string {
  let title = chapters.find(({ kind }) => kind === 'title')?.title ?? showTitle;
  let number = 1;
  const cues = chapters.map((chapter, index) => {
    if (chapter.title !== null) [title, number] = [chapter.title, 1];
    else if (index > 0) number += 1;
    const until = chapters[index + 1]?.atMs ?? durationMs;
    const name = number === 1 ? title : `${title} (${number})`;
    return `${vttTime(chapter.atMs)} --> ${vttTime(until)}\n${vttText(name)}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
