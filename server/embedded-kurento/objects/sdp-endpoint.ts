import { type MediaKind, NegotiationError, type SdpDirection } from '../media/media-types.ts';
import { isJsonObject } from '../rpc/json-rpc.ts';
import { KurentoError, objectNotFound } from '../rpc/rpc-error.ts';
import type { Arguments } from '../types/arguments.ts';
import { MediaElement } from './media-element.ts';
import { extendOperations } from './media-object.ts';

type Negotiation =
  | { phase: 'open' }
  | { phase: 'offered'; local: string }
  | { phase: 'running'; local: string | null; done: Promise<unknown> }
  | { phase: 'done'; local: string; remote: string; offerer: 'us' | 'peer' };

/** The media kinds that a client may exclude from an offer. */
export type OfferOptions = { offerToReceiveAudio: boolean; offerToReceiveVideo: boolean };

/** The directions of an offer, seen from this server; a kind that is not received is still sent. */
export function offeredDirections(
  { offerToReceiveAudio, offerToReceiveVideo }: OfferOptions,
  { recvonly, sendonly }: { recvonly: boolean; sendonly: boolean },
): Record<MediaKind, SdpDirection> {
  const directionFor = (wanted: boolean): SdpDirection => {
    const receives = wanted && !sendonly;
    if (recvonly) return receives ? 'recvonly' : 'inactive';
    return receives ? 'sendrecv' : 'sendonly';
  };
  return { audio: directionFor(offerToReceiveAudio), video: directionFor(offerToReceiveVideo) };
}

/** An endpoint that negotiates with its peer by SDP, once in its life. */
export abstract class SdpEndpoint extends MediaElement {
  static override readonly operations = extendOperations<SdpEndpoint>(super.operations, {
    generateOffer: (self, args) => self.generateOffer(readOptions(args)),
    processOffer: (self, args) => self.processOffer(args.text('offer')),
    processAnswer: (self, args) => self.processAnswer(args.text('answer')),
    getLocalSessionDescriptor: (self) => self.localDescription(),
    getRemoteSessionDescriptor: (self) => self.remoteDescription(),
  });

  #negotiation: Negotiation = { phase: 'open' };

  /** Creates the answer; rejects with a NegotiationError for an offer that cannot be answered. */
  protected abstract answer(offer: string): Promise<string>;

  /** Creates an offer; rejects with a NegotiationError when that is impossible. */
  protected abstract offer(options: OfferOptions): Promise<string>;

  /** Takes the answer to our offer, and returns our current description. */
  protected abstract complete(answer: string): Promise<string>;

  /** Called when both sides have agreed, after the event was sent. */
  protected onAgreed(): void {}

  /** Resolves as soon as no negotiation is running, however it ended. */
  protected async whenSettled(): Promise<void> {
    if (this.#negotiation.phase === 'running') await this.#negotiation.done.catch(() => undefined);
  }

  /** @throws KurentoError 40208 once a negotiation has begun */
  async generateOffer(options: OfferOptions): Promise<string> {
    if (this.#negotiation.phase !== 'open') throw new KurentoError(40208, 'Endpoint already negotiated');
    const making = this.offer(options);
    this.#negotiation = { phase: 'running', local: null, done: making };
    try {
      const local = await making;
      if (this.released) throw objectNotFound(this.id);
      this.#negotiation = { phase: 'offered', local };
      return local;
    } catch (error) {
      this.#negotiation = { phase: 'open' };
      throw asKurentoError(error, 40204, 'No offer could be made');
    }
  }

  /** @throws KurentoError 402xx; another offer may be tried afterwards, except after 40208 */
  async processOffer(offer: string): Promise<string> {
    if (this.#negotiation.phase !== 'open') throw new KurentoError(40208, 'Endpoint already negotiated');
    if (offer === '') throw new KurentoError(40201, 'Empty offer not valid');
    return await this.#run({ phase: 'open' }, offer, 'peer', () => this.answer(offer));
  }

  /** @throws KurentoError 402xx; another answer may be tried afterwards, except after 40209 and 40210 */
  async processAnswer(answer: string): Promise<string> {
    const before = this.#negotiation;
    if (before.phase === 'open' || (before.phase === 'done' && before.offerer === 'peer')) {
      throw new KurentoError(40209, 'Offer not generated. It is not possible to process an answer.');
    }
    if (before.phase !== 'offered') throw new KurentoError(40210, 'Answer already processed');
    if (answer === '') throw new KurentoError(40201, 'Empty answer not valid');
    return await this.#run(before, answer, 'us', () => this.complete(answer));
  }

  /** @throws KurentoError 40202 before the negotiation */
  localDescription(): string {
    const local = 'local' in this.#negotiation ? this.#negotiation.local : null;
    if (local === null) throw new KurentoError(40202, 'No local SDP');
    return local;
  }

  /** @throws KurentoError 40203 before the negotiation */
  remoteDescription(): string {
    if (this.#negotiation.phase !== 'done') throw new KurentoError(40203, 'No remote SDP');
    return this.#negotiation.remote;
  }

  /** Negotiates, and returns to the former phase if that fails. */
  async #run(
    before: Negotiation,
    remote: string,
    offerer: 'us' | 'peer',
    negotiate: () => Promise<string>,
  ): Promise<string> {
    const running = this.#negotiate(remote, offerer, negotiate).catch((error: unknown) => {
      if (this.#negotiation.phase !== 'done') this.#negotiation = before;
      if (this.released) throw objectNotFound(this.id);
      const [code, what] = offerer === 'peer' ? [40205, 'offer'] : [40206, 'answer'];
      throw asKurentoError(error, code, `The ${what} could not be processed`);
    });
    this.#negotiation = { phase: 'running', local: before.phase === 'offered' ? before.local : null, done: running };
    return await running;
  }

  async #negotiate(remote: string, offerer: 'us' | 'peer', negotiate: () => Promise<string>): Promise<string> {
    const local = await negotiate();
    if (this.released) throw objectNotFound(this.id);
    this.#negotiation = { phase: 'done', local, remote, offerer };
    this.graph.changed(this);
    this.emit('MediaSessionStarted');
    this.onAgreed();
    return local;
  }
}

function asKurentoError(error: unknown, code: number, what: string): unknown {
  if (error instanceof NegotiationError) return new KurentoError(error.kurentoCode, error.message);
  if (error instanceof KurentoError) return error;
  return new KurentoError(code, `${what}: ${error instanceof Error ? error.message : String(error)}`);
}

function readOptions(args: Arguments): OfferOptions {
  const given = args.value('options');
  const { offerToReceiveAudio, offerToReceiveVideo } = isJsonObject(given) ? given : {};
  return { offerToReceiveAudio: offerToReceiveAudio !== false, offerToReceiveVideo: offerToReceiveVideo !== false };
}
