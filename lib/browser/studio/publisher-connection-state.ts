import type { ErrorBody } from '../../errors.ts';
import type { BroadcastView, RequestInput } from '../../signaling.ts';
import type { ResumeTicket } from './resume-tickets.ts';

/** The presenter's choices before going live. */
export type ShowPlan = Omit<RequestInput<'broadcast:start'>, 'sdpOffer'>;

/**
 * The life of a presenter's connection: `about-to-start → asking-to-start → presenting → ended`. A presenter whom the
 * server no longer knows is `away`, and returns by `away → asking-to-resume → presenting`.
 *
 * The phase is the role of our socket on the server, as far as we know. While a request is open, or if it got no reply,
 * we do not know. The socket knows whether requests can be sent, and the link whether media flows: a presenter whose
 * link is lost is still `presenting`, and opens another link on the same socket.
 */
export type PublisherConnectionState =
  /** There is no show. */
  | { phase: 'idle' }
  | { phase: 'about-to-start'; plan: ShowPlan }
  | { phase: 'asking-to-start'; plan: ShowPlan }
  /** For the server, our socket is the presenter's. */
  | { phase: 'presenting'; ticket: ResumeTicket; broadcast: BroadcastView }
  /** For the server, no socket of ours is the presenter's. We resume with the next attempt. */
  | { phase: 'away'; ticket: ResumeTicket; broadcast: BroadcastView }
  | { phase: 'asking-to-resume'; ticket: ResumeTicket; broadcast: BroadcastView }
  /** The show is presented elsewhere. We send nothing until the presenter takes it back. */
  | { phase: 'taken-over'; ticket: ResumeTicket; broadcast: BroadcastView }
  /** We no longer send anything, but there is still news about the recording. */
  | { phase: 'ended'; broadcast: BroadcastView };

/** An event in the life of a presenter's connection. */
export type PublisherConnectionEvent =
  | { type: 'started'; plan: ShowPlan }
  /** The presenter resumes a show after a reload, or takes it back from elsewhere. */
  | { type: 'resumed'; ticket: ResumeTicket; broadcast: BroadcastView }
  /** The request to start or to resume was sent. */
  | { type: 'asked' }
  | { type: 'accepted'; ticket: ResumeTicket; broadcast: BroadcastView }
  /** The request was accepted after its link was closed. The socket is nevertheless the presenter's. */
  | { type: 'accepted-late' }
  /** The socket is not the presenter's: it is new to the server, or the server refused the request or closed the link. */
  | { type: 'detached' }
  | { type: 'broadcast-changed'; broadcast: BroadcastView }
  | { type: 'taken-over' }
  | { type: 'ended' }
  | { type: 'closed' };

/** The state after `event`; the same object where the event does not apply. */
export function nextConnectionState(
  state: PublisherConnectionState,
  event: PublisherConnectionEvent,
): PublisherConnectionState {
  switch (event.type) {
    case 'started':
      return { phase: 'about-to-start', plan: event.plan };
    case 'resumed':
      return { phase: 'away', ticket: event.ticket, broadcast: event.broadcast };
    case 'asked':
      if (state.phase === 'about-to-start') return { phase: 'asking-to-start', plan: state.plan };
      return isOnAir(state) ? { ...state, phase: 'asking-to-resume' } : state;
    case 'accepted':
      if (!isPublishing(state)) return state;
      return { phase: 'presenting', ticket: event.ticket, broadcast: event.broadcast };
    case 'accepted-late':
      return isOnAir(state) ? { ...state, phase: 'presenting' } : state;
    case 'detached':
      if (state.phase === 'asking-to-start') return { phase: 'about-to-start', plan: state.plan };
      return isOnAir(state) ? { ...state, phase: 'away' } : state;
    case 'broadcast-changed':
      if (!('broadcast' in state) || state.broadcast.broadcastId !== event.broadcast.broadcastId) return state;
      return { ...state, broadcast: event.broadcast };
    case 'taken-over':
      return isOnAir(state) ? { ...state, phase: 'taken-over' } : state;
    case 'ended':
      return 'broadcast' in state ? { phase: 'ended', broadcast: state.broadcast } : { phase: 'idle' };
    case 'closed':
      return { phase: 'idle' };
  }
}

type OnAir = Extract<PublisherConnectionState, { phase: 'presenting' | 'away' | 'asking-to-resume' }>;
/** The states in which there is something to send. */
export type Publishing = OnAir | Extract<PublisherConnectionState, { plan: ShowPlan }>;

/** True while we keep a show on air that the server has accepted. */
export function isOnAir(state: PublisherConnectionState): state is OnAir {
  return state.phase === 'presenting' || state.phase === 'away' || state.phase === 'asking-to-resume';
}

/** True while there is something to send: a show that is starting, or one that goes on. */
export function isPublishing(state: PublisherConnectionState): state is Publishing {
  return 'plan' in state || isOnAir(state);
}

/** True while the role of our socket on the server is unknown: a request is open, or got no reply. */
export function isAsking(state: PublisherConnectionState): boolean {
  return state.phase === 'asking-to-start' || state.phase === 'asking-to-resume';
}

/** True while the broadcast is interrupted: no media arrives, or the media server is away. */
export function isInterrupted(state: PublisherConnectionState): boolean {
  return 'broadcast' in state && state.broadcast.phase === 'interrupted';
}

/** The callbacks of a connection to its owner. */
export type PublisherConnectionEvents = {
  /** Returns the stream to send; `null` when there is nothing left to send. */
  stream: () => MediaStream | null;
  /** The server accepted us as the presenter, for the first time or again. */
  onTicket: (ticket: ResumeTicket) => void;
  onBroadcast: (broadcast: BroadcastView) => void;
  /** The socket is disconnected; it reconnects automatically. */
  onDisconnected: () => void;
  /** Media is no longer sent. Another attempt follows, unless the owner ends or closes the connection. */
  onLost: (error: ErrorBody) => void;
  onTakenOver: () => void;
};
