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
import type { KurentoPipeline } from '../kurento-pipeline.ts';
import { PlacedLink } from './placed-link.ts';
import type { PoolMember } from './pool-member.ts';

/** The parts of a pipeline in a pool. */
export type PooledPipelineParts = {
  /** The media server to which the presenter sends. */
  member: PoolMember;
  /** The origin, in the list of that media server. */
  site: PoolSiteView;
  origin: KurentoPipeline;
  /** Called when the origin is lost. */
  failed: (error: AppError) => void;
  /** Called when the pipeline begins to close. */
  left: (pipeline: PooledPipeline) => void;
};

type LinkOptions = { sdpOffer: string; maxVideoKbps: number; listener: LinkListener };

/** The pipeline of one broadcast on the media servers of a pool. */
export class PooledPipeline implements BroadcastPipeline {
  readonly #parts: PooledPipelineParts;
  #closing: Promise<void> | undefined;

  constructor(parts: PooledPipelineParts) {
    this.#parts = parts;
  }

  connectPresenter(options: LinkOptions): Promise<PresenterLink> {
    return this.#parts.origin.connectPresenter(options);
  }

  connectTier(options: LinkOptions & { tier: LowerTier }): Promise<MediaLink> {
    return this.#parts.origin.connectTier(options);
  }

  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    const { site, origin } = this.#parts;
    const left = () => {
      site.viewers -= 1;
    };
    site.viewers += 1;
    try {
      return new PlacedLink({ link: await origin.connectViewer(options), left });
    } catch (error) {
      left();
      throw error;
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
    if (this.#closing === undefined && member === this.#parts.member) this.#parts.failed(error);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { member, site, origin, left } = this.#parts;
    left(this);
    member.sites.delete(site);
    await origin.close();
  }
}

/** Whether another media server may succeed where one failed with `error`. */
export function isFaultOfServer(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'media-server-unavailable' || error.code === 'media-failed');
}
