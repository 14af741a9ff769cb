import type { AppError } from '../../../lib/errors.ts';
import type { LowerTier } from '../../../lib/tiers.ts';
import type {
  BroadcastPipeline,
  ContributionRequest,
  MediaLink,
  PresenterLink,
  RecorderLink,
  RecordingRequest,
  ViewerLink,
} from '../../broadcast/media-gateway.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, isFaultOfServer } from '../kurento-errors.ts';
import { AvoidedMembers } from './avoided-members.ts';
import type { LinkOptions } from './placed-link.ts';
import { PlacedPresenter } from './placed-presenter.ts';
import { choosePlace, leastBy, type ViewerBudget } from './placement.ts';
import type { PoolMember } from './pool-member.ts';
import { PooledContributions } from './pooled-contributions.ts';
import { Site } from './site.ts';

/** The parts of a pipeline in a pool. */
export type PooledPipelineParts = {
  broadcastId: string;
  /** The media server to which the presenter sends at first. */
  member: PoolMember;
  /** The media servers of the pool that take something now. */
  membersOpen: () => readonly PoolMember[];
  budget: ViewerBudget;
  /** How long an edge without viewers stays open, in milliseconds. */
  edgeIdleTimeoutMs: number;
  logger: Logger;
  /** Called when the origin is lost. */
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
  readonly #edges = new Set<Site>();
  readonly #avoided = new AvoidedMembers();
  readonly #contributions = new PooledContributions();
  #origin: Site;
  /** The origin that is to take the place of the present one as soon as the presenter's media flows there. */
  #nextOrigin: Site | null = null;
  #presenter: PlacedPresenter | null = null;
  /** The site of the presenter's newest link, where the lower tiers of the picture go as well. */
  #fed: Site;
  /** The connection tests at the origin, which are over in a moment and are not moved. */
  #tests = 0;
  /** The codec of the picture of the latest presenter. */
  #videoCodec: string | null = null;
  #isOpen = false;
  #closing: Promise<void> | undefined;

  constructor(parts: PooledPipelineParts) {
    this.#parts = parts;
    this.#origin = this.#site(parts.member, null);
    this.#fed = this.#origin;
  }

  /** Resolves when the origin is there. @throws AppError; then everything is closed */
  async open(): Promise<void> {
    try {
      await this.#origin.pipeline;
      this.#isOpen = true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async connectPresenter(options: LinkOptions): Promise<PresenterLink> {
    const site = this.#nextOrigin ?? this.#origin;
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
    return this.#contributions.connect(request, async (own) => (await this.#origin.pipeline).connectContribution(own));
  }

  connectReceiver(request: ContributionRequest): Promise<MediaLink> {
    return this.#contributions.connect(request, async (own) => (await this.#origin.pipeline).connectReceiver(own));
  }

  async releaseContribution(name: string): Promise<void> {
    await this.#origin.pipeline.then((origin) => origin.releaseContribution(name)).catch(() => undefined);
  }

  /** A viewer whose media server fails meanwhile is connected to another one. */
  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    const tried = new Set<PoolMember>();
    for (;;) {
      if (this.#closing !== undefined) throw closedMeanwhile();
      const place = this.#place(tried);
      if (place === this.#origin.member) return await this.#origin.connectViewer(options);
      try {
        return await (this.#edgeOn(place) ?? this.#openEdge(place)).connectViewer(options);
      } catch (error) {
        if (!isFaultOfServer(error)) throw error;
        this.#parts.logger.debug({ err: error, mediaServer: place.name }, 'A viewer could not be connected to an edge');
        tried.add(place);
      }
    }
  }

  async connectToItself(options: LinkOptions): Promise<MediaLink> {
    const link = await (await this.#origin.pipeline).connectToItself(options);
    let isOver = false;
    this.#tests += 1;
    return {
      sdpAnswer: link.sdpAnswer,
      addCandidate: (candidate) => link.addCandidate(candidate),
      close: () => {
        if (!isOver) this.#tests -= 1;
        isOver = true;
        return link.close();
      },
    };
  }

  startRecording(request: RecordingRequest): Promise<RecorderLink> {
    return this.#origin.startRecording(request);
  }

  /** A media server of the pool is gone, with everything on it. */
  memberLost(member: PoolMember, error: AppError): void {
    if (this.#closing === undefined) for (const site of this.#sites) if (site.member === member) site.fail(error);
  }

  /**
   * Moves what is on a media server to others: the presenter first, then the viewers, one after the other. Each is asked to
   * make another link, and has `timeoutMs` milliseconds for that. Some may be left; call it again then.
   */
  async moveFrom(member: PoolMember, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#closing !== undefined || !this.#isOpen || this.#tests > 0) return;
    if (this.#origin.member === member) await this.#moveOrigin(timeoutMs, signal);
    if (this.#nextOrigin?.member === member) this.#dropNextOrigin();
    for (const site of this.#sites) {
      if (site.member === member && site !== this.#origin) await site.moveViewers(timeoutMs, signal);
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
    for (const site of this.#sites) site.letGo();
  }

  async #close(): Promise<void> {
    this.#parts.left(this);
    // The recording at the origin need not wait for an edge that does not answer.
    await Promise.all(this.#sites.map((site) => site.close()));
  }

  get #sites(): Site[] {
    const next = this.#nextOrigin;
    return [...new Set([this.#origin, ...this.#edges, ...(next === null ? [] : [next])])];
  }

  /** The media server for the next viewer; the origin if there is no other. */
  #place(tried: ReadonlySet<PoolMember>): PoolMember {
    const { membersOpen, budget } = this.#parts;
    const origin = this.#origin;
    const places = membersOpen()
      .filter((one) => one === origin.member || (!tried.has(one) && !this.#avoided.has(one)))
      .map((member) => {
        const { share, isSpared } = member;
        const load = { member, share, isSpared };
        if (member === origin.member) return { ...load, role: 'origin' as const, viewers: origin.viewers };
        const edge = this.#edgeOn(member);
        return { ...load, role: edge === undefined ? 'none' : 'edge', viewers: edge?.viewers ?? 0 } as const;
      });
    return choosePlace(places, budget)?.member ?? origin.member;
  }

  async #moveOrigin(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { logger } = this.#parts;
    const next = this.#nextOrigin ?? this.#openNextOrigin();
    try {
      await next?.pipeline;
    } catch (error) {
      logger.warn({ err: error }, 'A show cannot be moved to another media server yet');
      return;
    }
    if (next === null || next !== this.#nextOrigin || this.#closing !== undefined || signal.aborted) return;
    // Without a presenter, nothing flows, and whoever comes back does so there.
    if (this.#presenter === null) this.#flowsAt(next);
    else await this.#presenter.askToMove(timeoutMs, signal);
  }

  /**
   * The media server without an edge that has most room; otherwise one with an edge, which becomes the origin.
   * @returns `null` if there is no media server for it
   */
  #openNextOrigin(): Site | null {
    const { member } = this.#origin;
    const others = this.#parts.membersOpen().filter((one) => one !== member && !one.isDraining);
    const wishes = [(one: PoolMember) => !one.isSpared && this.#edgeOn(one) === undefined, () => true];
    const choices = wishes.map((wish) => leastBy(others.filter(wish), ({ share }) => share));
    const chosen = choices.find((choice) => choice !== null);
    if (chosen === undefined || chosen === null) return null;
    this.#nextOrigin = this.#edgeOn(chosen) ?? this.#site(chosen, null);
    return this.#nextOrigin;
  }

  #dropNextOrigin(): void {
    const next = this.#nextOrigin;
    this.#nextOrigin = null;
    if (next !== null && !this.#edges.has(next)) void next.close();
  }

  /** The presenter's media flows at a site: if that is the next origin, it is the origin from now on. */
  #flowsAt(site: Site): void {
    if (site !== this.#nextOrigin) return;
    const former = this.#origin;
    this.#origin = site;
    this.#nextOrigin = null;
    this.#edges.delete(site);
    this.#edges.add(former);
    site.becomeOrigin();
    const { logger } = this.#parts;
    logger.info(
      { from: former.member.name, mediaServer: site.member.name },
      'A show was moved to another media server',
    );
    for (const edge of [...this.#edges]) edge.feedFrom(site.pipeline);
    this.#contributions.originMoved();
  }

  #edgeOn(member: PoolMember): Site | undefined {
    return [...this.#edges].find((edge) => edge.member === member);
  }

  #openEdge(member: PoolMember): Site {
    const edge = this.#site(member, this.#origin);
    this.#edges.add(edge);
    return edge;
  }

  /** @param source the site that feeds it; `null` if that is the presenter */
  #site(member: PoolMember, source: Site | null): Site {
    const { broadcastId, edgeIdleTimeoutMs } = this.#parts;
    const logger = this.#parts.logger.child({ broadcastId, mediaServer: member.name });
    return new Site({
      ...{ broadcastId, member, logger, source: source?.pipeline ?? null, idleTimeoutMs: edgeIdleTimeoutMs },
      videoCodec: () => this.#videoCodec,
      ended: (ended, error) => this.#ended(ended, error, logger),
    });
  }

  #ended(site: Site, error: AppError | null, logger: Logger): void {
    if (site === this.#nextOrigin) {
      this.#nextOrigin = null;
      logger.warn({ err: error }, 'A show could not be moved to this media server');
    }
    if (site === this.#origin) {
      if (this.#isOpen && error !== null && this.#closing === undefined) this.#parts.failed(error);
    } else if (this.#edges.delete(site)) {
      if (error === null) {
        logger.info('An edge without viewers was closed');
        return;
      }
      this.#avoided.add(site.member);
      logger.warn({ err: error }, 'An edge failed; its viewers are connected elsewhere');
    }
  }
}
