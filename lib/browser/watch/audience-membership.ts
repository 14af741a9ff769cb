import type { BroadcastView } from '../../signaling.ts';
import type { PeerLink } from '../rtc/peer-link.ts';
import type { Signaling } from '../signaling/signaling-client.ts';

/** A viewer's membership in the audience, as far as the server knows. There is one on a socket at a time. */
export class AudienceMembership {
  readonly #channel: string;
  /** True from the moment the server was asked to let us in until we left. */
  #taken = false;

  constructor(channel: string) {
    this.#channel = channel;
  }

  /**
   * Asks to be let in, to receive over `link`. A membership that was not left is left first: the server may not have
   * noticed that its link is dead, and it is no matter if it has.
   * @param isWanted whether it still matters, after that
   * @returns what is on; `null` if it did not matter any more
   */
  async join(signaling: Signaling, link: PeerLink, isWanted: () => boolean): Promise<BroadcastView | null> {
    if (this.#taken) {
      await signaling.request('viewer:leave', {}).catch(() => undefined);
      if (!isWanted()) return null;
    }
    const { broadcast } = await link.negotiate((sdpOffer) => {
      this.#taken = true;
      return signaling.request('viewer:join', { channel: this.#channel, sdpOffer });
    });
    return isWanted() ? broadcast : null;
  }

  /** Leaves it; does nothing when there is none. */
  leave(signaling: Signaling | null): void {
    if (!this.#taken) return;
    this.#taken = false;
    signaling?.request('viewer:leave', {}).catch(() => undefined);
  }

  /** The server has taken it away, or knows nothing of it. */
  forget(): void {
    this.#taken = false;
  }
}
