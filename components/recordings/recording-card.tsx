'use client';

import { clsx } from 'clsx/lite';
import { RotateCcw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { ListedRecording } from '../../lib/recording.ts';
import { Button } from '../ui/button.tsx';
import { PageLink } from '../ui/page-link.tsx';
import { RecordingActions } from './recording-actions.tsx';
import { RecordingBadges, RecordingInfo } from './recording-info.tsx';
import { RecordingPoster } from './recording-poster.tsx';

type RecordingCardProps = {
  recording: ListedRecording;
  isSelected: boolean;
  /** `isRange` is true if all from the last choice to this one are meant. */
  onSelect: (isRange: boolean) => void;
  onPlay: () => void;
  onDelete: () => void;
  onRestore: () => void;
};

/** One recording in the list. In the trash, it can only be brought back or deleted for good. */
export function RecordingCard({ recording, isSelected, onSelect, onPlay, onDelete, onRestore }: RecordingCardProps) {
  const { id, title, state, deletedAt } = recording;
  const isDeleted = deletedAt !== null;
  return (
    <article
      className={clsx(
        'group/card relative grid h-full grid-cols-[8.75rem_minmax(0,1fr)] content-start gap-x-3 gap-y-2 rounded-2xl border bg-surface p-2.5 shadow-card transition-colors',
        'sm:grid-cols-1 sm:grid-rows-[auto_1fr_auto] sm:gap-y-3 sm:p-3',
        isSelected ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong/60',
      )}
    >
      <div className="relative self-start">
        <RecordingPoster recording={recording} onPlay={state === 'ready' && !isDeleted ? onPlay : null} />
        <SelectBox title={title} isSelected={isSelected} onSelect={onSelect} />
      </div>
      <div className="min-w-0 sm:px-1">
        <h2 className="line-clamp-2 break-words font-semibold leading-snug sm:text-lg">
          {isDeleted ? (
            title
          ) : (
            <PageLink href={`/recordings/${encodeURIComponent(id)}`} className="rounded hover:underline">
              {title}
            </PageLink>
          )}
        </h2>
        <RecordingInfo recording={recording} isLengthShown={false} />
        <RecordingBadges recording={recording} />
      </div>
      <div className="col-span-full sm:px-1">
        {isDeleted ? (
          <DeletedActions title={title} onRestore={onRestore} onPurge={onDelete} />
        ) : (
          <RecordingActions recording={recording} isCompact onDelete={onDelete} />
        )}
      </div>
    </article>
  );
}

type SelectBoxProps = { title: string; isSelected: boolean; onSelect: (isRange: boolean) => void };

/** The box over the picture. With Shift, it chooses a range: by click or with the space bar. */
function SelectBox({ title, isSelected, onSelect }: SelectBoxProps) {
  const t = useTranslations('library.selection');
  const isShiftPressed = useRef(false);
  return (
    <label className="absolute top-0 left-0 grid size-11 cursor-pointer place-items-center sm:size-12">
      <input
        type="checkbox"
        checked={isSelected}
        aria-label={t('select', { title })}
        onKeyDown={(event) => {
          isShiftPressed.current = event.shiftKey;
        }}
        onPointerDown={(event) => {
          isShiftPressed.current = event.shiftKey;
        }}
        onChange={(event) => {
          const { nativeEvent } = event;
          onSelect(isShiftPressed.current || (nativeEvent instanceof MouseEvent && nativeEvent.shiftKey));
          isShiftPressed.current = false;
        }}
        className={clsx(
          'size-5.5 cursor-pointer rounded-md accent-accent shadow-card transition-opacity',
          isSelected ? 'opacity-100' : 'opacity-80 group-hover/card:opacity-100 focus-visible:opacity-100',
        )}
      />
    </label>
  );
}

/** The actions on a recording in the trash. */
function DeletedActions({ title, onRestore, onPurge }: { title: string; onRestore: () => void; onPurge: () => void }) {
  const t = useTranslations('library.trash');
  const words = { title, about: (text: ReactNode) => <span className="sr-only">{text}</span> };
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={onRestore}>
        <RotateCcw aria-hidden="true" />
        <span>{t.rich('restore', words)}</span>
      </Button>
      <Button variant="ghost" onClick={onPurge}>
        <Trash2 aria-hidden="true" />
        <span>{t.rich('purge', words)}</span>
      </Button>
    </div>
  );
}
