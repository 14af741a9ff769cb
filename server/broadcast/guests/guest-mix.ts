import type { GuestAction, Mixing } from '../../../lib/guests.ts';
import type { Logger } from '../../logger.ts';
import type { Links } from '../links.ts';
import type { GuestList } from './guest-list.ts';

type GuestMixParts = { list: GuestList; links: Links; mixing: Mixing; logger: Logger };

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

  constructor(parts: GuestMixParts) {
    this.#parts = parts;
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

  /** The same, without anybody to tell of a failure. */
  followSoon(): void {
    this.#mix().catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'The guests could not be mixed'));
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
    if (mixing === 'server') await (await links.pipeline)?.mix(list.mixWith(this.#comingOn));
  }
}
