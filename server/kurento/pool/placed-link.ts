import type { Candidate } from '../../../lib/signaling.ts';
import type { Selection } from '../../../lib/tiers.ts';
import type { ViewerFeedback, ViewerLink } from '../../broadcast/media-gateway.ts';

/** The parts of a viewer's link in a pool. */
export type PlacedLinkParts = {
  link: ViewerLink;
  /** Called once, when the link begins to close. */
  left: () => void;
};

/** A viewer's link on one of the media servers of a pool. */
export class PlacedLink implements ViewerLink {
  readonly #parts: PlacedLinkParts;
  #closing: Promise<void> | undefined;

  constructor(parts: PlacedLinkParts) {
    this.#parts = parts;
  }

  get sdpAnswer(): string {
    return this.#parts.link.sdpAnswer;
  }

  addCandidate(candidate: Candidate): Promise<void> {
    return this.#parts.link.addCandidate(candidate);
  }

  select(selection: Selection): Promise<void> {
    return this.#parts.link.select(selection);
  }

  feedback(): Promise<ViewerFeedback> {
    return this.#parts.link.feedback();
  }

  probe(kbps: number): Promise<boolean> {
    return this.#parts.link.probe(kbps);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#parts.left();
    await this.#parts.link.close();
  }
}
