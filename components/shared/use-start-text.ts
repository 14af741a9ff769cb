import { useFormatter, useTranslations } from 'use-intl';
import { timeLeft } from '../../lib/browser/page/format.ts';
import { serverClock, useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';

/** When a show begins: `moment` in the viewer's time zone and language, `countdown` in words. It may have passed. */
type StartText = { moment: string; countdown: string };

/** Returns when a show begins as text, and keeps it up to date. */
export function useStartText({ startsAt }: UpcomingShow): StartText {
  const t = useTranslations('watch.upcoming');
  const format = useFormatter();
  // Without this fallback, the first render would have no countdown, and the layout would shift.
  const now = useNow() ?? serverClock.now();
  const countdown = () => {
    if (now === null) return '';
    const left = timeLeft(startsAt - now);
    if (left === 'over') return t('anyMoment');
    if (left === 'under-a-minute') return t('underAMinute');
    // Counted from zero, so that neither clock matters.
    const unitMs = { day: 86_400_000, hour: 3_600_000, minute: 60_000 }[left.unit];
    return t('begins', { when: format.relativeTime(left.count * unitMs, { now: 0, unit: left.unit }) });
  };
  return {
    moment: format.dateTime(startsAt, {
      weekday: 'long',
      day: 'numeric',
      month: 'short',
      hour: 'numeric',
      minute: '2-digit',
    }),
    countdown: countdown(),
  };
}
