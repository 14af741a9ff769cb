import type { AppError } from '../../../lib/errors.ts';
import {
  contributionLink,
  type GuestAction,
  type GuestsView,
  guestGraceMs,
  type Invitation,
  type Mixing,
  presenterId,
  receiverLink,
} from '../../../lib/guests.ts';
import type { Logger } from '../../logger.ts';
import { notJoined, notLive } from '../broadcast-errors.ts';
import type { Links } from '../links.ts';
import { type ContributionListener, Contributions, type Contributor, maxContributionKbps } from './contributions.ts';
import { guestElsewhere, guestRemoved, guestTooLate, presentedAgain } from './guest-errors.ts';
import { GuestList, type GuestsChange, type SavedGuests } from './guest-list.ts';
import { GuestMix } from './guest-mix.ts';

/** The events that are reported to everybody who takes part. */
export type TakingPartListener = ContributionListener & {
  /** Something about those who take part has changed. */
  guestsChanged(view: GuestsView): void;
};

/** The events that are reported to a guest. */
export type GuestListener = TakingPartListener & {
  /** They are a guest no longer. */
  guestEnded(error: AppError): void;
};

/** The parts of the guests of a show. */
type GuestsParts = {
  channel: string;
  links: Links;
  mixing: Mixing;
  logger: Logger;
  /** Called after every change that has to be kept. */
  changed: () => void;
  saved: SavedGuests | null;
};

type PresentGuest = Contributor & { readonly listener: GuestListener };
type Present = Contributor & { readonly listener: TakingPartListener };

/**
 * The guests of one broadcast: who is invited, who is there, and the links over which they, and the presenter, see and
 * hear each other. What viewers receive is up to the presenter's browser.
 */
export class Guests {
  readonly #parts: GuestsParts;
  readonly #list: GuestList;
  readonly #contributions: Contributions;
  readonly #mix: GuestMix;
  /** The guests who are there, by their ids. */
  readonly #present = new Map<string, PresentGuest>();
  /** The timers of guests who are away. */
  readonly #away = new Map<string, NodeJS.Timeout>();
  #presenter: Present | null = null;
  /** The last presenter, and the links that were closed when they ceased to present. */
  #former: { peerId: string; links: readonly string[] } | null = null;
  #isOver = false;

  constructor(parts: GuestsParts) {
    this.#parts = parts;
    this.#list = new GuestList(parts.saved);
    this.#mix = new GuestMix({ ...parts, list: this.#list, mixedChanged: () => this.#notify() });
    this.#contributions = new Contributions({
      ...parts,
      sending: (id, isSending) => {
        if (this.#list.note(id, { isSending })) this.#notify();
      },
    });
    for (const id of this.#list.ids) this.#awaitReturn(id);
  }

  /** What to keep of them; `null` if there is nothing. */
  save(): SavedGuests | null {
    return this.#list.save();
  }

  /** What somebody who takes part sees. @throws AppError `not-joined` */
  view(peerId: string): GuestsView {
    return this.#viewOf(this.#require(peerId).id);
  }

  /**
   * Makes an invitation for one person, which its token lets in, wherever it is sent: as a link, or to the socket of a
   * viewer who is asked up. `name` is only a suggestion.
   * @throws AppError `guests-full`
   */
  invite(name: string | null): Invitation {
    const invitation = this.#list.invite(name);
    this.#changed();
    return invitation;
  }

  /** The person with this token declines the invitation; does nothing if it was used or withdrawn. */
  decline(token: string): void {
    if (this.#list.decline(token)) this.#changed();
  }

  /** Withdraws an invitation; does nothing if it was used. */
  revoke(id: string): void {
    this.#list.revoke(id);
    this.#changed();
  }

  /**
   * @throws AppError `bad-request` if the guest is gone, `guests-full` if no more can be on air, and as
   * {@link BroadcastPipeline.mix} does where the media server mixes; a guest who was to come on air then stays in the
   * green room
   */
  async direct(id: string, action: GuestAction): Promise<void> {
    if (action === 'bring-on') {
      await this.#mix.bringOn(id, () => this.#direct(id, action));
      return;
    }
    this.#direct(id, action);
    await this.#mix.follow();
  }

  /** Changes the arrangement or the presenter's name; what is left out stays. */
  arrange(change: GuestsChange): void {
    this.#list.arrange(change);
    this.#changed();
  }

  /**
   * Lets a guest in. A former page of the same guest is notified that they are elsewhere now.
   * @throws AppError `not-live`, `invitation-used`, `invitation-expired`
   */
  enter(guest: { peerId: string; token: string; name: string; listener: GuestListener }): { id: string; pass: string } {
    if (this.#isOver) throw notLive(this.#parts.channel);
    const { peerId, listener } = guest;
    const entered = this.#list.enter(guest.token, guest.name);
    const { id } = entered;
    clearTimeout(this.#away.get(id));
    this.#away.delete(id);
    const former = this.#present.get(id);
    this.#present.delete(id);
    if (former !== undefined) this.#contributions.leave(former);
    if (former !== undefined && former.peerId !== peerId) former.listener.guestEnded(guestElsewhere());
    this.#present.set(id, { id, peerId, listener });
    this.#list.note(id, { isConnected: true });
    this.#parts.logger.info({ guestId: id }, former === undefined ? 'A guest is there' : 'A guest is there again');
    this.#changed();
    if (this.#list.isOnAir(id)) this.#mix.readmit(id, () => this.#direct(id, 'take-down'));
    return entered;
  }

  /** A guest reports what they have turned on. @throws AppError `not-joined` */
  report(peerId: string, on: { cameraOn: boolean; microphoneOn: boolean }): void {
    if (this.#list.note(this.#requireGuest(peerId).id, on)) this.#notify();
  }

  /** A guest leaves for good. @throws AppError `not-joined` */
  leave(peerId: string): void {
    const { id } = this.#requireGuest(peerId);
    this.#list.direct(id, 'remove');
    this.#dismiss(id, null);
    this.#changed();
    this.#mix.followSoon();
  }

  /** The peer of a guest is gone; the guest may come back. Does nothing if it is no guest's. */
  gone(peerId: string): void {
    const guest = [...this.#present.values()].find((present) => present.peerId === peerId);
    if (guest === undefined) return;
    this.#present.delete(guest.id);
    this.#contributions.leave(guest);
    this.#list.note(guest.id, { isConnected: false, isSending: false });
    this.#awaitReturn(guest.id);
    this.#notify();
    if (this.#list.isOnAir(guest.id)) this.#mix.followSoon();
  }

  /** Somebody presents, who sees the guests from now on. */
  presenterCame(peerId: string, listener: TakingPartListener): void {
    this.#presenter = { id: presenterId, peerId, listener };
    this.#list.note(presenterId, { isConnected: true });
    this.#notify();
    // A presenter who presents again over the same socket does not know that these are gone.
    const gone = this.#former?.peerId === peerId ? this.#former.links : [];
    this.#former = null;
    for (const link of gone) listener.contributionClosed(link, presentedAgain());
    // The media server may be another one.
    this.#mix.followSoon();
  }

  /** Nobody presents now. The guests stay. */
  presenterGone(): void {
    if (this.#presenter === null) return;
    const { peerId } = this.#presenter;
    this.#former = { peerId, links: this.#contributions.leave(this.#presenter) };
    this.#presenter = null;
    this.#list.note(presenterId, { isConnected: false, isSending: false });
    this.#notify();
  }

  /**
   * Takes the contribution of the presenter or a guest.
   * @throws AppError `not-joined`, and as MediaGateway does
   */
  async send(peerId: string, sdpOffer: string): Promise<{ sdpAnswer: string; maxVideoKbps: number }> {
    const { sdpAnswer } = await this.#contributions.send(this.#require(peerId), sdpOffer);
    return { sdpAnswer, maxVideoKbps: maxContributionKbps };
  }

  /** Takes it no longer. @throws AppError `not-joined` */
  stop(peerId: string): void {
    this.#contributions.close(this.#require(peerId), contributionLink);
  }

  /**
   * Sends somebody the contribution of another one.
   * @throws AppError `not-joined` also if that one is not on air, and as MediaGateway does
   */
  async receive(peerId: string, from: string, sdpOffer: string): Promise<{ sdpAnswer: string }> {
    const receiver = this.#require(peerId);
    if (!this.#list.mayReceive(receiver.id, from)) throw notJoined();
    const { sdpAnswer } = await this.#contributions.receive(receiver, from, sdpOffer);
    return { sdpAnswer };
  }

  /** Sends it no longer. @throws AppError `not-joined` */
  drop(peerId: string, from: string): void {
    this.#contributions.close(this.#require(peerId), receiverLink(from));
  }

  /** The show goes on elsewhere, or is over, for `error`: nobody is a guest here from now on. */
  close(error: AppError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.presenterGone();
    this.#mix.close();
    for (const timer of this.#away.values()) clearTimeout(timer);
    for (const id of this.#list.ids) this.#dismiss(id, error);
  }

  #direct(id: string, action: GuestAction): void {
    this.#list.direct(id, action);
    this.#mix.directed(id, action);
    if (action === 'remove') this.#dismiss(id, guestRemoved());
    this.#contributions.review((receiver, from) => this.#list.mayReceive(receiver, from));
    this.#changed();
  }

  #viewOf(id: string): GuestsView {
    return { ...this.#list.view(id), mixing: this.#parts.mixing, isMixed: this.#mix.isMixed };
  }

  /** @param error why, for the guest; `null` if they know */
  #dismiss(id: string, error: AppError | null): void {
    clearTimeout(this.#away.get(id));
    this.#away.delete(id);
    const guest = this.#present.get(id);
    this.#present.delete(id);
    if (guest !== undefined) this.#contributions.leave(guest);
    if (error !== null) guest?.listener.guestEnded(error);
    if (!this.#isOver)
      void this.#parts.links.pipeline?.then((pipeline) => pipeline.releaseContribution(id)).catch(() => {});
  }

  #awaitReturn(id: string): void {
    const expire = () => {
      this.#list.direct(id, 'remove');
      this.#dismiss(id, guestTooLate());
      this.#parts.logger.info({ guestId: id }, 'A guest was away for too long');
      this.#changed();
      this.#mix.followSoon();
    };
    this.#away.set(id, setTimeout(expire, guestGraceMs));
  }

  #require(peerId: string): Present {
    if (this.#presenter?.peerId === peerId) return this.#presenter;
    return this.#requireGuest(peerId);
  }

  #requireGuest(peerId: string): PresentGuest {
    const guest = [...this.#present.values()].find((present) => present.peerId === peerId);
    if (guest === undefined) throw notJoined();
    return guest;
  }

  #changed(): void {
    this.#notify();
    this.#parts.changed();
  }

  #notify(): void {
    if (this.#isOver) return;
    const all: Present[] = [...this.#present.values()];
    if (this.#presenter !== null) all.push(this.#presenter);
    for (const { id, listener } of all) listener.guestsChanged(this.#viewOf(id));
  }
}
