import { AppError } from '../../../lib/errors.ts';
import type {
  BroadcastPipeline,
  ContributionRequest,
  MediaLink,
  MixedContribution,
} from '../../broadcast/media-gateway.ts';
import type { Logger } from '../../logger.ts';

/** A link that is open or being opened. */
type OpenLink = { readonly fail: (error: AppError) => void };

type Mixer = Pick<BroadcastPipeline, 'mix'>;

/** The links of contributions and their mix, all of which are at the origin. */
export class PooledContributions {
  readonly #logger: Logger;
  readonly #links = new Set<OpenLink>();
  #mixed: readonly MixedContribution[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Mixes at the origin, and at the one after it. @throws AppError as the pipeline does */
  async mix(contributions: readonly MixedContribution[], origin: Promise<Mixer>): Promise<void> {
    this.#mixed = contributions;
    await (await origin).mix(contributions);
  }

  /** Opens a link with `open`, which is given the request to pass on. @throws AppError as `open` does */
  async connect(
    request: ContributionRequest,
    open: (request: ContributionRequest) => Promise<MediaLink>,
  ): Promise<MediaLink> {
    const { listener } = request;
    let isOver = false;
    const end = () => {
      const wasOver = isOver;
      isOver = true;
      this.#links.delete(entry);
      return !wasOver;
    };
    const fail = (error: AppError) => {
      if (end()) listener.failed(error);
    };
    const entry: OpenLink = { fail };
    this.#links.add(entry);
    try {
      const link = await open({ ...request, listener: { ...listener, failed: fail } });
      return {
        sdpAnswer: link.sdpAnswer,
        addCandidate: (candidate) => link.addCandidate(candidate),
        close: () => {
          end();
          return link.close();
        },
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** The origin is another one now, and everybody has to make another link there. */
  originMoved(former: Promise<Mixer>, next: Promise<Mixer>): void {
    const error = new AppError('media-interrupted', 'The show was moved to another media server.');
    for (const { fail } of [...this.#links]) fail(error);
    if (this.#mixed.length === 0) return;
    // The contributions are in the mix as soon as they are there.
    next
      .then((origin) => origin.mix(this.#mixed))
      .catch((fault: unknown) => this.#logger.warn({ err: fault }, 'The mix could not be moved'));
    former.then((edge) => edge.mix([])).catch(() => undefined);
  }
}
