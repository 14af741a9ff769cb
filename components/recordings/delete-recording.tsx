'use client';

import { useState } from 'react';
import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { deleteRecording } from '../../lib/browser/recordings/recordings-client.ts';
import { usePresenterKey } from '../../lib/browser/studio/presenter-key.ts';
import { toErrorBody } from '../../lib/errors.ts';
import type { Recording } from '../../lib/recording.ts';
import { KeyField } from '../shared/key-field.tsx';
import { useErrorText } from '../shared/use-error-text.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

type DeleteRecordingProps = { recording: Recording | null; onClose: () => void; onDeleted: () => void };

/** Asks for confirmation, and for the presenter key if this browser does not have it. */
export function DeleteRecording({ recording, onClose, onDeleted }: DeleteRecordingProps) {
  const t = useTranslations('library.deletion');
  const textOf = useErrorText();
  const { key, keys } = usePresenterKey();
  const [typed, setTyped] = useState('');
  const remove = async (id: string, withKey: string) => {
    try {
      await deleteRecording(id, withKey);
      if (key === null) keys?.keep(withKey);
      toast.success(t('done'));
      onDeleted();
    } catch (error) {
      const body = toErrorBody(error);
      if (body.code === 'wrong-key') keys?.forget();
      const { title, remedy } = textOf(body);
      toast.error(title, { description: remedy });
    }
  };
  return (
    <ConfirmDialog
      open={recording !== null}
      title={t('title')}
      description={t('explanation', { title: recording?.title ?? '' })}
      confirmLabel={t('confirm')}
      cancelLabel={t('keep')}
      confirmDisabled={key === null && typed.trim() === ''}
      onCancel={onClose}
      onConfirm={() => {
        const withKey = key ?? typed.trim();
        onClose();
        setTyped('');
        if (recording !== null) void remove(recording.id, withKey);
      }}
    >
      {key === null && (
        <div className="mt-4">
          <KeyField value={typed} onChange={setTyped} />
        </div>
      )}
    </ConfirmDialog>
  );
}
