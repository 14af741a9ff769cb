import type { Candidate } from '../../lib/signaling.ts';
import { ClosedError } from '../closer.ts';
import { notJoined } from './broadcast-errors.ts';
import type { MediaLink } from './media-gateway.ts';
import type { Stages } from './stages.ts';

/**
 * Who has asked for a link, from the moment of the request until it is open. So a candidate that comes right behind
 * the request finds its link, and whoever leaves while there is no stage is not let in later.
 */
export class Arrivals {
  readonly #stages: Stages;
  readonly #patienceMs: number;
  readonly #arriving = new Map<string, Promise<MediaLink>>();

  /** @param patienceMs how long an arrival waits for a stage, in milliseconds */
  constructor(stages: Stages, patienceMs: number) {
    this.#stages = stages;
    this.#patienceMs = patienceMs;
  }

  has(peerId: string): boolean {
    return this.#arriving.has(peerId);
  }

  /**
   * Opens a link with `open` as soon as there is a stage, at once if there is one now. Rejects if none comes in time,
   * or if `peerId` left meanwhile.
   */
  enter(peerId: string, open: () => Promise<MediaLink>): Promise<MediaLink> {
    const arriving = this.#stages.isReady ? open() : this.#openLater(peerId, open);
    this.#arriving.set(peerId, arriving);
    const arrived = () => {
      if (this.#arriving.get(peerId) === arriving) this.#arriving.delete(peerId);
    };
    arriving.then(arrived, arrived);
    return arriving;
  }

  /** Whoever leaves is not let in any more. */
  leave(peerId: string): void {
    this.#arriving.delete(peerId);
  }

  /**
   * Passes a candidate on to the link of `peerId`, once it is open.
   * @throws AppError `not-joined` when there is no such link
   */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    const arriving = this.#arriving.get(peerId);
    if (arriving === undefined) return await this.#stages.addCandidate(peerId, candidate);
    const link = await arriving.catch(() => {
      throw notJoined();
    });
    await link.addCandidate(candidate);
  }

  async #openLater(peerId: string, open: () => Promise<MediaLink>): Promise<MediaLink> {
    await this.#stages.ready(this.#patienceMs);
    if (!this.#arriving.has(peerId)) throw new ClosedError();
    return await open();
  }
}
