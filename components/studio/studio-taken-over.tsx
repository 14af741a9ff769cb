import { useTranslations } from 'use-intl';
import type { BroadcastView } from '../../lib/signaling.ts';
import { useErrorText } from '../shared/use-error-text.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

type StudioTakenOverProps = { broadcast: BroadcastView; onTakeBack: () => void; onLeave: () => void };

/** The show continues, but another device sends it. Nothing happens until the presenter decides. */
export function StudioTakenOver({ broadcast, onTakeBack, onLeave }: StudioTakenOverProps) {
  const t = useTranslations('studio.setup.takenOver');
  const { title, remedy } = useErrorText()({ code: 'taken-over', message: '' });
  return (
    <Card className="mx-auto max-w-xl p-6 text-center sm:p-10">
      <div role="alert">
        <h1 tabIndex={-1} className="outline-none font-bold text-2xl sm:text-3xl">
          {title}
        </h1>
      </div>
      <p className="mt-3 break-words text-ink-soft">
        {t('goesOn', { title: broadcast.title, channel: broadcast.channel, remedy })}
      </p>
      <div className="mt-7 flex flex-col gap-3 sm:flex-row sm:justify-center">
        <Button variant="primary" size="lg" onClick={onTakeBack}>
          {t('takeBack')}
        </Button>
        <Button size="lg" onClick={onLeave}>
          {t('leave')}
        </Button>
      </div>
    </Card>
  );
}
