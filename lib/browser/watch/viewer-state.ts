import type { ErrorBody } from '../../errors.ts';
import type { BroadcastView } from '../../signaling.ts';
import type { Selection } from '../../tiers.ts';
import type { ExpectedMedia } from './stall-monitor.ts';

/**
 * The life of a viewer: `idle → asking → waiting → connecting → live ⇄ reconnecting → ended | failed`. While it is
 * `asking`, the viewer does not know what is on. That may take long if the server does not answer; `unanswered` is then
 * the reason, once it is known. `ended` lasts until the next show begins on the channel. A presenter who is away for a
 * moment does not change the phase: then `broadcast.phase` is `interrupted`. A viewer for whom there is no seat is `full`
 * until one is free; `position` is the place in the line, once it is known.
 */
export type ViewerState =
  | { phase: 'idle' }
  | { phase: 'asking'; unanswered: ErrorBody | null }
  | { phase: 'waiting'; broadcast: BroadcastView | null }
  | { phase: 'connecting'; broadcast: BroadcastView }
  | { phase: 'full'; broadcast: BroadcastView | null; position: number | null }
  | { phase: 'live'; broadcast: BroadcastView; stream: MediaStream }
  | { phase: 'reconnecting'; broadcast: BroadcastView; stream: MediaStream | null; error: ErrorBody | null }
  | { phase: 'ended'; broadcast: BroadcastView }
  | { phase: 'failed'; error: ErrorBody };

/** An event in the life of a viewer. */
export type ViewerEvent =
  | { type: 'opened' }
  | { type: 'unanswered'; reason: ErrorBody }
  | { type: 'broadcast-changed'; broadcast: BroadcastView | null }
  | { type: 'queued'; position: number | null }
  | { type: 'called' }
  | { type: 'connected'; stream: MediaStream }
  | { type: 'lost'; error: ErrorBody | null }
  | { type: 'failed'; error: ErrorBody }
  | { type: 'closed' };

/** A broadcast that can be joined; while its presenter is away, no viewer can join. */
export type LiveBroadcast = BroadcastView & { phase: 'live' };

/** True when there is something to join. */
export function isLive(broadcast: BroadcastView | null): broadcast is LiveBroadcast {
  return broadcast?.phase === 'live';
}

/** The media that a viewer in this state, who is sent this selection, should be receiving. */
export function expectedMedia(state: ViewerState, selection: Selection): ExpectedMedia {
  if (state.phase !== 'live' || state.broadcast.phase !== 'live') return 'nothing';
  return state.broadcast.picture === 'flowing' && selection !== 'sound' ? 'picture' : 'sound';
}

/** The state after `event`; the same object where the event does not apply. */
export function nextViewerState(state: ViewerState, event: ViewerEvent): ViewerState {
  switch (event.type) {
    case 'opened':
      return state.phase === 'idle' || state.phase === 'failed' ? { phase: 'asking', unanswered: null } : state;
    case 'unanswered':
      if (state.phase !== 'asking' && state.phase !== 'waiting' && state.phase !== 'full') return state;
      return { phase: 'asking', unanswered: event.reason };
    case 'closed':
      return { phase: 'idle' };
    case 'failed':
      return { phase: 'failed', error: event.error };
    case 'broadcast-changed':
      return afterNews(state, event.broadcast);
    case 'queued': {
      if (state.phase === 'idle' || state.phase === 'failed' || state.phase === 'ended') return state;
      const known = state.phase === 'full' ? state.position : null;
      const broadcast = 'broadcast' in state ? state.broadcast : null;
      return { phase: 'full', broadcast, position: event.position ?? known };
    }
    case 'called':
      if (state.phase !== 'full') return state;
      if (state.broadcast === null) return { phase: 'asking', unanswered: null };
      return { phase: 'connecting', broadcast: state.broadcast };
    case 'connected':
      if (state.phase === 'live') return state.stream === event.stream ? state : { ...state, stream: event.stream };
      if (state.phase !== 'connecting' && state.phase !== 'reconnecting' && state.phase !== 'full') return state;
      if (state.broadcast === null) return state;
      return { phase: 'live', broadcast: state.broadcast, stream: event.stream };
    case 'lost':
      if (state.phase === 'live' || state.phase === 'reconnecting') {
        return { phase: 'reconnecting', broadcast: state.broadcast, stream: state.stream, error: event.error };
      }
      // After a failed first attempt we are reconnecting, too: there is no picture, and we try again.
      if (state.phase !== 'connecting') return state;
      return { phase: 'reconnecting', broadcast: state.broadcast, stream: null, error: event.error };
  }
}

function afterNews(state: ViewerState, broadcast: BroadcastView | null): ViewerState {
  if (state.phase === 'idle' || state.phase === 'failed') return state;
  if (broadcast === null) {
    if (state.phase === 'ended' || (state.phase === 'waiting' && state.broadcast === null)) return state;
    return { phase: 'waiting', broadcast: null };
  }
  if (broadcast.phase === 'ended') {
    // A show that was cancelled before it was live does not count as one that has ended.
    return broadcast.startedAt === null ? { phase: 'waiting', broadcast: null } : { phase: 'ended', broadcast };
  }
  if (state.phase === 'full') return { ...state, broadcast };
  if (state.phase === 'asking') return afterNews({ phase: 'waiting', broadcast: null }, broadcast);
  const isNew = state.phase === 'waiting' || state.broadcast?.broadcastId !== broadcast.broadcastId;
  if (broadcast.phase === 'starting' || (broadcast.phase === 'interrupted' && isNew)) {
    return { phase: 'waiting', broadcast };
  }
  if (state.phase === 'waiting' || state.phase === 'ended' || isNew) return { phase: 'connecting', broadcast };
  return { ...state, broadcast };
}
