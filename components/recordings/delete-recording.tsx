'use client';

import { useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { leaveDeletedNote } from '../../lib/browser/recordings/deleted-note.ts';
import { changeRecordings } from '../../lib/browser/recordings/recordings-client.ts';
import type { Recording } from '../../lib/recording.ts';
import { KeyField } from '../shared/key-field.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { useRecordingChange } from './use-recording-change.ts';

type DeleteRecordingProps = { recording: Recording | null; onClose: () => void; onDeleted: () => void };

/** Moves one recording to the trash; see {@link DeleteRecordings}. */
export function DeleteRecording({ recording, ...rest }: DeleteRecordingProps) {
  const [id] = [recording?.id];
  return <DeleteRecordings ids={id === undefined ? null : [id]} {...rest} />;
}

type DeleteRecordingsProps = { ids: readonly string[] | null; onClose: () => void; onDeleted: () => void };

/**
 * Moves recordings to the trash. There is no question before it, because there is a way back after it: the list offers
 * that next. Only people who have not entered the presenter key are asked for it.
 */
export function DeleteRecordings({ ids, onClose, onDeleted }: DeleteRecordingsProps) {
  const t = useTranslations('library.deletion');
  const { key, keys, run, report } = useRecordingChange();
  const [typed, setTyped] = useState('');
  const begun = useRef<readonly string[] | null>(null);
  const wanted = ids?.join(' ') ?? null;

  const remove = async (gone: readonly string[], withKey: string) => {
    await run(withKey, async (known) => {
      const { done, failed } = await changeRecordings('trash', gone, known);
      if (failed !== null) report(failed);
      if (done.length === 0) return;
      leaveDeletedNote(done);
      // The key is kept before the page offers the way back, which needs it.
      keys?.keep(known);
      onDeleted();
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs when recordings are chosen and the key is known.
  useEffect(() => {
    if (wanted === null || ids === null) {
      begun.current = null;
      return;
    }
    if (key === null || begun.current !== null) return;
    begun.current = ids;
    onClose();
    void remove(ids, key);
  }, [wanted, key]);
  return (
    <ConfirmDialog
      open={ids !== null && keys !== null && key === null && begun.current === null}
      title={t('title', { count: ids?.length ?? 0 })}
      description={t('explanation', { count: ids?.length ?? 0 })}
      confirmLabel={t('confirm')}
      cancelLabel={t('keep')}
      confirmDisabled={typed.trim() === ''}
      onCancel={onClose}
      onConfirm={() => {
        const gone = ids ?? [];
        begun.current = gone;
        onClose();
        setTyped('');
        void remove(gone, typed.trim());
      }}
    >
      <div className="mt-4">
        <KeyField value={typed} onChange={setTyped} />
      </div>
    </ConfirmDialog>
  );
}

type PurgeRecordingsProps = { ids: readonly string[] | null; onClose: () => void; onPurged: () => void };

/** Asks before recordings in the trash are deleted for good. */
export function PurgeRecordings({ ids, onClose, onPurged }: PurgeRecordingsProps) {
  const t = useTranslations('library.trash');
  const common = useTranslations('library.deletion');
  const { key, run, report } = useRecordingChange();
  const count = ids?.length ?? 0;
  const purge = (gone: readonly string[], withKey: string) =>
    run(withKey, async (known) => {
      const { done, failed } = await changeRecordings('purge', gone, known);
      if (done.length > 0) toast.success(t('purged', { count: done.length }));
      if (failed !== null) report(failed);
      onPurged();
    });
  return (
    <ConfirmDialog
      open={ids !== null}
      title={t('purgeTitle', { count })}
      description={t('purgeExplanation')}
      confirmLabel={t('purgeConfirm')}
      cancelLabel={common('keep')}
      onCancel={onClose}
      onConfirm={() => {
        onClose();
        if (ids !== null && key !== null) void purge(ids, key);
      }}
    />
  );
}
