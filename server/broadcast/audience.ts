import type { AppError } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';
import { alreadyJoined, noCommonCodec, notJoined, notLive, openingError } from './broadcast-errors.ts';
import type { JoinRequest, PeerListener } from './broadcast-types.ts';
import type { Ladder } from './ladder/ladder.ts';
import type { Links } from './links.ts';
import type { LinkListener, MediaKind, ViewerLink } from './media-gateway.ts';

/** The callbacks of a {@link ViewerLinkListener}. */
type ViewerEvents = {
  /** The kinds that the presenter sends; `null` while they are unknown. */
  sentKinds(): readonly MediaKind[] | null;
  /** The link is useless and is about to be closed. */
  failed(error: AppError): void;
};

/** Listens to the link of a viewer on behalf of the broadcast. */
class ViewerLinkListener implements LinkListener {
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

  /** Nothing to do: the viewer's browser monitors the flow itself. */
  flowChanged(): void {}

  /** The link stays open while one kind is playable. If none is, trying again is pointless. */
  unplayable(kind: MediaKind): void {
    this.#unplayable.add(kind);
    const sent = this.#events.sentKinds() ?? (['audio', 'video'] as const);
    if (sent.every((one) => this.#unplayable.has(one))) this.#events.failed(noCommonCodec());
    else this.#listener.kindsUnplayable([...this.#unplayable]);
  }

  failed(error: AppError): void {
    this.#events.failed(error);
  }

  moveWanted(): void {
    this.#listener.moveWanted();
  }
}

/** A second link of a viewer, which is to take the place of the first; `link` is null while it is opening. */
type Move = { readonly listener: ViewerLinkListener; link: ViewerLink | null };

/** The parts of an audience. */
type AudienceParts = {
  channel: string;
  links: Links;
  maxVideoKbps: number;
  logger: Logger;
  /** Whether the show has been live; until then nobody can watch it. */
  hasBegun: () => boolean;
  ladder: Ladder;
  /** The kinds that the presenter sends; `null` while they are unknown. */
  sentKinds: () => readonly MediaKind[] | null;
  /** Called when a viewer comes or leaves, with the current number of viewers. */
  changed: (viewers: number) => void;
};

/** The viewers of one broadcast. */
export class Audience {
  readonly #parts: AudienceParts;
  readonly #moves = new Map<string, Move>();

  constructor(parts: AudienceParts) {
    this.#parts = parts;
  }

  /** The number of viewers, including those whose links are still opening. */
  get size(): number {
    return this.#parts.links.viewers;
  }

  /** The number of viewers, and of those whose line carries less than the best. */
  get counts(): { viewers: number; narrow: number } {
    return { viewers: this.size, narrow: this.#parts.ladder.narrow };
  }

  /**
   * Lets a viewer in.
   * @returns the answer to the viewer's offer
   * @throws AppError `not-live`, `already-joined`, and as MediaGateway does
   */
  async join(viewer: JoinRequest): Promise<string> {
    const { channel, links, ladder, hasBegun, changed } = this.#parts;
    const { peerId } = viewer;
    if (!hasBegun()) throw notLive(channel);
    if (links.has(peerId)) throw alreadyJoined();
    viewer.listener.admitted();
    try {
      const link = await this.#connect(viewer, this.#listenTo(viewer), () => changed(this.size));
      ladder.add(peerId, link, (sent) => viewer.listener.pictureSelected(sent));
      return link.sdpAnswer;
    } catch (error) {
      changed(this.size);
      throw openingError(error);
    }
  }

  /**
   * Opens a second link for a viewer, while the first one goes on until {@link settle}.
   * @returns the answer to the viewer's offer
   * @throws AppError `not-joined`, and as MediaGateway does; then the first link stays
   */
  async move(viewer: JoinRequest): Promise<string> {
    const { links, ladder } = this.#parts;
    const { peerId } = viewer;
    if (!links.hasViewer(peerId) || !links.setAside(peerId)) throw notJoined();
    const move: Move = { listener: this.#listenTo(viewer), link: null };
    this.#moves.set(peerId, move);
    viewer.listener.admitted();
    try {
      const link = await this.#connect(viewer, move.listener, () => undefined);
      move.link = link;
      // The picture must not change its size in the moment in which it is moved.
      ladder.align(peerId, link);
      return link.sdpAnswer;
    } catch (error) {
      if (this.#moves.get(peerId) === move) this.settle(peerId, 'former');
      throw openingError(error);
    }
  }

  /** Keeps one of the two links that a viewer has after {@link move}; does nothing for others. */
  settle(peerId: string, on: 'new' | 'former'): void {
    const move = this.#moves.get(peerId);
    if (move === undefined || (on === 'new' && move.link === null)) return;
    this.#moves.delete(peerId);
    if (on === 'new' && move.link !== null) this.#parts.ladder.moved(peerId, move.link);
    this.#parts.links.settle(peerId, on, true);
  }

  /** Removes a viewer; does nothing if there is none with that id. */
  leave(peerId: string): void {
    const { links, ladder, changed } = this.#parts;
    if (!links.hasViewer(peerId)) return;
    this.#moves.delete(peerId);
    ladder.remove(peerId);
    if (links.leave(peerId)) changed(this.size);
  }

  #connect({ peerId, sdpOffer, listener }: JoinRequest, events: LinkListener, begun: () => void): Promise<ViewerLink> {
    const { links, ladder, maxVideoKbps } = this.#parts;
    return links.connect({
      peerId,
      isViewer: true,
      open: async (opening) => {
        begun();
        const pipeline = await opening;
        return await pipeline.connectViewer({ sdpOffer, maxVideoKbps, listener: events });
      },
      lost: (error) => {
        this.#moves.delete(peerId);
        ladder.remove(peerId);
        listener.closed(error);
      },
      left: () => listener.ownerLeaves(),
    });
  }

  #listenTo(viewer: JoinRequest): ViewerLinkListener {
    const { peerId } = viewer;
    const listener: ViewerLinkListener = new ViewerLinkListener(viewer.listener, {
      sentKinds: this.#parts.sentKinds,
      failed: (error) => {
        this.#parts.logger.debug({ err: error }, 'A viewer’s link failed');
        const move = this.#moves.get(peerId);
        // While there are two links, the viewer needs only one of them.
        if (move !== undefined && move.listener !== listener) {
          this.settle(peerId, 'new');
          return;
        }
        if (move !== undefined) {
          this.settle(peerId, 'former');
          return;
        }
        this.leave(peerId);
        viewer.listener.closed(error);
      },
    });
    return listener;
  }
}
