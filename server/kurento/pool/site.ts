import type { AppError } from '../../../lib/errors.ts';
import type { PoolSiteView } from '../../../lib/pool-view.ts';
import type { Selection, Sound, Tier } from '../../../lib/tiers.ts';
import type { RecorderLink, RecordingRequest, ViewerLink } from '../../broadcast/media-gateway.ts';
import { type Closable, Closer } from '../../closer.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, toAppError } from '../kurento-errors.ts';
import type { KurentoPipeline } from '../kurento-pipeline.ts';
import { type Bridge, openBridge } from './bridge.ts';
import { type LinkOptions, PlacedLink } from './placed-link.ts';
import type { PoolMember } from './pool-member.ts';
import { SiteGuest } from './site-guest.ts';

/** The parts of a site. */
export type SiteParts = {
  broadcastId: string;
  /** The media server of the site. */
  member: PoolMember;
  /** The pipeline that feeds an edge; `null` for the origin. */
  source: Promise<KurentoPipeline> | null;
  /** How long an edge without viewers stays open, in milliseconds. */
  idleTimeoutMs: number;
  /** The codec of the picture; `null` while it is not known. */
  videoCodec: () => string | null;
  logger: Logger;
  /** The site has ended, because nobody needs it or because of `error`; its viewers are told afterwards. */
  ended: (site: Site, error: AppError | null) => void;
};

/**
 * A show on one media server. At the origin, the presenter feeds it. On an edge, bridges do, one for each tier that
 * somebody has needed. An origin becomes an edge when the presenter was moved. A site ends when a part of it fails, and
 * an edge some time after its last viewer left.
 */
export class Site implements Closable {
  readonly member: PoolMember;
  /** Resolves to the pipeline. Rejects with AppError. */
  readonly pipeline: Promise<KurentoPipeline>;
  readonly #parts: SiteParts;
  readonly #view: PoolSiteView;
  readonly #closer = new Closer();
  readonly #bridges = new Map<Tier, Promise<Bridge>>();
  /** The tiers that somebody has needed here. */
  readonly #tiers = new Set<Tier>();
  readonly #viewers = new Set<SiteGuest>();
  /** The recorders that write here. */
  readonly #recorders = new Set<RecordingRequest['listener']>();
  #source: Promise<KurentoPipeline> | null;
  /** The most that the picture may have, as the last viewer's request said, in kbit/s. */
  #maxVideoKbps = 0;
  #failure: AppError | null = null;
  #refed: Promise<void> = Promise.resolve();
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    this.member = parts.member;
    this.#source = parts.source;
    this.#view = { broadcastId: parts.broadcastId, role: parts.source === null ? 'origin' : 'edge', viewers: 0 };
    // Noted before the pipeline is there, so that the next show goes elsewhere.
    this.member.sites.add(this.#view);
    this.pipeline = this.#open();
    this.pipeline.catch((error: unknown) => this.fail(toAppError(error, 'openSite')));
  }

  /** Resolves when bridges have taken the place of what fed the site before. Never rejects. */
  get refed(): Promise<void> {
    return this.#refed;
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
    this.#maxVideoKbps = options.maxVideoKbps;
    this.#enter(viewer);
    try {
      this.#need('high').catch(() => undefined);
      const pipeline = await this.pipeline;
      const link = await pipeline.connectViewer(options);
      if (this.#failure !== null || this.#closer.closed) {
        await link.close();
        throw this.#failure ?? closedMeanwhile();
      }
      viewer.opened(options.listener);
      this.#refresh('high');
      return new PlacedLink({
        link,
        prepare: (selection, sound) => this.#prepare(selection, sound),
        selected: (selection) => this.#refresh(selection),
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

  /**
   * The presenter sends to another media server from now on, or did before. Bridges from there take the place of what has
   * fed this site, each as soon as it is connected. The recorders here are asked to go on over there.
   */
  feedFrom(source: Promise<KurentoPipeline>): void {
    if (this.#closer.closed) return;
    this.#source = source;
    this.#view.role = 'edge';
    const former = [...this.#bridges.values()];
    this.#bridges.clear();
    const opening = [...this.#tiers].map((tier) => this.#need(tier));
    this.#refed = Promise.allSettled(opening).then(async () => {
      for (const bridge of former) await bridge.then((it) => it.close()).catch(() => undefined);
    });
    for (const recorder of [...this.#recorders]) recorder.outdated();
    this.#planEnd();
  }

  /** The presenter sends here from now on, in the place of the bridges, if there were any. */
  becomeOrigin(): void {
    clearTimeout(this.#idleTimer);
    this.#source = null;
    this.#view.role = 'origin';
    const former = [...this.#bridges.values()];
    this.#bridges.clear();
    for (const bridge of former) void bridge.then((it) => it.close()).catch(() => undefined);
  }

  /** Asks the viewers, one after the other, to make their links elsewhere; each has `timeoutMs` milliseconds for that. */
  async moveViewers(timeoutMs: number, signal: AbortSignal): Promise<void> {
    for (const viewer of [...this.#viewers]) {
      if (signal.aborted) return;
      if (this.#viewers.has(viewer)) await viewer.askToMove(timeoutMs, signal);
    }
    this.#planEnd();
  }

  /** The site is of no use any more. With the origin, the whole pipeline fails; on an edge, the links of its viewers do. */
  fail(error: AppError): void {
    if (this.#failure !== null || this.#closer.closed) return;
    this.#failure = error;
    this.#end(error);
    if (this.#source !== null) for (const viewer of [...this.#viewers]) viewer.fail(error);
  }

  /** Closes everything without telling anybody. May be called twice. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.member.sites.delete(this.#view);
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
    return await this.#closer.own(this.member.gateway.openPipeline({ broadcastId, failed }));
  }

  async #prepare(selection: Selection, sound: Sound): Promise<void> {
    if (selection !== 'sound') await this.#need(selection);
    if (sound === 'light') await this.#need('low');
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

  /** Somebody here needs the tier: opens the bridge for it, unless there is one or the presenter is here. */
  async #need(tier: Tier): Promise<void> {
    const isFirst = !this.#tiers.has(tier);
    this.#tiers.add(tier);
    if (this.#source === null) return;
    const present = this.#bridges.get(tier);
    if (present !== undefined) {
      await present;
      return;
    }
    const opening = this.#bridge(tier, this.#source, !isFirst);
    this.#bridges.set(tier, opening);
    try {
      await opening;
    } catch (error) {
      // One that another bridge has replaced is of no interest.
      if (this.#bridges.get(tier) === opening) this.fail(toAppError(error, 'openBridge'));
      throw error;
    }
  }

  async #bridge(tier: Tier, source: Promise<KurentoPipeline>, isReplacement: boolean): Promise<Bridge> {
    const { videoCodec, logger } = this.#parts;
    const [from, to] = await Promise.all([source, this.pipeline]);
    const failed = (error: AppError) => {
      if (this.#source === source) this.fail(error);
    };
    const parts = { from, to, tier, isReplacement, maxVideoKbps: this.#maxVideoKbps, videoCodec: videoCodec() };
    return await this.#closer.own(openBridge({ ...parts, logger, failed }));
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
    if (this.#source === null || this.#viewers.size + this.#recorders.size > 0 || this.#closer.closed) return;
    const { idleTimeoutMs } = this.#parts;
    this.#idleTimer = setTimeout(() => this.#end(null), this.member.isDraining ? 0 : idleTimeoutMs);
  }

  #end(error: AppError | null): void {
    void this.close();
    this.#parts.ended(this, error);
  }
}
