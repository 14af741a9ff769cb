'use client';

import { useTranslations } from 'use-intl';
import { useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';
import { RemindLink } from '../shared/remind-link.tsx';
import { useStartText } from '../shared/use-start-text.ts';

type UpcomingLinesProps = {
  show: UpcomingShow;
  /** Another show has just ended, so the text says which one is next. */
  next?: boolean;
};

/** The text on the stage about an announced show: when it begins, and that it will start right there. */
export function UpcomingLines({ show, next = false }: UpcomingLinesProps) {
  const t = useTranslations('watch.upcoming');
  const { moment, countdown } = useStartText(show);
  const isShown = useNow() !== null;
  return (
    <>
      {next && <span className="block font-semibold text-stage-ink">{t('next', { title: show.title })}</span>}
      <span className="block text-stage-ink">{moment}</span>
      <span role="timer" className="block text-stage-ink tabular-nums">
        {countdown}
      </span>
      <span className="mt-2 block">{t('byItself')}</span>
      <RemindLink show={show} className="mt-1 px-3 text-stage-accent hover:underline" />
      {/* Screen readers read out changes here, so it is empty at first, and leaves out the ever-changing countdown. */}
      <span className="sr-only" role="status">
        {isShown && t('spoken', { title: show.title, moment })}
      </span>
    </>
  );
}
