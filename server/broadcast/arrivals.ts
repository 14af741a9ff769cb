import { AppError } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import { ClosedError } from '../closer.ts';
import { notJoined } from './broadcast-errors.ts';
import type { MediaLink } from './media-gateway.ts';
import type { StageSession } from './stage-session.ts';
import type { Stages } from './stages.ts';

/** Opens a link on a stage. */
type OpenLink = (session: StageSession) => Promise<MediaLink>;

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
   * Opens a link with `open` as soon as there is a stage, at once if there is one now, and once more on the next stage
   * if that one fails to open. Rejects if none comes in time, with ClosedError if `peerId` left or asked again meanwhile.
   */
  enter(peerId: string, open: OpenLink): Promise<MediaLink> {
    const arriving: Promise<MediaLink> = this.#arrive(open, () => this.#arriving.get(peerId) === arriving);
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

  /** @param isWanted whether this arrival is still waited for; not asked before something was awaited */
  async #arrive(open: OpenLink, isWanted: () => boolean): Promise<MediaLink> {
    const deadline = Date.now() + this.#patienceMs;
    let failure: unknown;
    for (;;) {
      if (!this.#stages.isReady) {
        await this.#stages.ready(deadline - Date.now()).catch((error: unknown) => {
          throw failure ?? error;
        });
        if (!isWanted()) throw new ClosedError();
      }
      const session = this.#stages.current();
      try {
        return await open(session);
      } catch (error) {
        if (!session.failedToOpen || !isPassing(error) || Date.now() >= deadline) throw error;
        if (!isWanted()) throw new ClosedError();
        failure = error;
      }
    }
  }
}

/** Whether the next stage may open where one failed with `error`; a bug, or a refusal, would only happen again. */
function isPassing(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'media-server-unavailable' || error.code === 'media-failed');
}
