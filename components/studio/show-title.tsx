'use client';

import { Pencil } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ErrorBody, toErrorBody } from '../../lib/errors.ts';
import { maxTitleLength } from '../../lib/show-names.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';

type ShowTitleProps = {
  title: string;
  /** False while the server cannot be reached. */
  ready: boolean;
  onRename: (title: string) => Promise<void>;
};

/** The title of the show, which can be changed while it is on. */
export function ShowTitle({ title, ready, onRename }: ShowTitleProps) {
  const t = useTranslations('studio.live.rename');
  const [draft, setDraft] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ErrorBody | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // Keyboard users continue from where they began.
    if (draft === null && wasOpen.current) opener.current?.focus();
    wasOpen.current = draft !== null;
  }, [draft]);

  const close = () => {
    setDraft(null);
    setError(null);
  };
  const save = async (wanted: string) => {
    if (wanted === title) return close();
    setSaving(true);
    try {
      await onRename(wanted);
      close();
    } catch (cause) {
      setError(toErrorBody(cause));
    }
    setSaving(false);
  };

  if (draft === null) {
    return (
      <div className="flex items-start justify-between gap-2">
        <h2 className="min-w-0 break-words py-2 font-semibold text-lg leading-snug">{title}</h2>
        <Button
          ref={opener}
          variant="ghost"
          size="icon"
          className="-mr-2"
          aria-label={t('button')}
          title={t('button')}
          disabled={!ready}
          onClick={() => setDraft(title)}
        >
          <Pencil aria-hidden="true" />
        </Button>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() !== '' && !saving) void save(draft.trim());
  };
  return (
    <form onSubmit={submit} className="mb-3 grid gap-3">
      <Input
        aria-label={t('label')}
        value={draft}
        maxLength={maxTitleLength}
        required
        autoComplete="off"
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.nativeEvent.isComposing) close();
        }}
      />
      <div className="flex gap-3">
        <Button
          type="submit"
          variant="primary"
          className="flex-1"
          busy={saving}
          disabled={draft.trim() === '' || !ready}
        >
          {t('save')}
        </Button>
        <Button className="flex-1" onClick={close}>
          {t('cancel')}
        </Button>
      </div>
      {error !== null && <ErrorNotice error={error} />}
    </form>
  );
}
