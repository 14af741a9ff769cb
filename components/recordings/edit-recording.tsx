'use client';

import { type FormEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { editRecording } from '../../lib/browser/recordings/recordings-client.ts';
import type { Recording } from '../../lib/recording.ts';
import { type RecordingVisibility, recordingVisibilities } from '../../lib/recording-library.ts';
import { isTitle, maxTitleLength } from '../../lib/show-names.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, fieldHintId, Input } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { ShareRecording } from './share-recording.tsx';
import { useRecordingChange } from './use-recording-change.ts';

/** The window in which a recording gets another title or visibility, is kept forever, or is shared. */
export function EditRecording({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const t = useTranslations('library.edit');
  const id = useId();
  const { key, run } = useRecordingChange();
  const [title, setTitle] = useState(recording.title);
  const [visibility, setVisibility] = useState<RecordingVisibility>(recording.visibility);
  const [isKept, setKept] = useState(recording.isKept);
  const [isBusy, setBusy] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (key === null || !isTitle(title)) return;
    setBusy(true);
    const edit = { ...(title.trim() !== recording.title && { title: title.trim() }), visibility, isKept };
    const isSaved = await run(key, (known) => editRecording(recording.id, edit, known));
    setBusy(false);
    if (!isSaved) return;
    onClose();
    toast.success(t('saved'));
  };
  return (
    <Dialog open onClose={onClose} title={t('title')}>
      <form onSubmit={(event) => void save(event)} className="grid gap-5">
        <Field label={t('name')} htmlFor={`${id}-title`}>
          <Input
            id={`${id}-title`}
            value={title}
            maxLength={maxTitleLength}
            required
            autoComplete="off"
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
        </Field>
        <Field label={t('visibility')} htmlFor={`${id}-visibility`}>
          <Select
            id={`${id}-visibility`}
            value={visibility}
            onChange={({ currentTarget: { value } }) =>
              setVisibility(recordingVisibilities.find((known) => known === value) ?? visibility)
            }
          >
            {recordingVisibilities.map((known) => (
              <option key={known} value={known}>
                {t(`visibilities.${known}`)}
              </option>
            ))}
          </Select>
        </Field>
        <div className="flex items-start justify-between gap-4">
          <div>
            <label htmlFor={`${id}-keep`} className="font-semibold text-sm">
              {t('keep')}
            </label>
            <p id={fieldHintId(`${id}-keep`)} className="text-ink-soft text-sm">
              {t('keepHint')}
            </p>
          </div>
          <Switch id={`${id}-keep`} checked={isKept} onChange={setKept} describedBy={fieldHintId(`${id}-keep`)} />
        </div>
        <div className="flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={isBusy} disabled={!isTitle(title)}>
            {t('save')}
          </Button>
        </div>
      </form>
      <ShareRecording recording={recording} />
    </Dialog>
  );
}
