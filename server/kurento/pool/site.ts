import type { AppError } from '../../../lib/errors.ts';
import type { PoolSiteView } from '../../../lib/pool-view.ts';
import type { Selection, Sound, Tier } from '../../../lib/tiers.ts';
import type { RecorderLink, RecordingRequest, ViewerLink } from '../../broadcast/media-gateway.ts';
import { type Closable, Closer } from '../../closer.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, toAppError } from '../kurento-errors.ts';
import type { KurentoPipeline } from '../kurento-pipeline.ts';
import { type LinkOptions, PlacedLink } from './placed-link.ts';
import type { PoolMember } from './pool-member.ts';
import { type FeedSource, SiteFeed } from './site-feed.ts';
import { SiteGuest } from './site-guest.ts';

/** The parts of a site. */
export type SiteParts = {
  broadcastId: string;
  /** The media server of the site. */
  member: PoolMember;
  /** The site that feeds an edge; `null` for the origin. */
  parent: Site | null;
  /** How long an edge without viewers and further edges stays open, in milliseconds. */
  idleTimeoutMs: number;
  /** The codec of the picture; `null` while it is not known. */
  videoCodec: () => string | null;
  logger: Logger;
  /** A bridge to the site has failed: it needs another parent, or has failed with `error`. */
  feedBroke: (site: Site, error: AppError) => void;
  /** The site has ended, because nobody needs it or because of `error`; its viewers are notified afterwards. */
  ended: (site: Site, error: AppError | null) => void;
};

/**
 * A show on one media server. The sites of a show are a tree: the presenter feeds the origin, and bridges feed each edge,
 * from the site that is its parent. An origin becomes an edge when the presenter was moved. A site ends when a part of it
 * fails, and an edge some time after its last viewer and the last edge behind it left.
 */
export class Site implements FeedSource, Closable {
  readonly member: PoolMember;
  /** Resolves to the pipeline. Rejects with AppError. */
  readonly pipeline: Promise<KurentoPipeline>;
  readonly #parts: SiteParts;
  readonly #view: PoolSiteView;
  readonly #closer = new Closer();
  readonly #feed: SiteFeed;
  /** The edges that have a bridge from here: those of which this is the parent, and those that are changing it. */
  readonly #fed = new Set<Site>();
  readonly #viewers = new Set<SiteGuest>();
  /** The recorders that write here. */
  readonly #recorders = new Set<RecordingRequest['listener']>();
  #parent: Site | null;
  #failure: AppError | null = null;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    this.member = parts.member;
    this.#parent = parts.parent;
    const { broadcastId, videoCodec, logger } = parts;
    const role = parts.parent === null ? 'origin' : 'edge';
    this.#view = { broadcastId, role, parent: parts.parent?.member.id ?? null, viewers: 0 };
    // Noted before the pipeline is there, so that the next show goes elsewhere.
    this.member.sites.add(this.#view);
    const broke = (error: AppError) => {
      if (this.#failure === null && !this.#closer.closed) parts.feedBroke(this, error);
    };
    this.#feed = new SiteFeed({ pipeline: () => this.pipeline, videoCodec, logger, broke }, parts.parent);
    parts.parent?.fedEnters(this);
    this.pipeline = this.#open();
    this.pipeline.catch((error: unknown) => this.fail(toAppError(error, 'openSite')));
  }

  /** Resolves when bridges have taken the place of what fed the site before. Never rejects. */
  get refed(): Promise<void> {
    return this.#feed.refed;
  }

  /** Whether another parent was chosen, whose bridges are not all connected yet. */
  get isRefeeding(): boolean {
    return this.#feed.isChanging;
  }

  /** The site that feeds this one; `null` at the origin. */
  get parent(): Site | null {
    return this.#parent;
  }

  /** The edges that are fed from here. */
  get children(): readonly Site[] {
    return [...this.#fed].filter(({ parent }) => parent === this);
  }

  /** The number of viewers, including those whose links are opening. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /**
   * Connects a viewer. The answer does not wait for a bridge.
   * @throws AppError as BroadcastPipeline does
   */
  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    const viewer = new SiteGuest();
    const { maxVideoKbps } = options;
    this.#enter(viewer);
    try {
      this.need('high', maxVideoKbps).catch(() => undefined);
      const pipeline = await this.pipeline;
      const link = await pipeline.connectViewer(options);
      if (this.#failure !== null || this.#closer.closed) {
        await link.close();
        throw this.#failure ?? closedMeanwhile();
      }
      viewer.opened(options.listener);
      this.refresh('high');
      return new PlacedLink({
        link,
        prepare: (selection, sound) => this.#prepare(selection, sound, maxVideoKbps),
        selected: (selection) => {
          if (selection !== 'sound') this.refresh(selection);
        },
        left: () => this.#leave(viewer),
      });
    } catch (error) {
      this.#leave(viewer);
      throw error;
    }
  }

  /** Starts a recorder here. @throws AppError as BroadcastPipeline does */
  async startRecording(request: RecordingRequest): Promise<RecorderLink> {
    const recorder = await (await this.pipeline).startRecording(request);
    const { listener } = request;
    this.#recorders.add(listener);
    const left = () => {
      this.#recorders.delete(listener);
      this.#planEnd();
    };
    return {
      stop: () => recorder.stop(),
      close: () => recorder.close().finally(left),
    };
  }

  /** Somebody here, or on an edge behind this one, needs the tier; see {@link SiteFeed.need}. */
  need(tier: Tier, maxVideoKbps: number): Promise<void> {
    return this.#feed.need(tier, maxVideoKbps);
  }

  /** Somebody here, or on an edge behind this one, needs a keyframe. */
  refresh(tier: Tier): void {
    this.#feed.refresh(tier);
  }

  /**
   * Bridges from another parent take the place of what has fed this site, each as soon as it is connected. The recorders,
   * which are only where the presenter sent to, are asked to go on over there.
   */
  feedFrom(parent: Site): void {
    if (this.#closer.closed) return;
    this.#changeParent(parent);
    this.#view.role = 'edge';
    for (const recorder of [...this.#recorders]) recorder.outdated();
    this.#planEnd();
  }

  /** The presenter sends here from now on, in the place of the bridges, if there were any. */
  becomeOrigin(): void {
    clearTimeout(this.#idleTimer);
    this.#changeParent(null);
    this.#view.role = 'origin';
  }

  /** An edge has a bridge from here from now on. */
  fedEnters(edge: Site): void {
    clearTimeout(this.#idleTimer);
    this.#fed.add(edge);
  }

  /** An edge has no bridge from here any more. */
  fedLeaves(edge: Site): void {
    if (this.#fed.delete(edge)) this.#planEnd();
  }

  /** Asks the viewers, one after the other, to make their links elsewhere; each has `timeoutMs` milliseconds for that. */
  async moveViewers(timeoutMs: number, signal: AbortSignal): Promise<void> {
    for (const viewer of [...this.#viewers]) {
      if (signal.aborted) return;
      if (this.#viewers.has(viewer)) await viewer.askToMove(timeoutMs, signal);
    }
    this.#planEnd();
  }

  /**
   * The site is of no use any more. On an edge, the links of its viewers fail; with the origin, the show goes on at another
   * one, or its whole pipeline fails.
   */
  fail(error: AppError): void {
    if (this.#failure !== null || this.#closer.closed) return;
    this.#failure = error;
    this.#end(error);
    if (this.#parent !== null) this.#failViewers(error);
  }

  /** Another site has taken the place of this one, which was the origin and has failed. */
  replaced(error: AppError): void {
    this.#failViewers(error);
    for (const recorder of [...this.#recorders]) recorder.outdated();
  }

  /** Closes everything without telling anybody. May be called twice. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.member.sites.delete(this.#view);
    this.#parent?.fedLeaves(this);
    await this.#closer.close().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'Closing a show on a media server failed');
    });
  }

  /** Leaves everything to the media server; see {@link KurentoPipeline.letGo}. */
  letGo(): void {
    clearTimeout(this.#idleTimer);
    this.member.sites.delete(this.#view);
    this.#closer.letGo();
    this.pipeline.then((pipeline) => pipeline.letGo()).catch(() => undefined);
  }

  async #open(): Promise<KurentoPipeline> {
    const { broadcastId } = this.#parts;
    const failed = (error: AppError) => this.fail(error);
    const pipeline = await this.#closer.own(this.member.gateway.openPipeline({ broadcastId, failed }));
    this.#closer.add(() => this.#feed.close());
    return pipeline;
  }

  async #prepare(selection: Selection, sound: Sound, maxVideoKbps: number): Promise<void> {
    if (selection !== 'sound') await this.need(selection, maxVideoKbps);
    if (sound === 'light') await this.need('low', maxVideoKbps);
  }

  /** A former parent keeps what it feeds until the new bridges are there, or it has ended. */
  #changeParent(parent: Site | null): void {
    const former = this.#parent;
    this.#parent = parent;
    this.#view.parent = parent?.member.id ?? null;
    parent?.fedEnters(this);
    this.#feed.change(parent);
    if (former === null) return;
    void this.#feed.refed.then(() => {
      if (this.#parent !== former) former.fedLeaves(this);
    });
  }

  #enter(viewer: SiteGuest): void {
    clearTimeout(this.#idleTimer);
    this.#viewers.add(viewer);
    this.#view.viewers = this.#viewers.size;
  }

  #leave(viewer: SiteGuest): void {
    if (!this.#viewers.delete(viewer)) return;
    viewer.left();
    this.#view.viewers = this.#viewers.size;
    this.#planEnd();
  }

  /** An edge that nobody needs ends after a while; at once if its media server is to become empty. */
  #planEnd(): void {
    clearTimeout(this.#idleTimer);
    const needing = this.#viewers.size + this.#recorders.size + this.#fed.size;
    if (this.#parent === null || needing > 0 || this.#closer.closed) return;
    const { idleTimeoutMs } = this.#parts;
    this.#idleTimer = setTimeout(() => this.#end(null), this.member.isDraining ? 0 : idleTimeoutMs);
  }

  #failViewers(error: AppError): void {
    for (const viewer of [...this.#viewers]) viewer.fail(error);
  }

  #end(error: AppError | null): void {
    void this.close();
    this.#parts.ended(this, error);
  }
}
