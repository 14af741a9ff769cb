'use client';

import { ChevronDown, Lock } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';

/** Loaded on demand, because most shows have no passcode. */
const loadEditor = () => import('./passcode-editor.tsx');

type PasscodePanelProps = { presenterKey: string; channel: string; disabled?: boolean };

/** Whether viewers of the channel are asked for a passcode, and the form to set or remove it. */
export function PasscodePanel({ presenterKey, channel, disabled = false }: PasscodePanelProps) {
  const t = useTranslations('studio.passcode');
  const [open, setOpen] = useState(false);
  const editor = useLazyModule(loadEditor, open);
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group border-line border-t pt-1"
    >
      <summary className="flex min-h-11 cursor-pointer items-center gap-2 rounded-xl font-semibold text-[0.9375rem]">
        <Lock className="size-5 text-accent-text" aria-hidden="true" />
        {t('title')}
        <ChevronDown
          className="ml-auto size-4 text-ink-soft transition-transform group-open:rotate-180"
          aria-hidden="true"
        />
      </summary>
      {/* Another channel has another passcode, so the form begins anew. */}
      {open && editor && (
        <editor.PasscodeEditor key={channel} presenterKey={presenterKey} channel={channel} disabled={disabled} />
      )}
    </details>
  );
}
