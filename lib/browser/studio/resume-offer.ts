import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView } from '../../signaling.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';
import { claimOf, type ResumeTicket, type ResumeTickets, terminalErrorCodes } from './resume-tickets.ts';

/** A broadcast of this browser's presenter that is still running without them. */
export type Resumable = { ticket: ResumeTicket; broadcast: BroadcastView };

/** Checks whether a broadcast that was started in this browser can be resumed, and follows it while it can. */
export class ResumeOffer {
  readonly #tickets: Pick<ResumeTickets, 'list' | 'forget'>;
  readonly #connectSignaling: () => Signaling;
  readonly #store = new Store<Resumable | null>(null);
  readonly state: ReadableStore<Resumable | null> = this.#store;
  #signaling: Signaling | null = null;

  constructor(
    tickets: Pick<ResumeTickets, 'list' | 'forget'>,
    connectSignaling: () => Signaling = () => new SignalingClient(),
  ) {
    this.#tickets = tickets;
    this.#connectSignaling = connectSignaling;
  }

  /** Starts checking. Does nothing if it is already open, or if no ticket is stored. */
  open(): void {
    if (this.#signaling !== null || this.#tickets.list().length === 0) return;
    const signaling = this.#connectSignaling();
    this.#signaling = signaling;
    signaling.on('broadcast:changed', ({ broadcast }) => this.#update(broadcast));
    signaling.onConnected(() => void this.#look(signaling));
    signaling.open();
  }

  /** Stops checking, and withdraws the offer. May be called repeatedly. */
  close(): void {
    this.#signaling?.close();
    this.#signaling = null;
    this.#store.set(null);
  }

  /** Offers the first ticket that the server accepts. */
  async #look(signaling: Signaling): Promise<void> {
    for (const ticket of this.#tickets.list()) {
      const found = await check(signaling, ticket);
      if (this.#signaling !== signaling) return;
      if ('error' in found) {
        if (terminalErrorCodes.has(found.error.code)) this.#tickets.forget(ticket.broadcastId);
        continue;
      }
      this.#store.set({ ticket, broadcast: found.broadcast });
      // The reply contains nothing new; from here on every change is announced.
      signaling
        .request('channel:follow', { channel: ticket.channel, credential: ticket.resumeToken })
        .catch(() => undefined);
      return;
    }
    this.#store.set(null);
  }

  #update(broadcast: BroadcastView | null): void {
    const offer = this.#store.get();
    if (offer === null || broadcast?.broadcastId !== offer.ticket.broadcastId) return;
    if (broadcast.phase !== 'ended') {
      this.#store.set({ ...offer, broadcast });
      return;
    }
    this.#tickets.forget(broadcast.broadcastId);
    this.close();
  }
}

async function check(
  signaling: Signaling,
  ticket: ResumeTicket,
): Promise<{ broadcast: BroadcastView } | { error: ErrorBody }> {
  try {
    return await signaling.request('resume:check', claimOf(ticket));
  } catch (error) {
    return { error: toErrorBody(error) };
  }
}
