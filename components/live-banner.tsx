import { Eye } from 'lucide-react';
import { formatViewers } from '../lib/browser/format.ts';
import type { PublisherState } from '../lib/browser/publisher-state.ts';
import type { ErrorBody } from '../lib/errors.ts';
import { LiveClock } from './live-clock.tsx';
import { Spinner } from './ui/spinner.tsx';
import { type ErrorText, useErrorText } from './use-error-text.ts';

type LiveBannerProps = { state: Extract<PublisherState, { phase: 'live' | 'reconnecting' }> };

/** Whether the presenter is on air. Nobody should ever have to wonder. */
export function LiveBanner({ state }: LiveBannerProps) {
  const { broadcast } = state;
  const textOf = useErrorText();
  if (state.phase === 'reconnecting') {
    return (
      <div className="rounded-2xl bg-warn-soft px-5 py-4 text-warn-text">
        <h1 role="alert" className="flex items-center gap-3 font-bold text-xl sm:text-2xl">
          <Spinner className="size-6" />
          Reconnecting…
        </h1>
        <p className="mt-1 text-ink">{describe(state, textOf)} Keep this page open: it goes on by itself.</p>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-1 rounded-2xl bg-live px-5 py-4 text-live-ink">
      <h1 role="status" className="flex items-center gap-3 font-bold text-xl sm:text-2xl">
        <span className="size-3.5 animate-pulse-live rounded-full bg-current" aria-hidden="true" />
        You are live
      </h1>
      <p className="flex items-center gap-6 font-semibold text-lg">
        {broadcast.startedAt !== null && <LiveClock since={broadcast.startedAt} label="On air for" />}
        <span className="inline-flex items-center gap-2 tabular-nums">
          <Eye className="size-5" aria-hidden="true" />
          {formatViewers(broadcast.viewers)}
        </span>
      </p>
    </div>
  );
}

function describe(
  { broadcast, error }: Extract<PublisherState, { phase: 'reconnecting' }>,
  textOf: (error: ErrorBody) => ErrorText,
): string {
  if (broadcast.interruption?.recurring)
    return 'The media server is having trouble: it had to be restarted several times. Its log says why.';
  if (broadcast.interruption?.by === 'media-server') return 'The media server is recovering.';
  return error === null ? 'Your connection was interrupted.' : `${textOf(error).title}.`;
}
