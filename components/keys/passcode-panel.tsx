'use client';

import { Lock } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { FoldPanel } from '../ui/fold-panel.tsx';

/** Loaded on demand, because most shows have no passcode. */
const loadEditor = () => import('./passcode-editor.tsx');

type PasscodePanelProps = { presenterKey: string; channel: string; disabled?: boolean };

/** Whether viewers of the channel are asked for a passcode, and the form to set or remove it. */
export function PasscodePanel({ presenterKey, channel, disabled = false }: PasscodePanelProps) {
  const t = useTranslations('studio.passcode');
  const [open, setOpen] = useState(false);
  const editor = useLazyModule(loadEditor, open);
  return (
    <FoldPanel icon={Lock} title={t('title')} open={open} onToggle={setOpen}>
      {/* Another channel has another passcode, so the form starts over. */}
      {open && editor && (
        <editor.PasscodeEditor key={channel} presenterKey={presenterKey} channel={channel} disabled={disabled} />
      )}
    </FoldPanel>
  );
}
