import { AppError } from '../../../lib/errors.ts';
import type { ContributionRequest, MediaLink } from '../../broadcast/media-gateway.ts';

/** A link that is open or being opened. */
type OpenLink = { readonly fail: (error: AppError) => void };

/** The links of contributions, all of which are at the origin. */
export class PooledContributions {
  readonly #links = new Set<OpenLink>();

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
  originMoved(): void {
    const error = new AppError('media-interrupted', 'The show was moved to another media server.');
    for (const { fail } of [...this.#links]) fail(error);
  }
}
