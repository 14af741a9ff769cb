import type { AppError } from '../../../lib/errors.ts';
import type { PoolSiteView } from '../../../lib/pool-view.ts';
import type { Selection, Sound, Tier } from '../../../lib/tiers.ts';
import type { LinkListener, ViewerLink } from '../../broadcast/media-gateway.ts';
import { type Closable, Closer } from '../../closer.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, toAppError } from '../kurento-errors.ts';
import type { KurentoPipeline } from '../kurento-pipeline.ts';
import { type Bridge, type BridgeRequest, openBridge } from './bridge.ts';
import { PlacedLink } from './placed-link.ts';
import type { PoolMember } from './pool-member.ts';

/** The parts of an edge. */
export type EdgeParts = {
  broadcastId: string;
  /** The media server of the edge. */
  member: PoolMember;
  /** The pipeline to which the presenter sends. */
  origin: KurentoPipeline;
  /** How long an edge without viewers stays open, in milliseconds. */
  idleTimeoutMs: number;
  /** The codec of the picture; `null` while it is not known. */
  videoCodec: () => string | null;
  logger: Logger;
  /** The edge has ended, because it had no viewers or because of `error`; its viewers are told afterwards. */
  ended: (edge: Edge, error: AppError | null) => void;
};

type LinkOptions = { sdpOffer: string; maxVideoKbps: number; listener: LinkListener };

/** A viewer on an edge, from the request on; `failed` reports the failure of the link. */
type EdgeViewer = { failed: (error: AppError) => void };

/**
 * A show on another media server than the presenter's: a pipeline there, fed by one bridge for each tier that somebody
 * has needed. It ends when one of them fails, and some time after its last viewer left.
 */
export class Edge implements Closable {
  readonly member: PoolMember;
  readonly #parts: EdgeParts;
  readonly #site: PoolSiteView;
  readonly #closer = new Closer();
  readonly #opening: Promise<KurentoPipeline>;
  readonly #bridges = new Map<Tier, Promise<Bridge>>();
  readonly #viewers = new Set<EdgeViewer>();
  #failure: AppError | null = null;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(parts: EdgeParts) {
    this.#parts = parts;
    this.member = parts.member;
    this.#site = { broadcastId: parts.broadcastId, role: 'edge', viewers: 0 };
    this.member.sites.add(this.#site);
    this.#opening = this.#open();
    this.#opening.catch((error: unknown) => this.fail(toAppError(error, 'openEdge')));
  }

  /** The number of viewers, including those whose links are opening. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /**
   * Connects a viewer. The answer does not wait for the bridge.
   * @throws AppError as BroadcastPipeline does
   */
  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    const { maxVideoKbps } = options;
    // As long as the link is opening, the opening reports a failure.
    const viewer: EdgeViewer = { failed: () => undefined };
    this.#enter(viewer);
    try {
      this.#reach('high', maxVideoKbps).catch(() => undefined);
      const pipeline = await this.#opening;
      const link = await pipeline.connectViewer(options);
      if (this.#failure !== null || this.#closer.closed) {
        await link.close();
        throw this.#failure ?? closedMeanwhile();
      }
      viewer.failed = (error) => options.listener.failed(error);
      this.#refresh('high');
      return new PlacedLink({
        link,
        prepare: (selection, sound) => this.#prepare(selection, sound, maxVideoKbps),
        selected: (selection) => this.#refresh(selection),
        left: () => this.#leave(viewer),
      });
    } catch (error) {
      this.#leave(viewer);
      throw error;
    }
  }

  /** The edge is of no use any more: its viewers' links have failed. */
  fail(error: AppError): void {
    if (this.#failure !== null || this.#closer.closed) return;
    this.#failure = error;
    this.#end(error);
    for (const viewer of [...this.#viewers]) viewer.failed(error);
  }

  /** Closes everything without telling anybody. May be called twice. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.member.sites.delete(this.#site);
    await this.#closer.close().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'Closing an edge failed');
    });
  }

  async #open(): Promise<KurentoPipeline> {
    const { broadcastId } = this.#parts;
    const failed = (error: AppError) => this.fail(error);
    return await this.#closer.own(this.member.gateway.openPipeline({ broadcastId, failed }));
  }

  async #prepare(selection: Selection, sound: Sound, maxVideoKbps: number): Promise<void> {
    if (selection !== 'sound') await this.#reach(selection, maxVideoKbps);
    if (sound === 'light') await this.#reach('low', maxVideoKbps);
  }

  /** A viewer who has just been connected with the tier needs a keyframe. */
  #refresh(selection: Selection): void {
    if (selection === 'sound') return;
    // A bridge that fails is reported by its opening.
    this.#bridges
      .get(selection)
      ?.then((bridge) => bridge.refresh())
      .catch(() => undefined);
  }

  /** Opens the bridge for a tier, unless there is one. */
  async #reach(tier: Tier, maxVideoKbps: number): Promise<void> {
    const present = this.#bridges.get(tier);
    if (present !== undefined) {
      await present;
      return;
    }
    const opening = this.#bridge({ tier, maxVideoKbps });
    this.#bridges.set(tier, opening);
    try {
      await opening;
    } catch (error) {
      this.fail(toAppError(error, 'openBridge'));
      throw error;
    }
  }

  async #bridge(options: Pick<BridgeRequest, 'tier' | 'maxVideoKbps'>): Promise<Bridge> {
    const { origin, videoCodec, logger } = this.#parts;
    const to = await this.#opening;
    const failed = (error: AppError) => this.fail(error);
    return await this.#closer.own(
      openBridge({ ...options, from: origin, to, videoCodec: videoCodec(), logger, failed }),
    );
  }

  #enter(viewer: EdgeViewer): void {
    clearTimeout(this.#idleTimer);
    this.#viewers.add(viewer);
    this.#site.viewers = this.#viewers.size;
  }

  #leave(viewer: EdgeViewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#site.viewers = this.#viewers.size;
    if (this.#viewers.size > 0 || this.#closer.closed) return;
    this.#idleTimer = setTimeout(() => this.#end(null), this.#parts.idleTimeoutMs);
  }

  #end(error: AppError | null): void {
    void this.close();
    this.#parts.ended(this, error);
  }
}
