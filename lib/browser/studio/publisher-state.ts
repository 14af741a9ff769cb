import type { ErrorBody } from '../../errors.ts';
import type { BroadcastView } from '../../signaling.ts';

/**
 * The life of a presenter: `idle → asking-for-camera → preview → connecting → live ⇄ reconnecting → ended | failed`.
 * `failed` means that there is no camera to show. A start that was refused leads back to the preview, which then has a
 * `problem`. A show that is resumed goes from the preview to `reconnecting`; one that was resumed elsewhere is
 * `taken-over`, and can be taken back. This is the state that the page shows; the connection has a state of its own, in
 * `publisher-connection-state.ts`.
 */
export type PublisherState =
  | { phase: 'idle' }
  | { phase: 'asking-for-camera' }
  | { phase: 'preview'; stream: MediaStream; problem: ErrorBody | null }
  | { phase: 'connecting'; stream: MediaStream; broadcast: BroadcastView | null }
  | { phase: 'live'; stream: MediaStream; broadcast: BroadcastView }
  | { phase: 'reconnecting'; stream: MediaStream; broadcast: BroadcastView; error: ErrorBody | null }
  | { phase: 'taken-over'; stream: MediaStream; broadcast: BroadcastView }
  /** `error` is set if the show ended because it could not be resumed. */
  | { phase: 'ended'; broadcast: BroadcastView; error: ErrorBody | null }
  | { phase: 'failed'; error: ErrorBody };

/** An event in the life of a presenter. */
export type PublisherEvent =
  | { type: 'camera-asked' }
  | { type: 'camera-opened'; stream: MediaStream }
  | { type: 'camera-failed'; error: ErrorBody }
  | { type: 'started' }
  /** `error` is `null` when the presenter cancelled. */
  | { type: 'refused'; error: ErrorBody | null }
  | { type: 'broadcast-changed'; broadcast: BroadcastView }
  | { type: 'lost'; error: ErrorBody | null }
  | { type: 'resumed'; broadcast: BroadcastView }
  | { type: 'taken-over' }
  | { type: 'ended'; broadcast: BroadcastView; error: ErrorBody | null }
  | { type: 'closed' };

/** The state after `event`; the same object where the event does not apply. */
export function nextPublisherState(state: PublisherState, event: PublisherEvent): PublisherState {
  switch (event.type) {
    case 'camera-asked':
      return isBroadcasting(state) ? state : { phase: 'asking-for-camera' };
    case 'camera-opened':
      // During a show, this camera replaces the former one.
      if (isBroadcasting(state) || state.phase === 'taken-over') return { ...state, stream: event.stream };
      if (state.phase === 'ended') return state;
      return { phase: 'preview', stream: event.stream, problem: null };
    case 'camera-failed':
      return isBroadcasting(state) ? state : { phase: 'failed', error: event.error };
    case 'started':
      return state.phase === 'preview' ? { phase: 'connecting', stream: state.stream, broadcast: null } : state;
    case 'refused':
      if (!isBroadcasting(state)) return state;
      return { phase: 'preview', stream: state.stream, problem: event.error };
    case 'broadcast-changed':
      return afterNews(state, event.broadcast);
    case 'lost':
      if (state.phase === 'live' || state.phase === 'reconnecting') {
        return { phase: 'reconnecting', stream: state.stream, broadcast: state.broadcast, error: event.error };
      }
      return state;
    case 'resumed':
      if (state.phase !== 'preview' && state.phase !== 'taken-over') return state;
      return { phase: 'reconnecting', stream: state.stream, broadcast: event.broadcast, error: null };
    case 'taken-over':
      if (state.phase !== 'live' && state.phase !== 'reconnecting') return state;
      return { phase: 'taken-over', stream: state.stream, broadcast: state.broadcast };
    case 'ended':
      if (!isBroadcasting(state) && state.phase !== 'taken-over' && state.phase !== 'ended') return state;
      return { phase: 'ended', broadcast: event.broadcast, error: event.error };
    case 'closed':
      return { phase: 'idle' };
  }
}

type Broadcasting = Extract<PublisherState, { phase: 'connecting' | 'live' | 'reconnecting' }>;

/** True from the click on "Go live" to the end. */
export function isBroadcasting(state: PublisherState): state is Broadcasting {
  return state.phase === 'connecting' || state.phase === 'live' || state.phase === 'reconnecting';
}

/** The camera's stream, while there is one. */
export function streamOf(state: PublisherState): MediaStream | null {
  return 'stream' in state ? state.stream : null;
}

function afterNews(state: PublisherState, broadcast: BroadcastView): PublisherState {
  if (state.phase === 'ended') {
    return broadcast.broadcastId === state.broadcast.broadcastId ? { ...state, broadcast } : state;
  }
  if (state.phase === 'taken-over') return { ...state, broadcast };
  if (!isBroadcasting(state)) return state;
  switch (broadcast.phase) {
    case 'live':
      return { phase: 'live', stream: state.stream, broadcast };
    case 'starting':
      // After an interruption this may be a new broadcast; for the presenter it is the same show.
      if (state.phase === 'connecting') return { phase: 'connecting', stream: state.stream, broadcast };
      return { phase: 'reconnecting', stream: state.stream, broadcast, error: null };
    case 'interrupted':
      return { phase: 'reconnecting', stream: state.stream, broadcast, error: null };
    case 'ended':
      return { phase: 'ended', broadcast, error: null };
  }
}
