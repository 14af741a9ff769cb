'use client';

import { Radio } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import { useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { Resumable } from '../../lib/browser/studio/resume-offer.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

type ResumeCardProps = { offer: Resumable; ready: boolean; onResume: () => void; onEnd: () => void };

/** Offers to resume an earlier show that is still on: one click, and its presenter is back. */
export function ResumeCard({ offer, ready, onResume, onEnd }: ResumeCardProps) {
  const t = useTranslations('studio.setup.resume');
  const [asking, setAsking] = useState(false);
  const now = useNow();
  const { title, channel, interruption } = offer.broadcast;
  return (
    <Card className="mt-6 grid gap-4 border-accent p-5 sm:flex sm:items-center sm:justify-between sm:p-6">
      <div className="min-w-0">
        <h2 className="break-words font-semibold text-lg">{t('title', { title })}</h2>
        <p className="text-ink-soft">
          {t('channel', { channel })} {interruption === null && t('elsewhere')}
          {interruption !== null &&
            (now === null
              ? t('waits')
              : t.rich('waitsFor', { time: formatClock(interruption.until - now), timer: renderTimer }))}
        </p>
      </div>
      <div className="grid gap-3 sm:flex">
        <Button variant="danger" className="max-sm:order-last" disabled={!ready} onClick={() => setAsking(true)}>
          {t('end')}
        </Button>
        <Button variant="primary" disabled={!ready} onClick={onResume}>
          <Radio aria-hidden="true" />
          {t('resume')}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        title={t('endTitle')}
        description={t('endExplanation')}
        confirmLabel={t('endConfirm')}
        cancelLabel={t('endCancel')}
        onConfirm={() => {
          setAsking(false);
          onEnd();
        }}
        onCancel={() => setAsking(false)}
      />
    </Card>
  );
}

function renderTimer(time: ReactNode): ReactNode {
  return (
    <span role="timer" className="text-ink tabular-nums">
      {time}
    </span>
  );
}
