import type { AppError } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';
import { alreadyJoined, noCommonCodec, notLive, openingError } from './broadcast-errors.ts';
import type { JoinRequest, PeerListener } from './broadcast-types.ts';
import type { Ladder } from './ladder/ladder.ts';
import type { Links } from './links.ts';
import type { LinkListener, MediaKind } from './media-gateway.ts';

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
}

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
    const { channel, links, ladder, maxVideoKbps, hasBegun, changed } = this.#parts;
    const { peerId, sdpOffer } = viewer;
    if (!hasBegun()) throw notLive(channel);
    if (links.has(peerId)) throw alreadyJoined();
    viewer.listener.admitted();
    const listener = this.#listenTo(viewer);
    try {
      const link = await links.connect({
        peerId,
        isViewer: true,
        open: async (opening) => {
          changed(this.size);
          const pipeline = await opening;
          return await pipeline.connectViewer({ sdpOffer, maxVideoKbps, listener });
        },
        lost: (error) => {
          ladder.remove(peerId);
          viewer.listener.closed(error);
        },
      });
      ladder.add(peerId, link, (sent) => viewer.listener.pictureSelected(sent));
      return link.sdpAnswer;
    } catch (error) {
      changed(this.size);
      throw openingError(error);
    }
  }

  /** Removes a viewer; does nothing if there is none with that id. */
  leave(peerId: string): void {
    const { links, ladder, changed } = this.#parts;
    if (!links.hasViewer(peerId)) return;
    ladder.remove(peerId);
    if (links.leave(peerId)) changed(this.size);
  }

  #listenTo(viewer: JoinRequest): ViewerLinkListener {
    return new ViewerLinkListener(viewer.listener, {
      sentKinds: this.#parts.sentKinds,
      failed: (error) => {
        this.#parts.logger.debug({ err: error }, 'A viewer’s link failed');
        this.leave(viewer.peerId);
        viewer.listener.closed(error);
      },
    });
  }
}
