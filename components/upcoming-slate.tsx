'use client';

import { useTranslations } from 'use-intl';
import type { AwaitedShow } from '../lib/browser/awaited-show.ts';
import { useNow } from '../lib/browser/use-now.ts';
import { StageMessage } from './stage-message.tsx';
import { useStartWords } from './use-start-words.ts';

/** What the audience reads before a show that was announced: what it is, and when it begins. */
export function UpcomingSlate({ show }: { show: AwaitedShow }) {
  const t = useTranslations('watch.upcoming');
  const { moment, countdown } = useStartWords(show);
  const isShown = useNow() !== null;
  return (
    <>
      <StageMessage waiting eyebrow={show.channel} title={show.title}>
        <span className="block text-stage-ink">{moment}</span>
        <span role="timer" className="block text-stage-ink tabular-nums">
          {countdown}
        </span>
        <span className="mt-2 block">{t('byItself')}</span>
      </StageMessage>
      <p className="sr-only" role="status">
        {/* A screen reader says what changes here, so it is empty at first; and without the countdown, or it would never stop. */}
        {isShown && t('spoken', { title: show.title, moment })}
      </p>
    </>
  );
}
