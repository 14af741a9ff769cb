'use client';

import { clsx } from 'clsx/lite';
import { CalendarPlus } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { hasCredentials, openSession } from '../../lib/browser/recordings/recording-session.ts';
import { calendarPath } from '../../lib/calendar.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';

/** A link to a calendar file with a reminder of an announced show. */
export function RemindLink({ show, className }: { show: UpcomingShow; className?: string }) {
  const t = useTranslations('library.lobby');
  const path = calendarPath(show.channel);
  const fetchIt = (event: MouseEvent) => {
    if (!hasCredentials()) return;
    // A link sends no credentials: the server must know before that this browser may see a private show.
    event.preventDefault();
    void openSession().then(() => location.assign(path));
  };
  return (
    <a
      href={path}
      onClick={fetchIt}
      className={clsx('inline-flex min-h-11 items-center gap-2 rounded-xl font-medium text-[0.9375rem]', className)}
    >
      <CalendarPlus className="size-4.5" aria-hidden="true" />
      {t.rich('remindMe', { title: show.title, about: hidden })}
    </a>
  );
}

function hidden(text: ReactNode): ReactNode {
  return <span className="sr-only">{text}</span>;
}
