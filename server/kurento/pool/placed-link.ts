import type { Candidate } from '../../../lib/signaling.ts';
import type { Selection, Sound } from '../../../lib/tiers.ts';
import type { LinkListener, ViewerFeedback, ViewerLink } from '../../broadcast/media-gateway.ts';

/** A request for a link; see BroadcastPipeline. */
export type LinkOptions = { sdpOffer: string; maxVideoKbps: number; listener: LinkListener };

/** The parts of a viewer's link in a pool. */
export type PlacedLinkParts = {
  link: ViewerLink;
  /** Called around each selection; `prepare` resolves once what is selected is there. */
  prepare: (selection: Selection, sound: Sound) => Promise<void>;
  selected: (selection: Selection) => void;
  /** Called once, when the link begins to close. */
  left: () => void;
};

/** A viewer's link on one of the media servers of a pool. */
export class PlacedLink implements ViewerLink {
  readonly #parts: PlacedLinkParts;
  #selecting: Promise<void> = Promise.resolve();
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

  /** One after the other: the last of several selections counts, however long each has to wait. */
  select(selection: Selection, sound: Sound = 'full'): Promise<void> {
    const selecting = this.#selecting.then(() => this.#select(selection, sound));
    this.#selecting = selecting.catch(() => undefined);
    return selecting;
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

  async #select(selection: Selection, sound: Sound): Promise<void> {
    await this.#parts.prepare(selection, sound);
    await this.#parts.link.select(selection, sound);
    this.#parts.selected(selection);
  }

  async #close(): Promise<void> {
    this.#parts.left();
    await this.#parts.link.close();
  }
}
