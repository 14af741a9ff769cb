import { clsx } from 'clsx/lite';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../../lib/browser/page/format.ts';

/** A piece of a recording, in seconds. */
export type Piece = { from: number; to: number };

type TrimBarProps = {
  piece: Piece;
  duration: number;
  /** Where the player is. */
  position: number;
  onChange: (piece: Piece) => void;
  /** Shows the picture at a handle while it is moved. */
  onShow: (seconds: number) => void;
};

/** How far the keys move a handle, in seconds. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};
/** How close the handles may come to each other, in seconds. */
const closest = 0.5;

/** The length of a recording with a handle at each end of the piece that is kept. */
export function TrimBar({ piece, duration, position, onChange, onShow }: TrimBarProps) {
  const t = useTranslations('library.trim');
  const bar = useRef<HTMLDivElement>(null);
  const percent = (seconds: number) => `${duration > 0 ? (seconds / duration) * 100 : 0}%`;
  const move = (end: keyof Piece, seconds: number) => {
    const [least, most] = end === 'from' ? [0, piece.to - closest] : [piece.from + closest, duration];
    const target = Math.min(most, Math.max(least, seconds));
    onChange({ ...piece, [end]: target });
    onShow(target);
  };
  const onPointer = (end: keyof Piece) => (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === 'pointerdown') {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      return;
    }
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0 || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(end, ((event.clientX - box.left) / box.width) * duration);
  };
  const onKeyDown = (end: keyof Piece) => (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = steps[event.key];
    if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    if (step === undefined) move(end, event.key === 'Home' ? 0 : duration);
    else move(end, piece[end] + step);
  };
  return (
    <div ref={bar} className="relative mx-3 h-11 touch-none">
      <div className="absolute inset-x-0 top-4 h-3 rounded-full bg-line" />
      <div
        className="absolute top-4 h-3 bg-accent"
        style={{ left: percent(piece.from), width: percent(piece.to - piece.from) }}
      />
      <div className="absolute top-2.5 h-6 w-0.5 bg-ink" style={{ left: percent(position) }} />
      {(['from', 'to'] as const).map((end) => (
        <div
          key={end}
          role="slider"
          tabIndex={0}
          aria-label={t(end)}
          aria-valuemin={0}
          aria-valuemax={Math.floor(duration)}
          aria-valuenow={Math.round(piece[end])}
          aria-valuetext={formatClock(piece[end] * 1000)}
          onPointerDown={onPointer(end)}
          onPointerMove={onPointer(end)}
          onKeyDown={onKeyDown(end)}
          className={clsx(
            'absolute top-0 flex h-11 w-8 cursor-ew-resize touch-none items-center rounded-lg',
            end === 'from' ? '-translate-x-full justify-end' : 'justify-start',
          )}
          style={{ left: percent(piece[end]) }}
        >
          <span className="h-9 w-3 rounded-md border-2 border-surface bg-accent shadow-card" />
        </div>
      ))}
    </div>
  );
}
