import { useTranslations } from 'use-intl';
import type { AskedUp } from '../../lib/guests.ts';
import { guestAddress } from '../../lib/guests.ts';
import { Button, buttonClass } from '../ui/button.tsx';

type AskedUpNoticeProps = { asked: AskedUp; onDecline: () => void };

/** Over the picture: the presenter asks the viewer to come on stage. It never takes the focus. */
export function AskedUpNotice({ asked: { channel, token }, onDecline }: AskedUpNoticeProps) {
  const t = useTranslations('conversation.asked');
  return (
    <div
      role="alert"
      className="pointer-events-auto absolute inset-x-3 top-3 z-30 mx-auto max-w-md animate-rise rounded-2xl bg-surface p-4 text-center text-ink shadow-pop"
    >
      <p className="font-semibold">{t('title')}</p>
      <p className="mt-1 text-ink-soft text-sm">{t('explanation')}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        {/* A new page: on this one, the show would go on playing beside the guest's own sound. */}
        <a href={guestAddress('', channel, token)} className={buttonClass({ variant: 'primary' })}>
          {t('come')}
        </a>
        <Button onClick={onDecline}>{t('decline')}</Button>
      </div>
    </div>
  );
}
