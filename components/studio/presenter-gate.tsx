'use client';

import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRestoredFocus } from '../../lib/browser/page/use-restored-focus.ts';
import { usePresenterAccess } from '../../lib/browser/studio/presenter-access.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { KeyField } from '../shared/key-field.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { InsecureNotice, SecureOrigin } from './insecure-notice.tsx';
import { PresenterStudio } from './presenter-studio.tsx';

type PresenterGateProps = {
  /** The origin at which browsers open cameras of this server; `null` if it has none. */
  secureOrigin: string | null;
};

/** Admits everyone who has the presenter key. */
export function PresenterGate({ secureOrigin }: PresenterGateProps) {
  const { state, access } = usePresenterAccess();
  const root = useRestoredFocus(state.phase);
  return (
    <div ref={root}>
      <SecureOrigin value={secureOrigin}>
        <Door state={state} access={access} />
      </SecureOrigin>
    </div>
  );
}

function Door({ state, access }: ReturnType<typeof usePresenterAccess>) {
  const t = useTranslations();
  const heading = (
    <h1 tabIndex={-1} className="sr-only">
      {t('studio.setup.pageTitle')}
    </h1>
  );
  switch (state.phase) {
    case 'loading':
    case 'checking':
      return (
        <>
          {heading}
          <p role="status" className="flex items-center justify-center gap-3 py-24 text-ink-soft">
            <Spinner /> {t('studio.setup.opening')}
          </p>
        </>
      );
    case 'asking':
      return <KeyForm error={state.error} onSubmit={(key) => access?.offer(key)} />;
    case 'unchecked':
      return (
        <div className="mx-auto max-w-xl py-8">
          {heading}
          <ErrorNotice
            error={state.error}
            actions={
              <Button variant="primary" onClick={() => access?.offer(state.key)}>
                {t('common.tryAgain')}
              </Button>
            }
          />
        </div>
      );
    case 'granted':
      return <PresenterStudio presenterKey={state.key} onWrongKey={() => access?.forget()} />;
  }
}

type KeyFormProps = { error: ErrorBody | null; onSubmit: (key: string) => void };

/** Asks for the presenter key if the link did not contain it. */
function KeyForm({ error, onSubmit }: KeyFormProps) {
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
        {!globalThis.isSecureContext && <InsecureNotice />}
        {error !== null && <ErrorNotice error={error} />}
        <KeyField value={key} onChange={setKey} />
        <Button type="submit" variant="primary" size="lg" disabled={key.trim() === ''}>
          {t('continue')}
        </Button>
      </form>
    </Card>
  );
}
