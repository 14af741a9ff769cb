import { NegotiationError } from '../media/media-types.ts';
import { KurentoError, objectNotFound } from '../rpc/rpc-error.ts';
import type { Arguments } from '../types/arguments.ts';
import type { Operation } from '../types/class-table.ts';
import { MediaElement } from './media-element.ts';
import type { OperationsOf } from './media-object.ts';

type Negotiation =
  | { phase: 'open' }
  | { phase: 'running'; done: Promise<unknown> }
  | { phase: 'done'; offer: string; answer: string };

/** An endpoint that agrees with its peer by SDP, once in its life. */
export abstract class SdpEndpoint extends MediaElement {
  #negotiation: Negotiation = { phase: 'open' };

  override perform(operation: Operation, args: Arguments): unknown {
    const own = operations[operation.name];
    return own === undefined ? super.perform(operation, args) : own(this, args);
  }

  /** Makes the answer; rejects with a NegotiationError for an offer that cannot be answered. */
  protected abstract answer(offer: string): Promise<string>;

  /** Resolves as soon as no negotiation is under way, however it ended. */
  protected async whenSettled(): Promise<void> {
    if (this.#negotiation.phase === 'running') await this.#negotiation.done.catch(() => undefined);
  }

  /** @throws KurentoError 402xx, after which another offer may be tried unless it was 40208 */
  async processOffer(offer: string): Promise<string> {
    if (this.#negotiation.phase !== 'open') throw new KurentoError(40208, 'Endpoint already negotiated');
    if (offer === '') throw new KurentoError(40201, 'Empty offer not valid');
    const answering = this.#negotiate(offer);
    this.#negotiation = { phase: 'running', done: answering };
    return await answering;
  }

  /** @throws KurentoError 40202 before the negotiation */
  localDescription(): string {
    if (this.#negotiation.phase !== 'done') throw new KurentoError(40202, 'No local SDP');
    return this.#negotiation.answer;
  }

  /** @throws KurentoError 40203 before the negotiation */
  remoteDescription(): string {
    if (this.#negotiation.phase !== 'done') throw new KurentoError(40203, 'No remote SDP');
    return this.#negotiation.offer;
  }

  async #negotiate(offer: string): Promise<string> {
    try {
      const answer = await this.answer(offer);
      if (this.released) throw objectNotFound(this.id);
      this.#negotiation = { phase: 'done', offer, answer };
      this.graph.changed(this);
      this.emit('MediaSessionStarted');
      return answer;
    } catch (error) {
      if (this.#negotiation.phase !== 'done') this.#negotiation = { phase: 'open' };
      throw this.released ? objectNotFound(this.id) : asKurentoError(error);
    }
  }
}

function asKurentoError(error: unknown): unknown {
  if (error instanceof NegotiationError) return new KurentoError(error.kurentoCode, error.message);
  if (error instanceof KurentoError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new KurentoError(40205, `The offer could not be processed: ${reason}`);
}

const operations: OperationsOf<SdpEndpoint> = {
  processOffer: (self, args) => self.processOffer(args.text('offer')),
  getLocalSessionDescriptor: (self) => self.localDescription(),
  getRemoteSessionDescriptor: (self) => self.remoteDescription(),
  generateOffer: () => {
    throw new KurentoError(40006, 'This media server only answers offers: let the peer make the offer');
  },
  processAnswer: () => {
    throw new KurentoError(40209, 'Offer not generated. It is not possible to process an answer.');
  },
};
