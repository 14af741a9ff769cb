import type { BroadcastView } from '../../signaling.ts';
import type { PeerLink } from '../rtc/peer-link.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { asWatched, type WatchedChannel } from './channel-subscription.ts';

/** A viewer's membership in the audience, as the server knows it. There is at most one per socket. */
export class AudienceMembership {
  readonly #watched: WatchedChannel;
  /** True from the request to join until we leave. */
  #taken = false;

  constructor(watched: WatchedChannel) {
    this.#watched = watched;
  }

  /**
   * Joins the audience, to receive over `link`. An existing membership is left first: the server may not have noticed
   * that its link is dead, and leaving does no harm if it has.
   * @param isWanted whether the join is still wanted, after that
   * @returns the current broadcast; `null` if the join was no longer wanted
   */
  async join(signaling: Signaling, link: PeerLink, isWanted: () => boolean): Promise<BroadcastView | null> {
    if (this.#taken) {
      await signaling.request('viewer:leave', {}).catch(() => undefined);
      if (!isWanted()) return null;
    }
    const { broadcast } = await link.negotiate((sdpOffer) => {
      this.#taken = true;
      return signaling.request('viewer:join', { ...asWatched(this.#watched), sdpOffer });
    });
    return isWanted() ? broadcast : null;
  }

  /** Leaves the audience; does nothing without a membership. */
  leave(signaling: Signaling | null): void {
    if (!this.#taken) return;
    this.#taken = false;
    signaling?.request('viewer:leave', {}).catch(() => undefined);
  }

  /** Forgets the membership: the server has ended it, or does not know it. */
  forget(): void {
    this.#taken = false;
  }
}
