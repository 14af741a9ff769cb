'use client';

import { useTranslations } from 'use-intl';
import { KeyGate } from '../keys/key-gate.tsx';
import { PresenterStudio } from './presenter-studio.tsx';

/** The studio, for everyone who has a key. */
export function PresenterGate() {
  const t = useTranslations('studio.setup');
  return (
    <KeyGate heading={t('pageTitle')}>
      {({ key, rights }, askAgain) => (
        <PresenterStudio presenterKey={key} rights={rights} onWrongKey={() => askAgain()} />
      )}
    </KeyGate>
  );
}
