'use client';

import { useTranslations } from 'use-intl';
import { usePresenterAccess } from '../lib/browser/presenter-access.ts';
import { useKeptFocus } from '../lib/browser/use-kept-focus.ts';
import { ErrorNotice } from './error-notice.tsx';
import { KeyForm } from './key-form.tsx';
import { PresenterStudio } from './presenter-studio.tsx';
import { Button } from './ui/button.tsx';
import { Spinner } from './ui/spinner.tsx';

/** Lets in whoever has the presenter key. */
export function PresenterGate() {
  const { state, access } = usePresenterAccess();
  const root = useKeptFocus(state.phase);
  return (
    <div ref={root}>
      <Door state={state} access={access} />
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
