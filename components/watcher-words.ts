import type { WatcherState } from '../lib/browser/watcher-state.ts';

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
        ? 'The presenter has lost the connection and is expected back.'
        : 'The broadcast is live.';
    case 'reconnecting':
      return 'The connection was interrupted. Reconnecting.';
    case 'ended':
      return 'The broadcast has ended.';
    case 'failed':
      return 'The broadcast cannot be shown.';
  }
}
