import type { AppError } from '../../lib/errors.ts';
import { noCommonCodec } from './broadcast-errors.ts';
import type { PeerListener } from './broadcast-types.ts';
import type { LinkListener, MediaKind } from './media-gateway.ts';

/** The callbacks of a {@link ViewerWatch}. */
export type ViewerEvents = {
  /** The kinds that the presenter sends; `null` while nobody knows. */
  sentKinds(): readonly MediaKind[] | null;
  /** The link is useless and will be closed. */
  failed(error: AppError): void;
};

/** Listens to the link of a viewer on behalf of the broadcast. */
export class ViewerWatch implements LinkListener {
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
