'use client';

import { ArrowLeft, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { takeDeletedNote } from '../../lib/browser/recordings/deleted-note.ts';
import { RecordingPages, type RecordingPagesState } from '../../lib/browser/recordings/recording-pages.ts';
import { isFiltered } from '../../lib/browser/recordings/recording-query.ts';
import { keepOnly, nothingSelected, toggle } from '../../lib/browser/recordings/recording-selection.ts';
import type { ListedRecording } from '../../lib/recording.ts';
import { maxRecordingsOfRequest } from '../../lib/recording-library.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { RecordingCard } from './recording-card.tsx';
import { RecordingToolbar } from './recording-toolbar.tsx';
import { RecordingVideo } from './recording-video.tsx';
import { useRecordingChange } from './use-recording-change.ts';

/** The library: recordings to find, watch, download and manage, and those that were deleted a short time ago. */
export function RecordingList() {
  const t = useTranslations();
  const pages = useOpened(() => new RecordingPages());
  const state = useStore(pages.state);
  const { query, recordings, error, channels, leaving } = state;
  const { key, keys, offerUndo } = useRecordingChange();
  const heading = useRef<HTMLHeadingElement>(null);
  // The pressed button disappears with its recording. Keyboard users continue from the top of the list.
  const toTop = () => heading.current?.focus({ preventScroll: true });
  const deleted = () => {
    toTop();
    const ids = takeDeletedNote();
    if (ids.length > 0) offerUndo(ids);
  };
  const isReady = keys !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a recording was deleted on its own page, before this one.
  useEffect(() => {
    const ids = isReady ? takeDeletedNote() : [];
    if (ids.length > 0) offerUndo(ids);
  }, [isReady]);
  const { isTrash } = query;
  const isPlain = !isFiltered(query) && !isTrash;
  const isEmpty = recordings?.length === 0 && !state.isLooking;
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h1 ref={heading} tabIndex={-1} className="font-bold text-3xl outline-none sm:text-4xl">
            {t(isTrash ? 'library.trash.title' : 'library.list.title')}
          </h1>
          <p className="mt-2 text-ink-soft">{t(isTrash ? 'library.trash.about' : 'library.list.about')}</p>
        </div>
        {(isTrash || key !== null) && (
          <Button variant="ghost" onClick={() => pages.show({ isTrash: !isTrash, search: '', channel: null })}>
            {isTrash ? <ArrowLeft aria-hidden="true" /> : <Trash2 aria-hidden="true" />}
            {t(isTrash ? 'library.trash.back' : 'library.trash.title')}
          </Button>
        )}
      </div>
      <div className="mt-6 grid grid-cols-1 gap-4">
        {error !== null && (
          <ErrorNotice
            error={error}
            tone="warning"
            actions={
              error.code === 'presenters-only' ? (
                <ButtonLink href="/present">{t('library.goLive')}</ButtonLink>
              ) : (
                <Button onClick={pages.refresh}>{t('common.tryAgain')}</Button>
              )
            }
          />
        )}
        {recordings === null && error === null && (
          <p role="status" className="flex items-center gap-3 py-10 text-ink-soft">
            <Spinner /> {t('library.list.looking')}
          </p>
        )}
        {leaving > 0 && key !== null && !isTrash && (
          <Notice tone="warning" title={t('library.list.leaving', { count: leaving })}>
            <p>{t('library.list.leavingExplanation')}</p>
            <Button className="mt-3" onClick={() => pages.show({ sort: 'oldest', search: '', channel: null })}>
              {t('library.list.showOldest')}
            </Button>
          </Notice>
        )}
        {recordings !== null && !(isPlain && isEmpty) && (
          <RecordingToolbar
            query={query}
            channels={channels}
            onChange={(change, isTyping) => pages.show(change, isTyping)}
          />
        )}
        {isEmpty && error === null && (
          <NothingFound state={state} onAll={() => pages.show({ search: '', channel: null })} />
        )}
        {recordings !== null && recordings.length > 0 && (
          <RecordingGrid
            state={state}
            recordings={recordings}
            onMore={pages.more}
            onDeleted={deleted}
            onPurged={toTop}
          />
        )}
      </div>
      <Toasts />
    </>
  );
}

/** Shown where the list would be: there is nothing yet, or nothing that matches. */
function NothingFound({ state, onAll }: { state: RecordingPagesState; onAll: () => void }) {
  const t = useTranslations('library');
  const { isTrash } = state.query;
  if (isFiltered(state.query)) {
    return (
      <EmptyState level={2} title={t('list.noMatch')} actions={<Button onClick={onAll}>{t('list.showAll')}</Button>}>
        <p>{t('list.noMatchExplanation')}</p>
      </EmptyState>
    );
  }
  if (isTrash) {
    return (
      <EmptyState level={2} title={t('trash.empty')}>
        <p>{t('trash.emptyExplanation')}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState level={2} title={t('list.empty')} actions={<ButtonLink href="/present">{t('goLive')}</ButtonLink>}>
      <p>{t('list.emptyExplanation')}</p>
    </EmptyState>
  );
}

type RecordingGridProps = {
  state: RecordingPagesState;
  recordings: readonly ListedRecording[];
  onMore: () => void;
  onDeleted: () => void;
  onPurged: () => void;
};

/** The recordings, and what can be done with those that are chosen. */
function RecordingGrid({ state, recordings, onMore, onDeleted, onPurged }: RecordingGridProps) {
  const t = useTranslations('library.list');
  const { query, total, next, isLooking } = state;
  const { isTrash } = query;
  const { key, restore } = useRecordingChange();
  const [chosen, setChosen] = useState(nothingSelected);
  const [playing, setPlaying] = useState<ListedRecording | null>(null);
  const [leaving, setLeaving] = useState<readonly string[] | null>(null);
  const order = recordings.map(({ id }) => id);
  const selection = keepOnly(chosen, order);
  const ids = order.filter((id) => selection.ids.has(id)).slice(0, maxRecordingsOfRequest);
  const zipIds = recordings
    .filter(({ id, state: now }) => selection.ids.has(id) && now === 'ready')
    .map(({ id }) => id);
  const bringBack = (which: readonly string[]) => {
    onPurged();
    if (key !== null) void restore(which, key);
  };
  const bar = useLazyModule(loadBar, ids.length > 0);
  const removal = useLazyModule(loadRemoval, leaving !== null);
  const Removal = isTrash ? removal?.PurgeRecordings : removal?.DeleteRecordings;
  return (
    <>
      <p role="status" className="text-ink-soft text-sm">
        {t('count', { count: total })}
      </p>
      <ul
        aria-busy={isLooking}
        className="grid grid-cols-1 gap-3 sm:grid-cols-2 sm:gap-4 lg:grid-cols-3 aria-busy:opacity-60"
      >
        {recordings.map((recording) => (
          <li key={recording.id} className="min-w-0">
            <RecordingCard
              recording={recording}
              isSelected={selection.ids.has(recording.id)}
              onSelect={(isRange) => setChosen(toggle(selection, recording.id, isRange ? { order } : null))}
              onPlay={() => setPlaying(recording)}
              onDelete={() => setLeaving([recording.id])}
              onRestore={() => bringBack([recording.id])}
            />
          </li>
        ))}
      </ul>
      {next !== null && (
        <div className="grid justify-items-center gap-2 py-2">
          <p className="text-ink-soft text-sm">{t('shown', { shown: recordings.length, total })}</p>
          <Button size="lg" onClick={onMore}>
            {t('more')}
          </Button>
        </div>
      )}
      {ids.length > 0 && bar !== null && (
        <bar.SelectionBar
          ids={ids}
          zipIds={zipIds.slice(0, maxRecordingsOfRequest)}
          isTrash={isTrash}
          onAll={ids.length < order.length ? () => setChosen({ ids: new Set(order), anchor: null }) : null}
          onNone={() => setChosen(nothingSelected)}
          onDelete={() => setLeaving(ids)}
          onRestore={() => bringBack(ids)}
        />
      )}
      <RecordingDialog recording={playing} onClose={() => setPlaying(null)} />
      {Removal !== undefined && (
        <Removal ids={leaving} onClose={() => setLeaving(null)} onDeleted={onDeleted} onPurged={onPurged} />
      )}
    </>
  );
}

const loadBar = () => import('./selection-bar.tsx');
const loadRemoval = () => import('./delete-recording.tsx');

/** Plays a recording over the list. */
function RecordingDialog({ recording, onClose }: { recording: ListedRecording | null; onClose: () => void }) {
  return (
    <Dialog open={recording !== null} onClose={onClose} title={recording?.title ?? ''} wide>
      {recording !== null && <RecordingVideo recording={recording} autoPlay />}
    </Dialog>
  );
}
