'use client';

import { useEffect, useRef } from 'react';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useRestoredFocus } from '../../lib/browser/page/use-restored-focus.ts';
import type { PublisherState } from '../../lib/browser/studio/publisher-state.ts';
import { type PublisherHandle, usePublisher } from '../../lib/browser/studio/use-publisher.ts';
import type { PresenterRights } from '../../lib/requests/access-requests.ts';
import { Spinner } from '../ui/spinner.tsx';
import { StudioFarewell } from './studio-farewell.tsx';
import { StudioSetup } from './studio-setup.tsx';
import { StudioSummary } from './studio-summary.tsx';
import { StudioTakenOver } from './studio-taken-over.tsx';

/** It is loaded while the show is being prepared, so that the studio opens sooner. */
const loadLive = () => import('./studio-live.tsx');
type LiveModule = Awaited<ReturnType<typeof loadLive>>;

type PresenterStudioProps = { presenterKey: string; rights: PresenterRights; onWrongKey: () => void };

/** The presenter's side: before the show, during it, and after it. */
export function PresenterStudio(props: PresenterStudioProps) {
  const studio = usePublisher();
  const live = useLazyModule(loadLive, true);
  const root = useRestoredFocus(stageOf(studio.state, live));
  return (
    <div ref={root}>
      <StudioStage {...props} studio={studio} live={live} />
    </div>
  );
}

/** Which part of the studio is shown. Everything before the show is one part. */
function stageOf({ phase }: PublisherState, live: LiveModule | null): string {
  if (live === null && (phase === 'live' || phase === 'reconnecting')) return 'loading';
  const isLater = phase === 'live' || phase === 'reconnecting' || phase === 'taken-over' || phase === 'ended';
  return isLater ? phase : 'setup';
}

type StudioStageProps = PresenterStudioProps & { studio: PublisherHandle; live: LiveModule | null };

function StudioStage({ studio, live, presenterKey, rights, onWrongKey }: StudioStageProps) {
  const { state } = studio;
  // The pressed button is far down the page on a phone, and the part that it opens begins at the top.
  useTop(state.phase === 'live' || state.phase === 'reconnecting');
  switch (state.phase) {
    case 'idle':
    case 'asking-for-camera':
    case 'preview':
    case 'connecting':
    case 'failed':
      return (
        <StudioSetup
          studio={studio}
          state={state}
          presenterKey={presenterKey}
          rights={rights}
          onWrongKey={onWrongKey}
        />
      );
    case 'live':
    case 'reconnecting':
      return (
        <>
          {live === null ? (
            <Spinner className="mx-auto my-20 size-8" />
          ) : (
            <live.StudioLive studio={studio} state={state} presenterKey={presenterKey} />
          )}
          <StudioFarewell />
        </>
      );
    case 'taken-over':
      return (
        <StudioTakenOver
          broadcast={state.broadcast}
          onTakeBack={() => studio.publisher.takeBack()}
          onLeave={studio.prepareAgain}
        />
      );
    case 'ended':
      return <StudioSummary broadcast={state.broadcast} error={state.error} onAgain={studio.prepareAgain} />;
  }
}

/** Scrolls to the top of the page when `part` changes, but not for the first one. */
function useTop(part: unknown): void {
  const last = useRef(part);
  useEffect(() => {
    if (last.current === part) return;
    last.current = part;
    scrollTo(0, 0);
  }, [part]);
}
