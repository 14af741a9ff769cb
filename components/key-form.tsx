'use client';

import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorBody } from '../lib/errors.ts';
import { ErrorNotice } from './error-notice.tsx';
import { KeyField } from './key-field.tsx';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';

type KeyFormProps = { error: ErrorBody | null; onSubmit: (key: string) => void };

/** Asks for the presenter key when it did not come with the link. */
export function KeyForm({ error, onSubmit }: KeyFormProps) {
  const t = useTranslations('studio.setup.key');
  const [key, setKey] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') onSubmit(key.trim());
  };
  return (
    <Card className="mx-auto max-w-lg p-6 sm:p-8">
      <KeyRound className="size-8 text-accent-text" aria-hidden="true" />
      <h1 tabIndex={-1} className="outline-none mt-4 font-bold text-2xl">
        {t('title')}
      </h1>
      <p className="mt-2 text-ink-soft">{t('explanation')}</p>
      <form onSubmit={submit} className="mt-6 grid gap-5">
        {error !== null && <ErrorNotice error={error} />}
        <KeyField value={key} onChange={setKey} />
        <Button type="submit" variant="primary" size="lg" disabled={key.trim() === ''}>
          {t('continue')}
        </Button>
      </form>
    </Card>
  );
}
