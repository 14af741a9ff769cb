import { receiverLink } from '../../guests.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { prepareReception } from '../rtc/reception.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { KeptLink, type LinkParts } from './kept-link.ts';

/** What is received from others, by their ids. A stream has its tracks once they have arrived. */
export type ReceivedStreams = ReadonlyMap<string, MediaStream>;

/** Receives the contributions of others, each over a link of its own. */
export class Receivers {
  readonly #parts: LinkParts;
  readonly #links = new Map<string, KeptLink>();
  readonly #store = new Store<ReceivedStreams>(new Map());
  readonly streams: ReadableStore<ReceivedStreams> = this.#store;
  #signaling: Signaling | null = null;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Receives these, and no others, over `signaling`, whose socket takes part. */
  receive(signaling: Signaling, ids: readonly string[]): void {
    if (signaling !== this.#signaling) this.#dropAll();
    this.#signaling = signaling;
    for (const id of [...this.#links.keys()]) {
      if (ids.includes(id)) continue;
      this.#drop(id);
      if (signaling.connected) signaling.request('contribution:drop', { from: id }).catch(() => undefined);
    }
    for (const id of ids) if (!this.#links.has(id)) this.#links.set(id, this.#open(signaling, id));
  }

  /** Receives nothing more. It may be used again. */
  close(): void {
    this.#dropAll();
    this.#signaling = null;
  }

  #open(signaling: Signaling, id: string): KeptLink {
    let stream: MediaStream | null = null;
    return new KeptLink(signaling, this.#parts, {
      name: receiverLink(id),
      prepare: (connection) => {
        ({ stream } = prepareReception(connection));
      },
      ask: (asked, sdpOffer) => asked.request('contribution:receive', { from: id, sdpOffer }),
      connected: () => {
        if (stream !== null) this.#store.set(new Map(this.#store.get()).set(id, stream));
      },
    });
  }

  #drop(id: string): void {
    this.#links.get(id)?.close();
    this.#links.delete(id);
    const streams = new Map(this.#store.get());
    if (streams.delete(id)) this.#store.set(streams);
  }

  #dropAll(): void {
    for (const id of [...this.#links.keys()]) this.#drop(id);
  }
}
