'use client';

import { useTranslations } from 'use-intl';
import { GuestSession, type GuestState } from '../../lib/browser/guests/guest-session.ts';
import { useRestoredFocus } from '../../lib/browser/page/use-restored-focus.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import { useErrorText } from '../shared/use-error-text.ts';
import { Spinner } from '../ui/spinner.tsx';
import { GuestDoor } from './guest-door.tsx';
import { GuestShow } from './guest-show.tsx';

type GuestRoomProps = { channel: string; invitation: string | null };

/** Everything that a guest sees: the door with the devices, the green room, the show, and the end. */
export function GuestRoom({ channel, invitation }: GuestRoomProps) {
  const session = useOpened(() => new GuestSession(channel, invitation));
  const state = useStore(session.state);
  const root = useRestoredFocus(state.phase);
  return (
    <div ref={root}>
      <GuestPhase session={session} state={state} />
    </div>
  );
}

function GuestPhase({ session, state }: { session: GuestSession; state: GuestState }) {
  const t = useTranslations('guests.page');
  switch (state.phase) {
    case 'at-the-door':
      return <GuestDoor session={session} problem={state.problem} />;
    case 'entering':
      return (
        <>
          <h1 tabIndex={-1} className="sr-only">
            {t('title')}
          </h1>
          <p role="status" className="flex items-center justify-center gap-3 py-24 text-ink-soft">
            <Spinner /> {t('entering')}
          </p>
        </>
      );
    case 'taking-part':
      return <GuestShow session={session} state={state} />;
    case 'ended':
      return <GuestEnd error={state.error} />;
  }
}

/** Why a guest takes part no longer, and what can be done about it. */
function GuestEnd({ error }: { error: ErrorBody | null }) {
  const t = useTranslations('guests.page');
  const textOf = useErrorText();
  const text =
    error === null || error.code === 'not-live' ? { title: t('left'), remedy: t('leftHint') } : textOf(error);
  return (
    <div className="mx-auto max-w-xl py-16 text-center">
      <h1 tabIndex={-1} className="outline-none text-balance font-bold text-3xl">
        {text.title}
      </h1>
      <p className="mt-3 text-ink-soft">{text.remedy}</p>
    </div>
  );
}
