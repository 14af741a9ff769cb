'use client';

import { useTranslations } from 'use-intl';
import { KeyGate } from '../keys/key-gate.tsx';
import { InsecureNotice, SecureOrigin } from './insecure-notice.tsx';
import { PresenterStudio } from './presenter-studio.tsx';

type PresenterGateProps = {
  /** The origin at which browsers open cameras of this server; `null` if it has none. */
  secureOrigin: string | null;
};

/** The studio, for everyone who has a key. */
export function PresenterGate({ secureOrigin }: PresenterGateProps) {
  const t = useTranslations('studio.setup');
  return (
    <SecureOrigin value={secureOrigin}>
      <KeyGate heading={t('pageTitle')} notice={<InsecurePage />}>
        {({ key, rights }, askAgain) => (
          <PresenterStudio presenterKey={key} rights={rights} onWrongKey={() => askAgain()} />
        )}
      </KeyGate>
    </SecureOrigin>
  );
}

/** What to know before a key is entered: without HTTPS there is no camera. */
function InsecurePage() {
  return globalThis.isSecureContext ? null : <InsecureNotice />;
}
