'use client';

import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { type ChannelMoment, PastShows } from '../../lib/browser/recordings/past-shows.ts';
import { type Recording, recordingPaths } from '../../lib/recording.ts';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { AudienceSeats } from '../ui/audience-seats.tsx';
import { PageLink } from '../ui/page-link.tsx';

/** The past shows of a channel, as cards below the stage. Nothing where there are none. */
export function ChannelPastShows({ channel, moment }: { channel: string; moment: ChannelMoment }) {
  const t = useTranslations('watch.past');
  const past = useOpened(() => new PastShows(channel));
  const shows = useStore(past.state);
  useEffect(() => past.follow(moment), [past, moment]);
  if (shows.length === 0) return null;
  return (
    <section aria-label={t('title')} className="px-4 pt-10 sm:px-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <h2 className="font-bold text-xl">{t('title')}</h2>
        <PageLink
          href="/recordings"
          className="inline-flex min-h-11 items-center rounded-xl font-medium text-[0.9375rem] text-accent-text hover:underline"
        >
          {t('all')}
        </PageLink>
      </div>
      <ul className="mt-2 grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-3 sm:gap-y-6 lg:grid-cols-4">
        {shows.map((show) => (
          <li key={show.id} className="animate-rise">
            <PastShowCard show={show} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One past show. The whole card is a link to its recording. */
function PastShowCard({ show: { id, title, startedAt, durationMs } }: { show: Recording }) {
  const t = useTranslations('watch.past');
  const format = useFormattedText();
  return (
    <article className="group relative flex items-start gap-4 rounded-2xl has-focus-visible:outline-3 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 sm:block">
      <div className="relative aspect-video w-36 shrink-0 overflow-hidden rounded-xl bg-stage text-stage-accent sm:w-full sm:rounded-2xl">
        <Poster id={id} />
        {durationMs !== null && (
          <span className="absolute right-2 bottom-2 rounded-md bg-stage-raised/85 px-1.5 py-0.5 font-medium text-stage-ink text-xs tabular-nums">
            <span className="sr-only">{t('length')} </span>
            {formatClock(durationMs)}
          </span>
        )}
      </div>
      <div className="min-w-0 py-0.5 sm:px-1 sm:pt-2.5">
        <h3 className="line-clamp-2 break-words font-semibold leading-snug group-hover:underline">
          <PageLink
            href={`/recordings/${encodeURIComponent(id)}`}
            className="outline-none after:absolute after:inset-0 after:rounded-2xl"
          >
            {title}
          </PageLink>
        </h3>
        <p className="mt-0.5 text-ink-soft text-sm">
          <time dateTime={new Date(startedAt).toISOString()}>{format.moment(startedAt)}</time>
        </p>
      </div>
    </article>
  );
}

/** A picture of the show, or an empty stage while there is none. */
function Poster({ id }: { id: string }) {
  const [isThere, setThere] = useState(false);
  return (
    <>
      {!isThere && (
        <div className="grid size-full place-items-center">
          <AudienceSeats taken={0} className="w-3/5" />
          <Play className="absolute size-7 text-stage-ink" fill="currentColor" aria-hidden="true" />
        </div>
      )}
      {/* biome-ignore lint/performance/noImgElement: a page that optimises images would have to see private ones. */}
      <img
        src={recordingPaths.poster(id)}
        alt=""
        loading="lazy"
        onLoad={() => setThere(true)}
        onError={() => setThere(false)}
        className={isThere ? 'size-full object-cover' : 'absolute inset-0 opacity-0'}
      />
    </>
  );
}
