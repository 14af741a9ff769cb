import { useTranslations } from 'use-intl';
import { formatClock } from '../../../lib/browser/page/format.ts';
import type { RecordingChapter } from '../../../lib/recording-details.ts';
import type { SeekMark } from './seek-bar.tsx';

/** Returns the chapters with their names in the language of the page. */
export function useChapterMarks(chapters: readonly RecordingChapter[]): SeekMark[] {
  const t = useTranslations('library.chapters');
  return chapters.map(({ atMs, kind, title }) => ({
    at: atMs / 1000,
    name: kind === 'title' ? (title ?? t('start')) : t(kind),
  }));
}

type ChapterListProps = { marks: readonly SeekMark[]; position: number; onSeek: (seconds: number) => void };

/** The chapters of a recording, to jump to. */
export function ChapterList({ marks, position, onSeek }: ChapterListProps) {
  const t = useTranslations('library.chapters');
  if (marks.length === 0) return null;
  const current = marks.findLast(({ at }) => at <= position + 0.05);
  return (
    <nav aria-label={t('name')}>
      <h2 className="font-semibold text-base">{t('name')}</h2>
      <ol className="mt-1 grid gap-x-4 sm:grid-cols-2">
        {marks.map((mark) => (
          <li key={`${mark.at} ${mark.name}`} className="min-w-0">
            <button
              type="button"
              aria-current={mark === current}
              onClick={() => onSeek(mark.at)}
              className="flex min-h-11 w-full min-w-0 items-center gap-3 rounded-xl px-3 text-left hover:bg-sunken aria-[current=true]:bg-accent-soft"
            >
              <span className="shrink-0 text-accent-text text-sm tabular-nums">{formatClock(mark.at * 1000)}</span>
              <span className="truncate">{mark.name}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
