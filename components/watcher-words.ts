import type { ReconnectTally, RejoinReason } from '../lib/browser/reconnects.ts';
import type { WatcherState } from '../lib/browser/watcher-state.ts';
import type { BroadcastView } from '../lib/signaling.ts';

/** What a screen reader says when the state changes; nothing while nothing needs to be known. */
export function announcementFor(state: WatcherState): string {
  switch (state.phase) {
    case 'idle':
      return '';
    case 'waiting':
      return 'Waiting for the broadcast to start.';
    case 'connecting':
      return 'Connecting to the broadcast.';
    case 'live':
      return state.broadcast.phase === 'interrupted'
        ? interruptionWords(state.broadcast.interruption)
        : 'The broadcast is live.';
    case 'reconnecting':
      return state.broadcast.phase === 'interrupted'
        ? interruptionWords(state.broadcast.interruption)
        : 'The connection was interrupted. Reconnecting.';
    case 'ended':
      return 'The broadcast has ended.';
    case 'failed':
      return 'The broadcast cannot be shown.';
  }
}

function interruptionWords(interruption: BroadcastView['interruption']): string {
  if (interruption?.recurring) return 'The server is having trouble. The broadcast goes on once it stays up.';
  if (interruption?.by === 'media-server') return 'The server is recovering. The broadcast goes on by itself.';
  return 'The presenter has lost the connection and is expected back.';
}

const rejoinWords: Record<RejoinReason, string> = {
  network: 'network',
  server: 'server',
  'media-server': 'media server',
  frozen: 'frozen picture',
  sleep: 'device was asleep',
};

/** How often and why this viewer had to connect again, such as `Reconnected 2× – network`; `null` if never. */
export function reconnectWords(tally: ReconnectTally): string | null {
  const counts: { reason: string; count: number }[] = [];
  // The words know every reason there is, so the names of their entries are reasons.
  for (const [name, reason] of Object.entries(rejoinWords)) {
    const count = tally[name as RejoinReason] ?? 0;
    if (count > 0) counts.push({ reason, count });
  }
  if (counts.length === 0) return null;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const words = counts.map(({ reason, count }) => (counts.length === 1 ? reason : `${reason} ${count}×`));
  return `Reconnected ${total}× – ${words.join(', ')}`;
}
