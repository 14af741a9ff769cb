import { useTranslations } from 'use-intl';
import { type ReconnectTally, rejoinReasons } from '../lib/browser/reconnects.ts';
import type { WatcherState } from '../lib/browser/watcher-state.ts';
import type { BroadcastView } from '../lib/signaling.ts';

/**
 * What a screen reader says when the state changes; nothing while nothing needs to be known.
 * @param awaited a show was announced, and what is said of it stands elsewhere
 */
export function useAnnouncement(state: WatcherState, awaited: boolean): string {
  const t = useTranslations('watch.spoken');
  const interrupted = (interruption: BroadcastView['interruption']) => {
    if (interruption?.recurring) return t('serverTrouble');
    return interruption?.by === 'media-server' ? t('serverRecovering') : t('presenterAway');
  };
  switch (state.phase) {
    case 'idle':
      return '';
    case 'asking':
      if (state.unanswered === null) return '';
      return state.unanswered.code === 'signaling-blocked' ? t('blocked') : t('unanswered');
    case 'live':
    case 'reconnecting':
      return state.broadcast.phase === 'interrupted' ? interrupted(state.broadcast.interruption) : t(state.phase);
    case 'waiting':
      return awaited ? '' : t('waiting');
    default:
      return t(state.phase);
  }
}

/** How often and why this viewer had to connect again, such as `Reconnected 2× – network`; `null` if never. */
export function useReconnectWords(tally: ReconnectTally): string | null {
  const t = useTranslations('watch.reconnects');
  const counts = rejoinReasons.flatMap((reason) => {
    const count = tally[reason] ?? 0;
    return count > 0 ? [{ reason: t(reason), count }] : [];
  });
  if (counts.length === 0) return null;
  const count = counts.reduce((sum, one) => sum + one.count, 0);
  const reasons = counts.map((one) => (counts.length === 1 ? one.reason : t('several', one))).join(', ');
  return t('summary', { count, reasons });
}
