'use client';

import { clsx } from 'clsx/lite';
import { AudioLines, Clapperboard, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import { type ListedRecording, recordingPaths } from '../../lib/recording.ts';

type RecordingPosterProps = { recording: ListedRecording; onPlay: (() => void) | null };

/**
 * The picture of a recording with its length, which plays it. Where there is no picture of it, a sign of its kind is in
 * that place.
 */
export function RecordingPoster({ recording, onPlay }: RecordingPosterProps) {
  const t = useTranslations('library.recording');
  const look = 'group/poster relative block aspect-video w-full overflow-hidden rounded-xl bg-stage text-stage-soft';
  const picture = <PosterPicture key={recording.id} recording={recording} />;
  if (onPlay === null) return <div className={look}>{picture}</div>;
  const about = (title: React.ReactNode) => <span>{title}</span>;
  return (
    <button type="button" onClick={onPlay} className={look}>
      {picture}
      <span
        aria-hidden="true"
        className="absolute inset-0 grid place-items-center opacity-0 transition-opacity group-hover/poster:opacity-100 group-focus-visible/poster:opacity-100"
      >
        <span className="grid size-12 place-items-center rounded-full bg-stage/80 text-stage-ink">
          <Play className="ml-0.5 size-6 fill-current" />
        </span>
      </span>
      <span className="sr-only">{t.rich('play', { title: recording.title, about })}</span>
    </button>
  );
}

function PosterPicture({ recording }: { recording: ListedRecording }) {
  const [isBroken, setBroken] = useState(false);
  const Sign = recording.contentType.startsWith('audio/') ? AudioLines : Clapperboard;
  const hasPicture = recording.hasPoster && !isBroken;
  return (
    <>
      {hasPicture ? (
        // The picture says nothing that the title beside it does not.
        // biome-ignore lint/performance/noImgElement: the server sends it in the size that is shown.
        <img
          src={recordingPaths.poster(recording.id)}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
          className="size-full object-cover"
        />
      ) : (
        <span
          aria-hidden="true"
          className="grid size-full place-items-center bg-linear-to-br from-stage-raised to-stage text-stage-line"
        >
          <Sign className="size-8 sm:size-10" strokeWidth={1.5} />
        </span>
      )}
      {recording.durationMs !== null && (
        <span
          aria-hidden="true"
          className={clsx(
            'absolute right-1.5 bottom-1.5 rounded-md bg-stage/85 px-1.5 py-0.5 font-semibold text-stage-ink text-xs tabular-nums',
          )}
        >
          {formatClock(recording.durationMs)}
        </span>
      )}
    </>
  );
}
