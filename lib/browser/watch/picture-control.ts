import type { PictureChoice, Selection, SentPicture, Tier } from '../../tiers.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import type { Signaling } from '../signaling/signaling-client.ts';

/** What the viewer chose, and what is sent. */
export type SeenTier = { choice: PictureChoice } & SentPicture;

/** What is sent until the server says otherwise. */
const unknown: SentPicture = { selection: 'high', cause: null, offered: [] };

/** What a former link carried is a good guess for the next one for so long, in milliseconds. */
const carriedMs = 30_000;

/** What this viewer wants to be sent: the tier that suits the downlink, or always the same; and what is sent in the end. */
export class PictureControl {
  readonly #store = new Store<SeenTier>({ choice: 'auto', ...unknown });
  readonly state: ReadableStore<SeenTier> = this.#store;
  #limit: Tier = 'high';
  /** What the former link carried, if that was not the best. */
  #carried: { selection: Exclude<Selection, 'high'>; at: number } | null = null;
  /** The socket on which the server knows us as a viewer. */
  #joined: Signaling | null = null;

  /** Listens on a socket, which ends with it. */
  attach(signaling: Signaling): void {
    signaling.on('picture:selected', (sent) => this.#store.set({ ...this.#store.get(), ...sent }));
  }

  /**
   * The server has let us in over a new link: it sends the high tier, and knows nothing of our choice yet, or of what the
   * downlink carried before.
   */
  joined(signaling: Signaling): void {
    this.#joined = signaling;
    const before = this.#carried !== null && performance.now() - this.#carried.at < carriedMs ? this.#carried : null;
    this.#carried = null;
    const { choice } = this.#store.get();
    if (choice === 'auto' && before !== null) this.#send(before.selection);
    else if (choice !== 'auto' || this.#limit !== 'high') this.#send();
  }

  /** We are no viewer any more, or about to become one again over another link. */
  left(): void {
    this.#joined = null;
    const { selection, cause } = this.#store.get();
    if (cause !== null && selection !== 'high') this.#carried = { selection, at: performance.now() };
    this.#store.set({ ...this.#store.get(), ...unknown });
  }

  choose(choice: PictureChoice): void {
    if (this.#store.get().choice === choice) return;
    this.#store.set({ ...this.#store.get(), choice, cause: null });
    this.#send();
  }

  /** The page can show no more than this. */
  limitTo(limit: Tier): void {
    if (this.#limit === limit) return;
    this.#limit = limit;
    this.#send();
  }

  /** A request that is lost with its socket is repeated after the next join. */
  #send(before?: Exclude<Selection, 'high'>): void {
    const { choice } = this.#store.get();
    const body = { choice, limit: this.#limit, ...(before !== undefined && { before }) };
    this.#joined?.request('picture:choose', body).catch(() => undefined);
  }
}
