/** The side that is away while a broadcast is interrupted. */
export type Interruption = 'presenter' | 'media-server';

/** Why a broadcast is over. */
export type EndReason =
  | 'stopped'
  | 'presenter-gone'
  | 'media-never-arrived'
  | 'media-failed'
  | 'server-stopped'
  | 'key-revoked';

/**
 * The life of a broadcast: `starting → live ⇄ interrupted → ended`. Times are milliseconds since the epoch.
 * `interrupted` means that the presenter or the media server is away, and is waited for until `until`. `began` is when
 * an ended show went live; `null` if it never did.
 */
export type BroadcastState =
  | { phase: 'starting' }
  | { phase: 'live'; since: number }
  | { phase: 'interrupted'; since: number; until: number; by: Interruption }
  | { phase: 'ended'; reason: EndReason; began: number | null; at: number };

/** The name of a phase, without its data. */
export type BroadcastPhase = BroadcastState['phase'];

/** An event in the life of a broadcast. `at` is milliseconds since the epoch. */
export type BroadcastEvent =
  | { type: 'media-arrived'; at: number }
  | { type: 'interrupted'; by: Interruption; at: number; graceMs: number }
  | { type: 'end'; reason: EndReason; at: number };

/**
 * The state that follows `state` after `event`, or `null` where the event does not apply: a late or repeated event is
 * no error. A show that resumes after an interruption keeps the time at which it first went live.
 */
export function nextState(state: BroadcastState, event: BroadcastEvent): BroadcastState | null {
  if (state.phase === 'ended') return null;
  switch (event.type) {
    case 'media-arrived':
      if (state.phase === 'starting') return { phase: 'live', since: event.at };
      if (state.phase === 'interrupted') return { phase: 'live', since: state.since };
      return null;
    case 'interrupted':
      if (event.graceMs <= 0 || state.phase === 'starting') return null;
      if (state.phase === 'interrupted') {
        const until = event.at + event.graceMs;
        // A presenter who first fell silent and then left gets the shorter grace period of a presenter who leaves.
        if (event.by === 'presenter' && state.by === 'presenter' && until < state.until) return { ...state, until };
        // A presenter who is away does not come back because the media server fails as well. Nor does the failure
        // shorten the presenter's grace period.
        if (event.by === state.by || event.by === 'presenter') return null;
      }
      return { phase: 'interrupted', since: state.since, until: event.at + event.graceMs, by: event.by };
    case 'end':
      return { phase: 'ended', reason: event.reason, began: 'since' in state ? state.since : null, at: event.at };
  }
}
