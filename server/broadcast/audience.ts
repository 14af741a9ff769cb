import type { AppError } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';
import type { Arrivals } from './arrivals.ts';
import { alreadyJoined, openingError } from './broadcast-errors.ts';
import type { JoinRequest } from './broadcast-types.ts';
import type { MediaKind } from './media-gateway.ts';
import type { Stages } from './stages.ts';
import { ViewerWatch } from './viewer-watch.ts';

/** What an audience is made of. */
type AudienceParts = {
  stages: Stages;
  arrivals: Arrivals;
  logger: Logger;
  /** The id of whoever presents, who has a link as well and is no viewer. */
  presenterId: () => string | null;
  /** The kinds that the presenter sends; `null` while nobody knows. */
  sentKinds: () => readonly MediaKind[] | null;
  /** Is told when somebody came or went, with how many there are now. */
  changed: (viewers: number) => void;
};

/** The viewers of one broadcast. */
export class Audience {
  readonly #parts: AudienceParts;

  constructor(parts: AudienceParts) {
    this.#parts = parts;
  }

  /** How many there are, those who are just coming included. */
  get size(): number {
    const presenterId = this.#parts.presenterId();
    return this.#parts.stages.peerIds.filter((peerId) => peerId !== presenterId).length;
  }

  /**
   * Lets a viewer in.
   * @returns the answer to the viewer's offer
   * @throws AppError `already-joined`, and as MediaGateway does
   */
  async join(viewer: JoinRequest): Promise<string> {
    const { stages, arrivals, changed } = this.#parts;
    if (stages.has(viewer.peerId) || arrivals.has(viewer.peerId)) throw alreadyJoined();
    const listener = this.#watch(viewer);
    const lost = (error: AppError) => viewer.listener.closed(error);
    try {
      const link = await arrivals.enter(viewer.peerId, (session) => {
        const joining = session.connectViewer({ ...viewer, listener, lost });
        changed(this.size);
        return joining;
      });
      return link.sdpAnswer;
    } catch (error) {
      changed(this.size);
      throw openingError(error);
    }
  }

  /** Lets a viewer go; nothing happens if there is none of that id. */
  leave(peerId: string): void {
    const { stages, arrivals, presenterId, changed } = this.#parts;
    arrivals.leave(peerId);
    if (peerId !== presenterId() && stages.leave(peerId)) changed(this.size);
  }

  #watch(viewer: JoinRequest): ViewerWatch {
    return new ViewerWatch(viewer.listener, {
      sentKinds: this.#parts.sentKinds,
      failed: (error) => {
        this.#parts.logger.debug({ err: error }, 'a viewer’s link failed');
        this.leave(viewer.peerId);
        viewer.listener.closed(error);
      },
    });
  }
}
