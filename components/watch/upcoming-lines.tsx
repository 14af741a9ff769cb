'use client';

import { useTranslations } from 'use-intl';
import { useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';
import { useStartText } from '../shared/use-start-text.ts';

type UpcomingLinesProps = {
  show: UpcomingShow;
  /** Another show has just ended, so it is said which one is next. */
  next?: boolean;
};

/** What the audience reads of a show that was announced, on the stage: when it begins, and that it does so there. */
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
      {/* Screen readers say what changes here: so it is empty at first, and without the countdown, which never rests. */}
      <span className="sr-only" role="status">
        {isShown && t('spoken', { title: show.title, moment })}
      </span>
    </>
  );
}
