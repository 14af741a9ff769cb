'use client';

import { clsx } from 'clsx/lite';
import { MessageCircle } from 'lucide-react';
import { type Ref, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { viewerCredentials } from '../../lib/browser/page/stored-credentials.ts';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useFillsScreen } from '../../lib/browser/player/full-screen.ts';
import { useLivePlayer } from '../../lib/browser/player/live-player.ts';
import type { ChannelMoment } from '../../lib/browser/recordings/past-shows.ts';
import type { ReconnectTally } from '../../lib/browser/watch/reconnects.ts';
import { useViewerSession } from '../../lib/browser/watch/use-viewer-session.ts';
import type { ViewerState } from '../../lib/browser/watch/viewer-state.ts';
import type { BroadcastView, UpcomingShow } from '../../lib/signaling.ts';
import { LazyConversation } from '../conversation/lazy-conversation.tsx';
import { WatchLink } from '../shared/copy-link.tsx';
import { LiveClock } from '../shared/live-clock.tsx';
import { Button } from '../ui/button.tsx';
import { StagePlayer } from './stage-player.tsx';

/** It is below the stage, which comes first. */
const loadPastShows = () => import('./past-shows.tsx');

/** Few viewers need it. */
const loadSummary = () => import('./reconnect-summary.tsx');

type ViewerStageProps = {
  channel: string;
  /** Whether shows have a conversation here. */
  conversation: boolean;
};

/** A channel from the audience's side: the picture in every state, the details of the show, and its conversation. */
export function ViewerStage({ channel, conversation }: ViewerStageProps) {
  const session = useViewerSession(channel);
  const { state } = session;
  const { player, playing } = useLivePlayer('stream' in state ? state.stream : null);
  const past = useLazyModule(loadPastShows, true);
  const theatre = useRef<HTMLDivElement>(null);
  const filling = useFillsScreen(theatre);
  /** Whether the conversation is over a picture that fills the screen. */
  const [shown, setShown] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const [unread, setUnread] = useState(0);
  const [over, setOver] = useState<Element | null>(null);
  const broadcast = 'broadcast' in state ? state.broadcast : null;
  const talkOf = useTalkOf(state);
  // A person who may not watch must not read either.
  const talking = conversation && state.phase !== 'failed';
  const beside = talking && !filling;
  const hide = () => {
    setShown(false);
    // The button that was pressed goes away.
    toggle.current?.focus();
  };
  return (
    <>
      <div
        ref={theatre}
        className={clsx(
          'group/theatre',
          filling && 'relative size-full bg-stage',
          // The picture takes the place of a conversation that the server does not have.
          beside && 'grid grid-cols-1 lg:grid-cols-[minmax(0,1fr)_21rem] lg:gap-x-4 lg:has-[[data-off]]:grid-cols-1',
        )}
      >
        <div className={filling ? 'size-full' : 'min-w-0'}>
          <StagePlayer
            channel={channel}
            session={session}
            player={player}
            playing={playing}
            frame={theatre}
            filling={filling}
            over={<div ref={setOver} className="pointer-events-none absolute inset-0 overflow-hidden" />}
            extra={
              filling &&
              talking && (
                <ConversationToggle ref={toggle} shown={shown} unread={unread} onToggle={() => setShown(!shown)} />
              )
            }
          />
          <div className={filling ? 'hidden' : undefined}>
            <ViewerDetails
              channel={channel}
              broadcast={broadcast}
              upcoming={session.upcoming}
              reconnects={session.reconnects}
            />
          </div>
        </div>
        {talking && (
          <div
            className={clsx(
              'overflow-hidden rounded-2xl border border-line bg-surface text-ink shadow-card has-[[data-off]]:hidden',
              // Its colours are those of the stage.
              filling &&
                'dark absolute inset-x-3 bottom-18 z-30 h-[45%] opacity-95 landscape:top-3 landscape:left-auto landscape:h-auto landscape:w-84',
              filling && !shown && 'hidden',
              beside && 'relative mx-4 mt-5 h-[28rem] sm:mx-0 lg:mt-0 lg:h-auto lg:min-h-[32rem]',
            )}
          >
            {/* It is as high as the picture and its details, and never makes them higher. */}
            <div className={beside ? 'absolute inset-0' : 'h-full'}>
              <LazyConversation
                channel={channel}
                broadcastId={talkOf}
                signaling={session.signaling}
                credential={() => viewerCredentials.find(channel)}
                over={over}
                visible={!filling || shown}
                onHide={filling ? hide : null}
                onUnread={setUnread}
              />
            </div>
          </div>
        )}
      </div>
      {past !== null && <past.ChannelPastShows channel={channel} moment={momentOf(state)} />}
      <div className="px-4 pt-4 sm:px-0">
        <TroubleWatching />
      </div>
    </>
  );
}

/** The id of the show that is on, for its conversation. While it is unknown what is on, it is the last one. */
function useTalkOf(state: ViewerState): string | null {
  const [last, setLast] = useState<string | null>(null);
  const broadcast = 'broadcast' in state ? state.broadcast : null;
  const isOn = broadcast !== null && broadcast.phase !== 'ended' && broadcast.phase !== 'starting';
  const isUnknown = state.phase === 'asking' || state.phase === 'idle';
  const now = isUnknown ? last : isOn ? broadcast.broadcastId : null;
  if (now !== last) setLast(now);
  return now;
}

type ConversationToggleProps = {
  ref: Ref<HTMLButtonElement>;
  shown: boolean;
  unread: number;
  onToggle: () => void;
};

/** Shows and hides the conversation over a picture that fills the screen. */
function ConversationToggle({ ref, shown, unread, onToggle }: ConversationToggleProps) {
  const t = useTranslations('conversation');
  const label = shown ? t('hide') : t('show');
  return (
    <Button
      ref={ref}
      variant="stage"
      size="icon"
      aria-expanded={shown}
      aria-label={!shown && unread > 0 ? `${label}, ${t('chat.unread', { count: unread })}` : label}
      title={label}
      onClick={onToggle}
      className="relative group-has-[[data-off]]/theatre:hidden"
    >
      <MessageCircle aria-hidden="true" />
      {!shown && unread > 0 && <span className="absolute top-1.5 right-1.5 size-2.5 rounded-full bg-stage-accent" />}
    </Button>
  );
}

function momentOf(state: ViewerState): ChannelMoment {
  if (state.phase === 'failed') return 'closed';
  const broadcast = 'broadcast' in state ? state.broadcast : null;
  return broadcast === null || broadcast.phase === 'ended' ? 'off' : 'on';
}

type ViewerDetailsProps = {
  channel: string;
  broadcast: BroadcastView | null;
  /** The announced show that has not begun. */
  upcoming: UpcomingShow | null;
  /** How often this viewer had to reconnect. */
  reconnects: ReconnectTally;
};

/** Details of the show that is on, and the link to share. */
function ViewerDetails({ channel, broadcast, upcoming, reconnects }: ViewerDetailsProps) {
  const t = useTranslations('watch');
  const summary = useLazyModule(loadSummary, Object.keys(reconnects).length > 0);
  const onAir = broadcast !== null && broadcast.phase !== 'ended' && broadcast.startedAt !== null;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-5 px-4 pt-5 sm:px-0">
      <div className="min-w-0">
        <h1 className="break-words font-bold text-2xl sm:text-3xl">{broadcast?.title ?? upcoming?.title ?? channel}</h1>
        <p className="mt-1.5 text-ink-soft">
          {t('channel', { channel })}
          {onAir && broadcast.startedAt !== null && (
            <span>
              <span aria-hidden="true"> · {t('onAirFor')} </span>
              <LiveClock since={broadcast.startedAt} label={t('onAirFor')} />
            </span>
          )}
        </p>
        {summary !== null && <summary.ReconnectSummary tally={reconnects} />}
      </div>
      <WatchLink channel={channel} />
    </div>
  );
}

/** Few viewers need it, so the others do not wait for it. */
const loadPanel = () => import('../shared/connection-test-panel.tsx');

/** Helps viewers find out why they see nothing, or little. */
function TroubleWatching() {
  const t = useTranslations('line');
  const [open, setOpen] = useState(false);
  const panel = useLazyModule(loadPanel, open);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="text-[0.9375rem]">
      <summary className="inline-flex min-h-11 cursor-pointer items-center rounded-xl font-medium text-accent-text">
        {t('troubleWatching')}
      </summary>
      <div className="mt-1 max-w-xl">{open && panel !== null && <panel.ConnectionTestPanel stream={null} />}</div>
    </details>
  );
}
