import { AppError } from '../../../lib/errors.ts';
import { contributionLink, receiverLink } from '../../../lib/guests.ts';
import type { Candidate } from '../../../lib/signaling.ts';
import type { Logger } from '../../logger.ts';
import { openingError } from '../broadcast-errors.ts';
import { type Links, linkId } from '../links.ts';
import type { BroadcastPipeline, LinkListener, MediaKind, MediaLink } from '../media-gateway.ts';

/** The events of links that are reported to the peer which they belong to. `link` is a link's name. */
export type ContributionListener = {
  /** The request for the link has passed all checks; the link is being opened. */
  linkAdmitted(link: string): void;
  linkCandidateFound(link: string, candidate: Candidate): void;
  /** The link is gone; another one may be opened. */
  contributionClosed(link: string, error: AppError): void;
};

/** Somebody who takes part, at one peer. */
export type Contributor = { readonly id: string; readonly peerId: string; readonly listener: ContributionListener };

/** The parts of the contributions. */
type ContributionsParts = {
  links: Links;
  logger: Logger;
  /** Called when the media server begins or ceases to receive anything from somebody. */
  sending: (id: string, isSending: boolean) => void;
};

/** A link that is open or being opened. `from` is whose contribution it receives; `null` if it sends one. */
type OpenLink = { readonly contributor: Contributor; readonly name: string; readonly from: string | null };

/** The most that somebody may send, in kbit/s: enough for a picture that is a part of another one. */
export const maxContributionKbps = 1_000;

/** The links over which people who take part send their picture and sound, and receive each other's. */
export class Contributions {
  readonly #parts: ContributionsParts;
  /** By their ids in {@link Links}. */
  readonly #open = new Map<string, OpenLink>();

  constructor(parts: ContributionsParts) {
    this.#parts = parts;
  }

  /**
   * Takes somebody's contribution, in place of the link before.
   * @returns the answer to their offer
   * @throws AppError as MediaGateway does
   */
  send(contributor: Contributor, sdpOffer: string): Promise<MediaLink> {
    const { id } = contributor;
    const flowing = new Set<MediaKind>();
    const link: OpenLink = { contributor, name: contributionLink, from: null };
    return this.#connect(link, (pipeline, listener) =>
      pipeline.connectContribution({
        ...{ name: id, sdpOffer, maxVideoKbps: maxContributionKbps },
        listener: {
          ...listener,
          flowChanged: (kind, isFlowing) => {
            if (isFlowing) flowing.add(kind);
            else flowing.delete(kind);
            if (this.#open.get(linkId(contributor.peerId, contributionLink)) === link) {
              this.#parts.sending(id, flowing.size > 0);
            }
          },
        },
      }),
    );
  }

  /**
   * Sends somebody the contribution of another one, in place of the link before.
   * @returns the answer to their offer
   * @throws AppError as MediaGateway does
   */
  receive(contributor: Contributor, from: string, sdpOffer: string): Promise<MediaLink> {
    return this.#connect({ contributor, name: receiverLink(from), from }, (pipeline, listener) =>
      pipeline.connectReceiver({ name: from, sdpOffer, maxVideoKbps: maxContributionKbps, listener }),
    );
  }

  /** Closes a link by its name; does nothing if there is none. */
  close({ peerId }: Pick<Contributor, 'peerId'>, name: string): void {
    const id = linkId(peerId, name);
    const link = this.#open.get(id);
    if (link === undefined) return;
    this.#open.delete(id);
    this.#parts.links.leave(id);
    if (link.from === null) this.#parts.sending(link.contributor.id, false);
  }

  /** Closes all links of somebody. @returns their names */
  leave({ peerId }: Pick<Contributor, 'peerId'>): string[] {
    const links = [...this.#open.values()].filter(({ contributor }) => contributor.peerId === peerId);
    for (const { contributor, name } of links) this.close(contributor, name);
    return links.map(({ name }) => name);
  }

  /** Closes the links that receive what `mayReceive` no longer allows, and tells who received it. */
  review(mayReceive: (receiver: string, from: string) => boolean): void {
    for (const { contributor, name, from } of [...this.#open.values()]) {
      if (from === null || mayReceive(contributor.id, from)) continue;
      this.close(contributor, name);
      contributor.listener.contributionClosed(name, notOnAir());
    }
  }

  async #connect(
    link: OpenLink,
    open: (pipeline: BroadcastPipeline, listener: LinkListener) => Promise<MediaLink>,
  ): Promise<MediaLink> {
    const { contributor, name } = link;
    const { links, logger } = this.#parts;
    this.close(contributor, name);
    const id = linkId(contributor.peerId, name);
    const isCurrent = () => this.#open.get(id) === link;
    const lost = (error: AppError) => {
      if (!isCurrent()) return;
      this.close(contributor, name);
      contributor.listener.contributionClosed(name, error);
    };
    this.#open.set(id, link);
    contributor.listener.linkAdmitted(name);
    const listener: LinkListener = {
      candidateFound: (candidate) => {
        if (isCurrent()) contributor.listener.linkCandidateFound(name, candidate);
      },
      flowChanged() {},
      // Everybody sends VP8 and Opus where they can; people with only one of the two kinds take part with that.
      unplayable() {},
      failed: (error) => {
        logger.debug({ err: error, link: name }, 'The link of a contribution failed');
        lost(error);
      },
    };
    try {
      return await links.connect({
        peerId: id,
        isViewer: false,
        open: async (opening) => await open(await opening, listener),
        lost,
      });
    } catch (error) {
      if (isCurrent()) this.close(contributor, name);
      throw openingError(error);
    }
  }
}

function notOnAir(): AppError {
  return new AppError('not-joined', 'This person is not on air any more.');
}
