import type { AppError } from '../../../lib/errors.ts';
import type { LinkListener, PresenterLink } from '../../broadcast/media-gateway.ts';
import { SiteGuest } from './site-guest.ts';

/** The events of a presenter that the pipeline handles. */
type PresenterEvents = {
  /** Media flows. Called again for each kind. */
  flows(): void;
  /** The link begins to close, or could not be opened. */
  left(): void;
  /** Resolves when nothing needs what the link sends any more. */
  released(): Promise<void>;
};

/** A presenter's link on one of the media servers of a pool, from the request for it to its end. */
export class PlacedPresenter {
  /** Gets the events of the link, and passes them on to its owner. */
  readonly listener: LinkListener;
  readonly #owner: LinkListener;
  readonly #events: PresenterEvents;
  readonly #guest = new SiteGuest();

  constructor(owner: LinkListener, events: PresenterEvents) {
    this.#owner = owner;
    this.#events = events;
    this.listener = {
      candidateFound: (candidate) => owner.candidateFound(candidate),
      unplayable: (kind) => owner.unplayable(kind),
      failed: (error) => owner.failed(error),
      flowChanged: (kind, flowing) => {
        if (flowing) events.flows();
        owner.flowChanged(kind, flowing);
      },
    };
  }

  /** @returns the link for its owner */
  opened(link: PresenterLink): PresenterLink {
    this.#guest.opened(this.#owner);
    return {
      sdpAnswer: link.sdpAnswer,
      codecs: link.codecs,
      addCandidate: (candidate) => link.addCandidate(candidate),
      received: () => link.received(),
      close: async () => {
        this.left();
        await this.#events.released();
        await link.close();
      },
    };
  }

  /** The link has failed with its media server. */
  fail(error: AppError): void {
    this.#guest.fail(error);
  }

  left(): void {
    this.#guest.left();
    this.#events.left();
  }

  /** Asks the presenter to send over another link; see {@link SiteGuest.askToMove}. */
  askToMove(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#guest.askToMove(timeoutMs, signal);
  }
}
