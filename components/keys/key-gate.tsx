'use client';

import { KeyRound } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRestoredFocus } from '../../lib/browser/page/use-restored-focus.ts';
import { type AccessState, usePresenterAccess } from '../../lib/browser/studio/presenter-access.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { KeyField } from '../shared/key-field.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Spinner } from '../ui/spinner.tsx';

type Granted = Extract<AccessState, { phase: 'granted' }>;

type KeyGateProps = {
  /** The name of the page, for screen readers until there is more to see. */
  heading: string;
  /** Shown above the field for the key. */
  notice?: ReactNode;
  /** The page for anyone with a key. `askAgain` asks for another one. */
  children: (granted: Granted, askAgain: (error?: ErrorBody) => void) => ReactNode;
};

/** Admits everyone who has a key or a signed link of a presenter. */
export function KeyGate({ heading, notice, children }: KeyGateProps) {
  const t = useTranslations();
  const { state, access } = usePresenterAccess();
  const root = useRestoredFocus(state.phase);
  const hidden = (
    <h1 tabIndex={-1} className="sr-only">
      {heading}
    </h1>
  );
  return (
    <div ref={root}>
      {(state.phase === 'loading' || state.phase === 'checking') && (
        <>
          {hidden}
          <p role="status" className="flex items-center justify-center gap-3 py-24 text-ink-soft">
            <Spinner /> {t('studio.setup.opening')}
          </p>
        </>
      )}
      {state.phase === 'asking' && (
        <KeyForm notice={notice} error={state.error} onSubmit={(key) => access?.offer(key)} />
      )}
      {state.phase === 'unchecked' && (
        <div className="mx-auto max-w-xl py-8">
          {hidden}
          <ErrorNotice
            error={state.error}
            actions={
              <Button variant="primary" onClick={() => access?.offer(state.key)}>
                {t('common.tryAgain')}
              </Button>
            }
          />
        </div>
      )}
      {state.phase === 'granted' && children(state, (error) => access?.forget(error ?? null))}
    </div>
  );
}

type KeyFormProps = { notice: ReactNode; error: ErrorBody | null; onSubmit: (key: string) => void };

/** Asks for a key if the link did not contain it. */
function KeyForm({ notice, error, onSubmit }: KeyFormProps) {
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
        {notice}
        {error !== null && <ErrorNotice error={error} />}
        <KeyField value={key} onChange={setKey} />
        <Button type="submit" variant="primary" size="lg" disabled={key.trim() === ''}>
          {t('continue')}
        </Button>
      </form>
    </Card>
  );
}
