import type { AppError } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import { ClosedError, Closer } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { tellEach } from '../tell-each.ts';
import { notJoined } from './broadcast-errors.ts';
import type { LinkListener, MediaGateway, MediaLink, PresenterLink, Stage } from './media-gateway.ts';

/** A person's wish to be linked to the stage. */
export type LinkRequest = {
  peerId: string;
  sdpOffer: string;
  listener: LinkListener;
  /** Is told when the stage is lost with everybody on it. */
  lost: (error: AppError) => void;
};

/** How far a stage has come. `failed`: it could not be opened. `over`: it was closed, or lost with its media server. */
type StageState = 'opening' | 'open' | 'failed' | 'over';

/**
 * One stage of a broadcast and everybody on it, from its opening to its end. A media server that dies ends it, and
 * the broadcast opens the next. Whoever has a link is in the map from the moment of the request: it keeps promises,
 * so an early candidate waits by itself and a second request shows at once.
 */
export class StageSession {
  readonly opening: Promise<Stage>;
  readonly #maxVideoKbps: number;
  readonly #logger: Logger;
  readonly #closer = new Closer();
  readonly #links = new Map<string, Promise<MediaLink>>();
  readonly #lost = new Map<string, (error: AppError) => void>();
  #state: StageState = 'opening';

  constructor(parts: {
    gateway: MediaGateway;
    broadcastId: string;
    maxVideoKbps: number;
    logger: Logger;
    failed: (error: AppError) => void;
  }) {
    this.#maxVideoKbps = parts.maxVideoKbps;
    this.#logger = parts.logger;
    const { broadcastId, failed } = parts;
    this.opening = this.#closer.own(parts.gateway.openStage({ broadcastId, failed }));
    const settle = (state: StageState) => () => {
      if (this.#state === 'opening') this.#state = state;
    };
    this.opening.then(settle('open'), settle('failed'));
  }

  /** Whether the media server could not open the stage; everybody who waited for it has to ask the next one. */
  get failedToOpen(): boolean {
    return this.#state === 'failed';
  }

  /** The ids of all who have a link, or are getting one. */
  get peerIds(): string[] {
    return [...this.#links.keys()];
  }

  has(peerId: string): boolean {
    return this.#links.has(peerId);
  }

  /**
   * Puts a presenter on the stage, in the place of any former one.
   * @throws AppError as Stage does
   */
  connectPresenter(request: LinkRequest): Promise<PresenterLink> {
    return this.#connect(request, (stage) => stage.connectPresenter({ ...request, maxVideoKbps: this.#maxVideoKbps }));
  }

  /** @throws AppError as Stage does */
  connectViewer(request: LinkRequest): Promise<MediaLink> {
    return this.#connect(request, (stage) => stage.connectViewer({ ...request, maxVideoKbps: this.#maxVideoKbps }));
  }

  /** Takes a person off the stage; whether there was one of that id. */
  leave(peerId: string): boolean {
    const link = this.#links.get(peerId);
    if (link === undefined) return false;
    this.#forget(peerId);
    link.then((opened) => opened.close()).catch(() => {});
    return true;
  }

  /**
   * Passes a candidate on to the link of `peerId`, once it is open.
   * @throws AppError `not-joined` when there is no such link
   */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    const link = await this.#links.get(peerId)?.catch(() => undefined);
    if (link === undefined) throw notJoined();
    await link.addCandidate(candidate);
  }

  /** Takes everybody off at once, and tells nobody; the stage is closed with {@link close}. */
  clear(): void {
    this.#links.clear();
    this.#lost.clear();
  }

  /** The stage is gone: tells everybody on it. */
  lose(error: AppError): void {
    this.#state = 'over';
    const lost = [...this.#lost.values()];
    this.clear();
    tellEach(
      lost,
      (tell) => tell(error),
      (failure) => this.#logger.error({ err: failure }, 'a person on the stage could not be told of its loss'),
    );
  }

  /** Closes the stage with all that is on it; may be called twice. */
  close(): Promise<void> {
    if (this.#state !== 'failed') this.#state = 'over';
    this.clear();
    return this.#closer.close();
  }

  #forget(peerId: string): void {
    this.#links.delete(peerId);
    this.#lost.delete(peerId);
  }

  #connect<Link extends MediaLink>(request: LinkRequest, open: (stage: Stage) => Promise<Link>): Promise<Link> {
    const link = this.#open(open);
    this.#links.set(request.peerId, link);
    this.#lost.set(request.peerId, request.lost);
    link.catch(() => {
      if (this.#links.get(request.peerId) === link) this.#forget(request.peerId);
    });
    return link;
  }

  async #open<Link extends MediaLink>(open: (stage: Stage) => Promise<Link>): Promise<Link> {
    const link = await open(await this.opening);
    // The stage closes its links with itself; only one that comes after its end needs an owner here.
    if (!this.#closer.closed) return link;
    await link.close();
    throw new ClosedError();
  }
}
