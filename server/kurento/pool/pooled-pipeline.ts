import type { AppError } from '../../../lib/errors.ts';
import type { LowerTier } from '../../../lib/tiers.ts';
import type {
  BroadcastPipeline,
  ContributionRequest,
  MediaLink,
  MixedContribution,
  PresenterLink,
  RecorderLink,
  RecordingRequest,
  ViewerLink,
} from '../../broadcast/media-gateway.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, isFaultOfServer, toAppError } from '../kurento-errors.ts';
import { AvoidedMembers } from './avoided-members.ts';
import type { LinkOptions } from './placed-link.ts';
import { PlacedPresenter } from './placed-presenter.ts';
import type { ViewerBudget } from './placement.ts';
import type { PoolMember } from './pool-member.ts';
import { PooledContributions } from './pooled-contributions.ts';
import { PooledTests } from './pooled-tests.ts';
import { placeOfNextOrigin, placeOfViewer } from './show-places.ts';
import { Site } from './site.ts';
import { SiteTree } from './site-tree.ts';

/** The parts of a pipeline in a pool. */
export type PooledPipelineParts = {
  broadcastId: string;
  /** The media server to which the presenter sends at first. */
  member: PoolMember;
  /** The media servers of the pool that take something now. */
  membersOpen: () => readonly PoolMember[];
  budget: ViewerBudget;
  /** How many edges each site feeds, unless none has room for a further one. */
  edgesPerSite: number;
  /** How long an edge without viewers stays open, in milliseconds. */
  edgeIdleTimeoutMs: number;
  logger: Logger;
  /** Called when the origin is lost, and nobody elsewhere has a link that could be kept. */
  failed: (error: AppError) => void;
  /** Called when the pipeline begins to close. */
  left: (pipeline: PooledPipeline) => void;
};

/**
 * The pipeline of one broadcast on the media servers of a pool. The presenter and the recorder are at the origin, and so
 * are viewers while it has room; further ones are on edges. Everything on a media server can be moved to others.
 */
export class PooledPipeline implements BroadcastPipeline {
  readonly #parts: PooledPipelineParts;
  readonly #tree: SiteTree;
  readonly #avoided = new AvoidedMembers();
  readonly #contributions: PooledContributions;
  readonly #tests = new PooledTests();
  #presenter: PlacedPresenter | null = null;
  /** The site of the presenter's newest link, where the lower tiers of the picture go as well. */
  #fed: Site;
  /** The codec of the picture of the latest presenter. */
  #videoCodec: string | null = null;
  #isOpen = false;
  /** Whether the presenter's media has ever flowed. */
  #hasBegun = false;
  #closing: Promise<void> | undefined;

  constructor(parts: PooledPipelineParts) {
    this.#parts = parts;
    this.#contributions = new PooledContributions(parts.logger);
    this.#tree = new SiteTree(parts.member, {
      edgesPerSite: parts.edgesPerSite,
      open: (member, parent) => this.#site(member, parent),
      logger: parts.logger.child({ broadcastId: parts.broadcastId }),
    });
    this.#fed = this.#tree.origin;
  }

  /** Resolves when the origin is there. @throws AppError; then everything is closed */
  async open(): Promise<void> {
    try {
      await this.#tree.origin.pipeline;
      this.#isOpen = true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async connectPresenter(options: LinkOptions): Promise<PresenterLink> {
    const site = this.#tree.nextOrigin ?? this.#tree.origin;
    const presenter = new PlacedPresenter(options.listener, {
      flows: () => this.#flowsAt(site),
      left: () => {
        if (this.#presenter === presenter) this.#presenter = null;
      },
      released: () => site.refed,
    });
    this.#presenter = presenter;
    this.#fed = site;
    try {
      const link = await (await site.pipeline).connectPresenter({ ...options, listener: presenter.listener });
      this.#videoCodec = link.codecs.video ?? this.#videoCodec;
      return presenter.opened(link);
    } catch (error) {
      presenter.left();
      throw error;
    }
  }

  async connectTier(options: LinkOptions & { tier: LowerTier }): Promise<MediaLink> {
    return await (await this.#fed.pipeline).connectTier(options);
  }

  /** All who take part in the show are at the origin, so that they hear each other without a detour. */
  connectContribution(request: ContributionRequest): Promise<MediaLink> {
    return this.#contributions.connect(request, async (own) =>
      (await this.#tree.origin.pipeline).connectContribution(own),
    );
  }

  connectReceiver(request: ContributionRequest): Promise<MediaLink> {
    return this.#contributions.connect(request, async (own) => (await this.#tree.origin.pipeline).connectReceiver(own));
  }

  async releaseContribution(name: string): Promise<void> {
    await this.#tree.origin.pipeline.then((origin) => origin.releaseContribution(name)).catch(() => undefined);
  }

  /** It is mixed at the origin, from where the edges have it. */
  mix(contributions: readonly MixedContribution[]): Promise<void> {
    return this.#contributions.mix(contributions, this.#tree.origin.pipeline);
  }

  /** A viewer whose media server fails meanwhile is connected to another one. */
  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    const tried = new Set<PoolMember>();
    for (;;) {
      if (this.#closing !== undefined) throw closedMeanwhile();
      const place = placeOfViewer(this.#show, this.#parts.budget, this.#avoided, tried);
      if (place === this.#tree.origin.member) return await this.#tree.origin.connectViewer(options);
      try {
        return await (this.#tree.edgeOn(place) ?? this.#tree.openEdge(place)).connectViewer(options);
      } catch (error) {
        if (!isFaultOfServer(error)) throw error;
        this.#parts.logger.debug({ err: error, mediaServer: place.name }, 'A viewer could not be connected to an edge');
        tried.add(place);
      }
    }
  }

  async connectToItself(options: LinkOptions): Promise<MediaLink> {
    return this.#tests.count(await (await this.#tree.origin.pipeline).connectToItself(options));
  }

  startRecording(request: RecordingRequest): Promise<RecorderLink> {
    return this.#tree.origin.startRecording(request);
  }

  /** A media server of the pool is gone, with everything on it. */
  memberLost(member: PoolMember, error: AppError): void {
    if (this.#closing === undefined) for (const site of this.#tree.all) if (site.member === member) site.fail(error);
  }

  /**
   * Moves what is on a media server to others: the presenter first, then the edges that are fed from there, then the
   * viewers, one after the other. People are asked to make another link, and have `timeoutMs` milliseconds for that. Some
   * may be left; call it again then.
   */
  async moveFrom(member: PoolMember, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#closing !== undefined || !this.#isOpen || this.#tests.running > 0) return;
    if (this.#tree.origin.member === member) await this.#moveOrigin(timeoutMs, signal);
    if (this.#tree.nextOrigin?.member === member) this.#tree.dropNextOrigin();
    for (const site of this.#tree.all) {
      if (site.member !== member || site === this.#tree.origin) continue;
      await this.#tree.moveChildrenInTurn(site, signal);
      await site.moveViewers(timeoutMs, signal);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  letGo(): void {
    if (this.#closing !== undefined) return;
    this.#closing = Promise.resolve();
    this.#parts.left(this);
    for (const site of this.#tree.all) site.letGo();
  }

  async #close(): Promise<void> {
    this.#parts.left(this);
    // The recording at the origin need not wait for an edge that does not answer.
    await Promise.all(this.#tree.all.map((site) => site.close()));
  }

  get #show() {
    return { tree: this.#tree, members: this.#parts.membersOpen() };
  }

  async #moveOrigin(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { logger } = this.#parts;
    const next = this.#tree.nextOrigin ?? this.#openNextOrigin();
    try {
      await next?.pipeline;
    } catch (error) {
      logger.warn({ err: error }, 'A show cannot be moved to another media server yet');
      return;
    }
    if (next === null || next !== this.#tree.nextOrigin || this.#closing !== undefined || signal.aborted) return;
    // Without a presenter, nothing flows, and one who comes back does so there.
    if (this.#presenter === null) this.#flowsAt(next);
    else await this.#presenter.askToMove(timeoutMs, signal);
  }

  #openNextOrigin(): Site | null {
    const place = placeOfNextOrigin(this.#show);
    return place === null ? null : this.#tree.openNextOrigin(place);
  }

  /** The presenter's media flows at a site: if that is the next origin, it is the origin from now on. */
  #flowsAt(site: Site): void {
    this.#hasBegun = true;
    if (site !== this.#tree.nextOrigin) return;
    const former = this.#tree.origin;
    this.#tree.replaceOrigin(site, 'edge');
    const { logger } = this.#parts;
    logger.info(
      { from: former.member.name, mediaServer: site.member.name },
      'A show was moved to another media server',
    );
    this.#contributions.originMoved(former.pipeline, site.pipeline);
  }

  /**
   * The origin is gone. If there are viewers on edges, they keep their links: another site becomes the origin, and the
   * presenter, and everybody else who had a link to the former one, makes another link there.
   */
  #originLost(error: AppError): void {
    const former = this.#tree.origin;
    const next =
      this.#hasBegun && this.#tree.viewersOnEdges > 0 ? (this.#tree.nextOrigin ?? this.#openNextOrigin()) : null;
    if (next === null) {
      this.#parts.failed(error);
      return;
    }
    this.#tree.replaceOrigin(next, 'lost');
    // A presenter who was about to move there already may go on.
    const hasMoved = this.#fed === next;
    this.#fed = next;
    // It can be lost in its turn, but not before it is there.
    this.#isOpen = false;
    const failed = (failure: unknown) => {
      if (this.#closing === undefined) this.#parts.failed(toAppError(failure, 'openSite'));
    };
    const opened = () => {
      this.#isOpen = true;
    };
    next.pipeline.then(opened, failed);
    const { logger, broadcastId } = this.#parts;
    const context = { err: error, broadcastId, from: former.member.name, mediaServer: next.member.name };
    logger.warn(context, 'The origin of a show is lost; another media server takes its place');
    former.replaced(error);
    if (!hasMoved) this.#presenter?.fail(error);
    this.#contributions.originMoved(former.pipeline, next.pipeline);
  }

  /** @param parent the site that feeds it; `null` if the presenter does */
  #site(member: PoolMember, parent: Site | null): Site {
    const { broadcastId, edgeIdleTimeoutMs } = this.#parts;
    const logger = this.#parts.logger.child({ broadcastId, mediaServer: member.name });
    return new Site({
      ...{ broadcastId, member, logger, parent, idleTimeoutMs: edgeIdleTimeoutMs },
      videoCodec: () => this.#videoCodec,
      feedBroke: (edge, error) => {
        if (this.#closing !== undefined || !this.#tree.repair(edge)) edge.fail(error);
        else
          logger.warn({ err: error, from: edge.parent?.member.name }, 'A bridge broke; the edge is fed from elsewhere');
      },
      ended: (ended, error) => this.#ended(ended, error, logger),
    });
  }

  #ended(site: Site, error: AppError | null, logger: Logger): void {
    if (site === this.#tree.nextOrigin) {
      this.#tree.dropNextOrigin();
      logger.warn({ err: error }, 'A show could not be moved to this media server');
    }
    if (site === this.#tree.origin) {
      if (this.#isOpen && error !== null && this.#closing === undefined) this.#originLost(error);
    } else if (this.#tree.removeEdge(site)) {
      if (error === null) {
        logger.info('An edge without viewers was closed');
        return;
      }
      this.#avoided.add(site.member);
      logger.warn({ err: error }, 'An edge failed; its viewers are connected elsewhere');
      if (this.#closing === undefined) this.#tree.moveChildren(site);
    }
  }
}
