/** Why a broadcast is over. */
export type EndReason = 'stopped' | 'presenter-gone' | 'media-never-arrived' | 'media-failed' | 'server-stopped';

/**
 * The life of a broadcast: `starting → live ⇄ interrupted → ended`. Times are milliseconds since the epoch.
 * `interrupted` means that the presenter is away and awaited until `until`.
 */
export type BroadcastState =
  | { phase: 'starting' }
  | { phase: 'live'; since: number }
  | { phase: 'interrupted'; since: number; until: number }
  | { phase: 'ended'; reason: EndReason; at: number };

/** The name of a phase alone. */
export type BroadcastPhase = BroadcastState['phase'];

/** What may happen to a broadcast. `at` is milliseconds since the epoch. */
export type BroadcastEvent =
  | { type: 'media-arrived'; at: number }
  | { type: 'presenter-lost'; at: number; graceMs: number }
  | { type: 'end'; reason: EndReason; at: number };

/**
 * The state that follows `state` after `event`, or `null` where the event does not apply: a late or repeated
 * event is no error. A show that was interrupted keeps the time since when it is on.
 */
export function nextState(state: BroadcastState, event: BroadcastEvent): BroadcastState | null {
  if (state.phase === 'ended') return null;
  switch (event.type) {
    case 'media-arrived':
      if (state.phase === 'starting') return { phase: 'live', since: event.at };
      if (state.phase === 'interrupted') return { phase: 'live', since: state.since };
      return null;
    case 'presenter-lost':
      if (state.phase !== 'live' || event.graceMs <= 0) return null;
      return { phase: 'interrupted', since: state.since, until: event.at + event.graceMs };
    case 'end':
      return { phase: 'ended', reason: event.reason, at: event.at };
  }
}
