import type { ErrorBody, ErrorCode } from '../../errors.ts';
import type { WakeReason } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';

/** Why a viewer may have to join again. */
export const rejoinReasons = ['network', 'server', 'media-server', 'frozen', 'sleep'] as const;
/** Why a viewer had to join again. */
export type RejoinReason = (typeof rejoinReasons)[number];

/** How often a viewer had to join again, by reason; reasons that never occurred are missing. */
export type ReconnectTally = Partial<Record<RejoinReason, number>>;

/** Counts how often a viewer lost the show and got it back. Losses without a recovery are not counted. */
export class Reconnects {
  readonly #store = new Store<ReconnectTally>({});
  readonly state: ReadableStore<ReconnectTally> = this.#store;
  #pending: RejoinReason | null = null;

  /** The show was lost. If several failures follow before it is back, the first one is the reason. */
  lost(reason: RejoinReason): void {
    this.#pending ??= reason;
  }

  /** The show is back. */
  found(): void {
    const reason = this.#pending;
    if (reason === null) return;
    this.#pending = null;
    const tally = this.#store.get();
    this.#store.set({ ...tally, [reason]: (tally[reason] ?? 0) + 1 });
  }

  /** The show is over: nothing needs to come back. */
  forget(): void {
    this.#pending = null;
  }
}

const networkCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'connection-lost',
  'signaling-blocked',
  'media-interrupted',
  'media-never-arrived',
]);

/** The reason to rejoin after a link was closed with this error, by the server or on its own. */
export function rejoinReason({ code }: ErrorBody): RejoinReason {
  if (code === 'media-server-unavailable' || code === 'media-failed') return 'media-server';
  return networkCodes.has(code) ? 'network' : 'server';
}

/** The reason to rejoin after the picture stopped, given the page event that preceded it, if any. */
export function wakeRejoinReason(reason: WakeReason | null): RejoinReason {
  if (reason === null) return 'frozen';
  return reason === 'online' ? 'network' : 'sleep';
}
