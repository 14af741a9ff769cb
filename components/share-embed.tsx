'use client';

import { CodeXml } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { CopyLink } from './copy-link.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { inputClass } from './ui/input.tsx';

/** The code that puts the player on somebody's own page. */
export function ShareEmbed({ code }: { code: string }) {
  const t = useTranslations('studio.share.embed');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button className="min-w-fit flex-1" onClick={() => setOpen(true)}>
        <CodeXml aria-hidden="true" />
        {t('button')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('title')} description={t('description')}>
        <textarea
          readOnly
          rows={8}
          value={code}
          aria-label={t('label')}
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
          className={`${inputClass} mb-3 resize-none py-2.5 font-mono text-sm`}
        />
        <CopyLink address={() => code} label={t('copy')} copied={t('copied')} variant="primary" />
      </Dialog>
    </>
  );
}
