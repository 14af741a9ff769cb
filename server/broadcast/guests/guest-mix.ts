import type { GuestAction, Mixing } from '../../../lib/guests.ts';
import type { Logger } from '../../logger.ts';
import type { Links } from '../links.ts';
import type { GuestList } from './guest-list.ts';

type GuestMixParts = {
  list: GuestList;
  links: Links;
  mixing: Mixing;
  logger: Logger;
  /** Called when {@link GuestMix.isMixed} changes. */
  mixedChanged: () => void;
};

/** How long after a failure those who are on air are mixed again, in milliseconds. */
const retryAfterMs = 10_000;

/**
 * Whom the media server mixes with the presenter. Where the presenter's browser does that, there is nothing to do, and
 * whoever is brought on is on air at once.
 */
export class GuestMix {
  readonly #parts: GuestMixParts;
  /** The guest who is mixed before everybody is shown that they are on air. */
  #comingOn: string | null = null;
  /** One guest after the other; never rejects. */
  #bringing: Promise<void> = Promise.resolve();
  #isMixed = true;
  #retry: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: GuestMixParts) {
    this.#parts = parts;
  }

  /** False while viewers may not see all who are on air. It is tried again until they do. */
  get isMixed(): boolean {
    return this.#isMixed;
  }

  /** The show is over. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#retry);
  }

  /**
   * Mixes a guest, and then puts them on air with `begin`. They may have left, or have been taken down, meanwhile.
   * @throws AppError as `begin` and {@link GuestList.requireRoom} do, and as {@link BroadcastPipeline.mix} does
   */
  async bringOn(id: string, begin: () => void): Promise<void> {
    if (this.#parts.mixing === 'presenter') {
      begin();
      return;
    }
    const bringing = this.#bringing.then(() => this.#bringOn(id, begin));
    this.#bringing = bringing.catch(() => undefined);
    await bringing;
  }

  /** The presenter has done something with a guest. */
  directed(id: string, action: GuestAction): void {
    if (id === this.#comingOn && (action === 'take-down' || action === 'remove')) this.#comingOn = null;
  }

  /** Mixes those who are on air now. @throws AppError as {@link BroadcastPipeline.mix} does */
  async follow(): Promise<void> {
    try {
      await this.#mix();
    } catch (error) {
      // What some tiers still show has to go.
      this.followSoon();
      throw error;
    }
  }

  /** The same without a request that could fail: a failure is shown as {@link isMixed}. */
  followSoon(): void {
    this.#mix().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'The guests could not be mixed');
      if (this.#isOver) return;
      this.#note(false);
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.followSoon(), retryAfterMs);
    });
  }

  /** Somebody is back who is on air. If there is no room for the mix any more, they are not seen, and `takeDown` says so. */
  readmit(id: string, takeDown: () => void): void {
    this.#mix().catch((error: unknown) => {
      const { list, logger } = this.#parts;
      logger.warn({ err: error, guestId: id }, 'A guest who is back could not be mixed');
      if (list.ids.includes(id) && list.isOnAir(id)) takeDown();
      this.followSoon();
    });
  }

  async #bringOn(id: string, begin: () => void): Promise<void> {
    this.#parts.list.requireRoom(id);
    this.#comingOn = id;
    try {
      await this.#mix();
      if (this.#comingOn === id) begin();
      else this.followSoon();
    } catch (error) {
      this.#comingOn = null;
      // Some tiers may show this guest, and have to do without.
      this.followSoon();
      throw error;
    } finally {
      this.#comingOn = null;
    }
  }

  async #mix(): Promise<void> {
    const { mixing, links, list } = this.#parts;
    if (mixing !== 'server') return;
    clearTimeout(this.#retry);
    await (await links.pipeline)?.mix(list.mixWith(this.#comingOn));
    this.#note(true);
  }

  #note(isMixed: boolean): void {
    if (isMixed === this.#isMixed) return;
    this.#isMixed = isMixed;
    this.#parts.mixedChanged();
  }
}
