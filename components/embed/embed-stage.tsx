'use client';

import { ExternalLink } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useEmbedBridge } from '../../lib/browser/player/embed-bridge.ts';
import { useLivePlayer } from '../../lib/browser/player/live-player.ts';
import { useViewerSession } from '../../lib/browser/watch/use-viewer-session.ts';
import type { EmbedOrigins } from '../../lib/embed-api.ts';
import { buttonClass } from '../ui/button.tsx';
import { StagePlayer } from '../watch/stage-player.tsx';

/** A channel in a frame of another site's page, which can control it as far as `origins` allow. */
export function EmbedStage({ channel, origins }: { channel: string; origins: EmbedOrigins }) {
  const t = useTranslations('watch.stage');
  const session = useViewerSession(channel);
  const { state, upcoming } = session;
  const { player, playing } = useLivePlayer('stream' in state ? state.stream : null);
  useEmbedBridge({ channel, origins, player, state, playing });
  const label = t('fullPageOf', { channel });
  const link = (
    <a
      href={`/watch/${channel}`}
      target="_blank"
      rel="noopener"
      title={label}
      aria-label={label}
      className={buttonClass({ variant: 'stage', size: 'icon' })}
    >
      <ExternalLink aria-hidden="true" />
    </a>
  );
  return (
    <>
      <h1 className="sr-only">{('broadcast' in state && state.broadcast?.title) || (upcoming?.title ?? channel)}</h1>
      <StagePlayer channel={channel} session={session} player={player} playing={playing} framed extra={link} />
      {state.phase !== 'live' && <div className="fixed top-3 right-3 z-20">{link}</div>}
    </>
  );
}
