import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../../lib/browser/page/format.ts';

/** A mark on the bar, in seconds, with its name. */
export type SeekMark = { at: number; name: string };

type SeekBarProps = {
  /** In seconds. */
  position: number;
  duration: number;
  buffered: number;
  chapters: readonly SeekMark[];
  /** The address of the picture at a position; `null` if there is none. */
  pictureAt: (seconds: number) => string | null;
  /** Called once before pictures are wanted. */
  onLook: () => void;
  onSeek: (seconds: number) => void;
};

/** The keys of a slider (https://www.w3.org/WAI/ARIA/apg/patterns/slider/), in seconds. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -5,
  ArrowDown: -5,
  ArrowRight: 5,
  ArrowUp: 5,
  PageDown: -60,
  PageUp: 60,
};

/** The bar that shows and changes the position. Under the pointer it shows the time there, its chapter and its picture. */
export function SeekBar(props: SeekBarProps) {
  const { position, duration, buffered, chapters, pictureAt, onLook, onSeek } = props;
  const t = useTranslations('library.player');
  const bar = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const share = (seconds: number) => (duration > 0 ? Math.min(1, Math.max(0, seconds / duration)) : 0);
  const percent = (seconds: number) => `${share(seconds) * 100}%`;
  const secondsAt = ({ clientX }: { clientX: number }) => {
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * duration;
  };
  const chapterAt = (seconds: number) => chapters.findLast(({ at }) => at <= seconds)?.name;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    onSeek(secondsAt(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const seconds = secondsAt(event);
    onLook();
    setPointed(seconds);
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onSeek(seconds);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = steps[event.key];
    const target =
      step !== undefined ? position + step : event.key === 'Home' ? 0 : event.key === 'End' ? duration : null;
    if (target === null) return;
    event.preventDefault();
    onSeek(target);
  };
  const chapter = chapterAt(position);
  const times = { position: formatClock(position * 1000), duration: formatClock(duration * 1000) };
  return (
    <div
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label={t('position')}
      aria-valuemin={0}
      aria-valuemax={Math.floor(duration)}
      aria-valuenow={Math.floor(position)}
      aria-valuetext={chapter === undefined ? t('positionValue', times) : t('positionInChapter', { ...times, chapter })}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setPointed(null)}
      onLostPointerCapture={() => setPointed(null)}
      onKeyDown={onKeyDown}
      className="group relative flex h-8 w-full cursor-pointer touch-none items-center rounded-lg"
    >
      <div className="relative h-1.5 w-full overflow-hidden rounded-full bg-stage-line transition-[height] group-hover:h-2.5">
        <div className="absolute inset-y-0 left-0 bg-stage-soft/50" style={{ width: percent(buffered) }} />
        <div className="absolute inset-y-0 left-0 bg-stage-accent" style={{ width: percent(position) }} />
        {chapters
          .filter(({ at }) => at > 0 && at < duration)
          .map(({ at }) => (
            <div
              key={at}
              data-chapter={at}
              className="absolute inset-y-0 w-1 -translate-x-1/2 bg-stage"
              style={{ left: percent(at) }}
            />
          ))}
      </div>
      <div
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 size-4 -translate-x-1/2 -translate-y-1/2 rounded-full bg-stage-accent shadow-card"
        style={{ left: percent(position) }}
      />
      {pointed !== null && (
        <SeekPreview
          left={share(pointed)}
          time={formatClock(pointed * 1000)}
          chapter={chapterAt(pointed)}
          picture={pictureAt(pointed)}
        />
      )}
    </div>
  );
}

type SeekPreviewProps = { left: number; time: string; chapter: string | undefined; picture: string | null };

/** What is at the position under the pointer. The slider itself says the same to screen readers. */
function SeekPreview({ left, time, chapter, picture }: SeekPreviewProps) {
  return (
    <div
      aria-hidden="true"
      data-seek-preview=""
      className="pointer-events-none absolute bottom-full mb-1 grid w-44 justify-items-center gap-1 text-center"
      style={{ left: `clamp(0px, calc(${left * 100}% - 5.5rem), calc(100% - 11rem))` }}
    >
      {picture !== null && (
        // biome-ignore lint/performance/noImgElement: it is a blob, which nothing could optimise.
        <img
          src={picture}
          alt=""
          className="max-h-20 w-30 rounded-lg @sm/stage:max-h-40 @sm/stage:w-40 border-2 border-stage-ink/80 object-contain"
        />
      )}
      <span className="max-w-full truncate rounded-lg bg-stage-raised px-2.5 py-1 font-medium text-sm text-stage-ink tabular-nums shadow-card">
        {time}
        {chapter !== undefined && <span className="text-stage-soft"> · {chapter}</span>}
      </span>
    </div>
  );
}
