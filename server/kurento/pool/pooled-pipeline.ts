import { AppError } from '../../../lib/errors.ts';
import type { PoolSiteView } from '../../../lib/pool-view.ts';
import type { LowerTier } from '../../../lib/tiers.ts';
import type {
  BroadcastPipeline,
  LinkListener,
  MediaLink,
  PresenterLink,
  RecorderLink,
  RecordingRequest,
  ViewerLink,
} from '../../broadcast/media-gateway.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile } from '../kurento-errors.ts';
import type { KurentoPipeline } from '../kurento-pipeline.ts';
import { Edge } from './edge.ts';
import { PlacedLink } from './placed-link.ts';
import { choosePlace, type ViewerBudget } from './placement.ts';
import type { PoolMember } from './pool-member.ts';

/** The parts of a pipeline in a pool. */
export type PooledPipelineParts = {
  /** The media server to which the presenter sends. */
  member: PoolMember;
  /** The origin, in the list of that media server. */
  site: PoolSiteView;
  origin: KurentoPipeline;
  /** The media servers of the pool that answer now. */
  membersUp: () => readonly PoolMember[];
  budget: ViewerBudget;
  /** How long an edge without viewers stays open, in milliseconds. */
  edgeIdleTimeoutMs: number;
  logger: Logger;
  /** Called when the origin is lost. */
  failed: (error: AppError) => void;
  /** Called when the pipeline begins to close. */
  left: (pipeline: PooledPipeline) => void;
};

type LinkOptions = { sdpOffer: string; maxVideoKbps: number; listener: LinkListener };

/** How long a media server is avoided after an edge failed there, in milliseconds: doubled with each further failure. */
const avoidedMs = { first: 10_000, most: 300_000 };

/**
 * The pipeline of one broadcast on the media servers of a pool. The presenter and the recorder are at the origin, and so
 * are viewers while it has room; further ones are on edges.
 */
export class PooledPipeline implements BroadcastPipeline {
  readonly #parts: PooledPipelineParts;
  readonly #edges = new Map<PoolMember, Edge>();
  /** For how long and until when each media server is avoided, in milliseconds on the monotonic clock. */
  readonly #avoided = new Map<PoolMember, { forMs: number; until: number }>();
  /** The codec of the picture of the latest presenter. */
  #videoCodec: string | null = null;
  #closing: Promise<void> | undefined;

  constructor(parts: PooledPipelineParts) {
    this.#parts = parts;
  }

  async connectPresenter(options: LinkOptions): Promise<PresenterLink> {
    const link = await this.#parts.origin.connectPresenter(options);
    this.#videoCodec = link.codecs.video ?? this.#videoCodec;
    return link;
  }

  connectTier(options: LinkOptions & { tier: LowerTier }): Promise<MediaLink> {
    return this.#parts.origin.connectTier(options);
  }

  /** A viewer whose media server fails meanwhile is connected to another one. */
  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    const { member } = this.#parts;
    const tried = new Set<PoolMember>();
    for (;;) {
      if (this.#closing !== undefined) throw closedMeanwhile();
      const place = this.#place(tried);
      if (place === member) return await this.#connectToOrigin(options);
      try {
        return await this.#edgeOn(place).connectViewer(options);
      } catch (error) {
        if (!isFaultOfServer(error)) throw error;
        this.#parts.logger.debug({ err: error, mediaServer: place.name }, 'A viewer could not be connected to an edge');
        tried.add(place);
      }
    }
  }

  connectToItself(options: LinkOptions): Promise<MediaLink> {
    return this.#parts.origin.connectToItself(options);
  }

  startRecording(request: RecordingRequest): Promise<RecorderLink> {
    return this.#parts.origin.startRecording(request);
  }

  /** A media server of the pool is gone, with everything on it. */
  memberLost(member: PoolMember, error: AppError): void {
    if (this.#closing !== undefined) return;
    if (member === this.#parts.member) this.#parts.failed(error);
    else this.#edges.get(member)?.fail(error);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { member, site, origin, left } = this.#parts;
    left(this);
    member.sites.delete(site);
    // The recording at the origin need not wait for an edge that does not answer.
    await Promise.all([origin, ...this.#edges.values()].map((each) => each.close()));
  }

  /** The media server for the next viewer; the origin if there is no other. */
  #place(tried: ReadonlySet<PoolMember>): PoolMember {
    const { member: origin, site, membersUp, budget } = this.#parts;
    const now = performance.now();
    const isUsable = (one: PoolMember) =>
      one === origin || (!tried.has(one) && (this.#avoided.get(one)?.until ?? 0) <= now);
    const places = membersUp()
      .filter(isUsable)
      .map((member) => {
        const { share, isSpared } = member;
        const load = { member, share, isSpared };
        if (member === origin) return { ...load, role: 'origin' as const, viewers: site.viewers };
        const edge = this.#edges.get(member);
        return { ...load, role: edge === undefined ? 'none' : 'edge', viewers: edge?.viewers ?? 0 } as const;
      });
    return choosePlace(places, budget)?.member ?? origin;
  }

  async #connectToOrigin(options: LinkOptions): Promise<ViewerLink> {
    const { site, origin } = this.#parts;
    const left = () => {
      site.viewers -= 1;
    };
    site.viewers += 1;
    try {
      const link = await origin.connectViewer(options);
      return new PlacedLink({ link, prepare: async () => {}, selected() {}, left });
    } catch (error) {
      left();
      throw error;
    }
  }

  #edgeOn(member: PoolMember): Edge {
    const present = this.#edges.get(member);
    if (present !== undefined) return present;
    const { site, origin, edgeIdleTimeoutMs } = this.#parts;
    const { broadcastId } = site;
    const logger = this.#parts.logger.child({ broadcastId, mediaServer: member.name });
    const edge = new Edge({
      ...{ broadcastId, member, origin, logger, idleTimeoutMs: edgeIdleTimeoutMs },
      videoCodec: () => this.#videoCodec,
      ended: (ended, error) => {
        if (this.#edges.get(member) === ended) this.#edges.delete(member);
        if (error === null) {
          logger.info('An edge without viewers was closed');
          return;
        }
        this.#avoid(member);
        logger.warn({ err: error }, 'An edge failed; its viewers are connected elsewhere');
      },
    });
    this.#edges.set(member, edge);
    logger.info('An edge was opened');
    return edge;
  }

  /** The media servers may be unable to reach each other, which a further attempt would not change. */
  #avoid(member: PoolMember): void {
    const former = this.#avoided.get(member)?.forMs;
    const forMs = former === undefined ? avoidedMs.first : Math.min(former * 2, avoidedMs.most);
    this.#avoided.set(member, { forMs, until: performance.now() + forMs });
  }
}

/** Whether another media server may succeed where one failed with `error`. */
export function isFaultOfServer(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'media-server-unavailable' || error.code === 'media-failed');
}
