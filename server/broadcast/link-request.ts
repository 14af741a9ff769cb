import type { AppError } from '../../lib/errors.ts';
import type { BroadcastPipeline, MediaLink } from './media-gateway.ts';

/** A request for a link. */
export type LinkRequest<Link extends MediaLink> = {
  peerId: string;
  /** Whether the link is a viewer's, who are counted. */
  isViewer: boolean;
  /**
   * Opens the link on a pipeline that may still be opening. Called as soon as there is one (immediately if there is one
   * now), and again for the next pipeline if this one fails to open.
   */
  open: (pipeline: Promise<BroadcastPipeline>) => Promise<Link>;
  /** The pipeline is gone, and the link with it. */
  lost: (error: AppError) => void;
  /** The link goes on without us, for a while; its peer is to make another one at the next owner of the show. */
  left?: (() => void) | undefined;
};
