'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLater } from '../lib/browser/use-later.ts';

/** Few need it, so nobody else waits for it. */
const loadPanel = () => import('./line-test-panel.tsx');

/** Where viewers find out why they see nothing, or little. */
export function TroubleWatching() {
  const t = useTranslations('line');
  const [open, setOpen] = useState(false);
  const panel = useLater(loadPanel, open);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="text-[0.9375rem]">
      <summary className="inline-flex min-h-11 cursor-pointer items-center rounded-xl font-medium text-accent-text">
        {t('troubleWatching')}
      </summary>
      <div className="mt-1 max-w-xl">{open && panel !== null && <panel.LineTestPanel stream={null} />}</div>
    </details>
  );
}
