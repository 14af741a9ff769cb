import type { AppError } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';
import type { Arrivals } from './arrivals.ts';
import { alreadyJoined, noCommonCodec, openingError } from './broadcast-errors.ts';
import type { JoinRequest, PeerListener } from './broadcast-types.ts';
import type { LinkListener, MediaKind } from './media-gateway.ts';
import type { Stages } from './stages.ts';

/** The callbacks of a {@link ViewerWatch}. */
type ViewerEvents = {
  /** The kinds that the presenter sends; `null` while nobody knows. */
  sentKinds(): readonly MediaKind[] | null;
  /** The link is useless and will be closed. */
  failed(error: AppError): void;
};

/** Listens to the link of a viewer on behalf of the broadcast. */
class ViewerWatch implements LinkListener {
  readonly #listener: PeerListener;
  readonly #events: ViewerEvents;
  readonly #unplayable = new Set<MediaKind>();

  constructor(listener: PeerListener, events: ViewerEvents) {
    this.#listener = listener;
    this.#events = events;
  }

  candidateFound(candidate: Parameters<LinkListener['candidateFound']>[0]): void {
    this.#listener.candidateFound(candidate);
  }

  /** The viewer's browser watches the flow itself. */
  flowChanged(): void {}

  /** With one playable kind the link stays open for it; with none, trying again is pointless. */
  unplayable(kind: MediaKind): void {
    this.#unplayable.add(kind);
    const sent = this.#events.sentKinds() ?? (['audio', 'video'] as const);
    if (sent.every((one) => this.#unplayable.has(one))) this.#events.failed(noCommonCodec());
    else this.#listener.narrowed([...this.#unplayable]);
  }

  failed(error: AppError): void {
    this.#events.failed(error);
  }
}

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
