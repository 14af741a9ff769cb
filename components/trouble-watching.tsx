'use client';

import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';

// Few need it, so nobody else waits for it.
const LineTestPanel = lazy(() => import('./line-test-panel.tsx').then((module) => ({ default: module.LineTestPanel })));

/** Where viewers find out why they see nothing, or little. */
export function TroubleWatching() {
  const t = useTranslations('line');
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="text-[0.9375rem]">
      <summary className="inline-flex min-h-11 cursor-pointer items-center rounded-xl font-medium text-accent-text">
        {t('troubleWatching')}
      </summary>
      <div className="mt-1 max-w-xl">
        {open && (
          <Suspense>
            <LineTestPanel stream={null} />
          </Suspense>
        )}
      </div>
    </details>
  );
}
