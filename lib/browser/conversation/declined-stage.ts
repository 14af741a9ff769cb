import { toErrorBody } from '../../errors.ts';
import type { AskedUp } from '../../guests.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { isPassing } from './outbox.ts';

/**
 * The request to come on stage that a viewer has declined, until the server knows it: the presenter waits for an answer,
 * and an invitation that stays open counts towards those that there may be.
 */
export class DeclinedStage {
  #asked: AskedUp | null = null;

  /** @param asked `null` if nobody asked */
  add(asked: AskedUp | null): void {
    this.#asked = asked ?? this.#asked;
  }

  /** Sends it, if there is one. What cannot be sent for now is sent with the next call. */
  send(signaling: Signaling | null): void {
    const asked = this.#asked;
    if (asked === null) return;
    const settled = () => {
      if (this.#asked === asked) this.#asked = null;
    };
    const { channel, token } = asked;
    signaling?.request('guest:decline', { channel, token }).then(settled, (error: unknown) => {
      if (!isPassing(toErrorBody(error))) settled();
    });
  }
}
