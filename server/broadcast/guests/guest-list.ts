import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  arrangements,
  type DeclinedInvitation,
  type GuestAction,
  type GuestLayout,
  type GuestsView,
  type GuestView,
  type Invitation,
  maxGuests,
  presenterId,
} from '../../../lib/guests.ts';
import type { RequestBody } from '../../../lib/signaling.ts';
import type { MixedContribution } from '../media-gateway.ts';
import { airFull, guestsFull, invitationExpired, invitationUsed, noSuchGuest } from './guest-errors.ts';

/** What is kept of the guests of a show, so that they survive a restart of the server. */
export const savedGuestsSchema = z.object({
  guests: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      place: z.enum(['green-room', 'on-air']),
      isMuted: z.boolean(),
      /** The hash of the pass with which they may come back. */
      passHash: z.string(),
    }),
  ),
  invitations: z.array(
    z.object({ id: z.string(), name: z.string().nullable(), expiresAt: z.number(), tokenHash: z.string() }),
  ),
  /** The hashes of the invitations that were used. */
  used: z.array(z.string()),
  layout: z.object({ arrangement: z.enum(arrangements), main: z.string().nullable() }),
  presenterName: z.string(),
});

/** What is kept of the guests of a show. */
export type SavedGuests = z.output<typeof savedGuestsSchema>;

type KeptGuest = SavedGuests['guests'][number];

/** A guest, with what is known as long as the server runs. */
type Guest = KeptGuest & { cameraOn: boolean; microphoneOn: boolean; isConnected: boolean; isSending: boolean };

/** What is known of a guest as long as the server runs. */
export type GuestStatus = Pick<GuestView, 'cameraOn' | 'microphoneOn' | 'isConnected' | 'isSending'>;

/** A change of the arrangement, or of the presenter's name; what is left out stays. */
export type GuestsChange = RequestBody<'guests:arrange'>;

/** How long an invitation can be used, in milliseconds. */
const invitationLifetimeMs = 24 * 3_600_000;
/** This many used invitations are distinguished from unknown ones; the oldest are forgotten first. */
const mostUsed = 200;

const away: GuestStatus = { cameraOn: true, microphoneOn: true, isConnected: false, isSending: false };

/** Who takes part in a show, who is invited, and how they are arranged: the rules, without links and without timers. */
export class GuestList {
  readonly #now: () => number;
  readonly #guests = new Map<string, Guest>();
  #invitations: SavedGuests['invitations'] = [];
  /** Known as long as the server runs. */
  #declined: DeclinedInvitation[] = [];
  #used: string[] = [];
  #layout: GuestLayout = { arrangement: 'auto', main: null };
  #presenter = { name: '', isConnected: false, isSending: false };

  /** @param now the time in milliseconds since the epoch */
  constructor(saved: SavedGuests | null, now: () => number = Date.now) {
    this.#now = now;
    if (saved === null) return;
    for (const guest of saved.guests) this.#guests.set(guest.id, { ...guest, ...away });
    this.#invitations = [...saved.invitations];
    this.#used = [...saved.used];
    this.#layout = saved.layout;
    this.#presenter.name = saved.presenterName;
  }

  /** The ids of all guests. */
  get ids(): string[] {
    return [...this.#guests.keys()];
  }

  /** @throws AppError `guests-full` */
  invite(name: string | null): Invitation {
    this.#dropExpired();
    if (this.#guests.size + this.#invitations.length >= maxGuests.inAll) throw guestsFull();
    const token = randomBytes(24).toString('base64url');
    const invitation = { id: newId(), name, expiresAt: this.#now() + invitationLifetimeMs };
    this.#invitations.push({ ...invitation, tokenHash: hashOf(token) });
    return { ...invitation, token };
  }

  /** Withdraws an invitation, or forgets that it was declined; does nothing if there is none. */
  revoke(id: string): void {
    this.#invitations = this.#invitations.filter((invitation) => invitation.id !== id);
    this.#declined = this.#declined.filter((invitation) => invitation.id !== id);
  }

  /** The person with the token of an invitation does not want to come. Returns whether there was such an invitation. */
  decline(token: string): boolean {
    const hash = hashOf(token);
    const invitation = this.#invitations.find(({ tokenHash }) => tokenHash === hash);
    if (invitation === undefined) return false;
    const { id, name } = invitation;
    this.revoke(id);
    // Only the last answer of a person counts, as far as names tell people apart.
    const others = this.#declined.filter((before) => before.name !== name);
    this.#declined = [...others, { id, name }].slice(-maxGuests.inAll);
    return true;
  }

  /**
   * Lets somebody in: a new guest with the token of an invitation, or one who has a pass.
   * @returns the guest's id, and the pass, which is a new one for a new guest
   * @throws AppError `invitation-used`, `invitation-expired`
   */
  enter(token: string, name: string): { id: string; pass: string } {
    this.#dropExpired();
    const hash = hashOf(token);
    for (const guest of this.#guests.values()) {
      if (guest.passHash !== hash) continue;
      guest.name = name;
      return { id: guest.id, pass: token };
    }
    const invitation = this.#invitations.find(({ tokenHash }) => tokenHash === hash);
    if (invitation === undefined) throw this.#used.includes(hash) ? invitationUsed() : invitationExpired();
    this.revoke(invitation.id);
    this.#used = [...this.#used, hash].slice(-mostUsed);
    const [id, pass] = [newId(), randomBytes(24).toString('base64url')];
    this.#guests.set(id, { id, name, place: 'green-room', isMuted: false, passHash: hashOf(pass), ...away });
    return { id, pass };
  }

  /** Notes something about a guest, or about the presenter; does nothing if they are gone. Returns whether it is new. */
  note(id: string, status: Partial<GuestStatus>): boolean {
    const person = id === presenterId ? this.#presenter : this.#guests.get(id);
    if (person === undefined) return false;
    const before = JSON.stringify(person);
    Object.assign(person, status);
    return JSON.stringify(person) !== before;
  }

  /** @throws AppError `bad-request` if the guest is gone, `guests-full` if there is no room on air for them */
  requireRoom(id: string): void {
    const guest = this.#guests.get(id);
    if (guest === undefined) throw noSuchGuest();
    const onAir = [...this.#guests.values()].filter(({ place }) => place === 'on-air');
    if (guest.place !== 'on-air' && onAir.length >= maxGuests.onAir) throw airFull();
  }

  /** @throws AppError `bad-request` if the guest is gone, `guests-full` if no more can be on air */
  direct(id: string, action: GuestAction): void {
    const guest = this.#guests.get(id);
    if (guest === undefined) throw noSuchGuest();
    switch (action) {
      case 'bring-on':
        this.requireRoom(id);
        guest.place = 'on-air';
        break;
      case 'take-down':
        guest.place = 'green-room';
        break;
      case 'mute':
      case 'unmute':
        guest.isMuted = action === 'mute';
        break;
      case 'remove':
        this.#guests.delete(id);
    }
    const { main } = this.#layout;
    if (main !== null && !this.isOnAir(main)) this.#layout = { ...this.#layout, main: null };
  }

  /** Changes the arrangement or the presenter's name; what is left out stays. */
  arrange({ presenterName, ...layout }: GuestsChange): void {
    const { arrangement = this.#layout.arrangement, main = this.#layout.main } = layout;
    this.#layout = { arrangement, main: main !== null && this.isOnAir(main) ? main : null };
    if (presenterName !== undefined) this.#presenter.name = presenterName;
  }

  /** Whether everybody sees this person: a guest who is on air, or the presenter. */
  isOnAir(id: string): boolean {
    return id === presenterId || this.#guests.get(id)?.place === 'on-air';
  }

  /** Whether somebody may receive the contribution of another one. Nobody receives their own. */
  mayReceive(receiver: string, from: string): boolean {
    if (receiver === from) return false;
    return this.isOnAir(from) || (receiver === presenterId && this.#guests.has(from));
  }

  /**
   * The contributions that a media server has to mix with the presenter's media: of those who are on air and not away,
   * whose last picture would stand still.
   * @param comingOn a guest who is mixed before everybody is shown that they are on air; `null` for none
   */
  mixWith(comingOn: string | null): MixedContribution[] {
    const mixed = [...this.#guests.values()].filter(
      ({ id, place, isConnected }) => isConnected && (place === 'on-air' || id === comingOn),
    );
    return mixed.map(({ id, isMuted }) => ({ name: id, isMuted }));
  }

  /** What the presenter sees, or a guest. */
  view(viewer: string): Omit<GuestsView, 'mixing' | 'isMixed'> {
    const guests = [...this.#guests.values()].map(({ passHash: _, ...guest }) => guest);
    const isPresenter = viewer === presenterId;
    if (isPresenter) this.#dropExpired();
    return {
      guests: guests.filter(({ id }) => isPresenter || id === viewer || this.isOnAir(id)),
      presenter: { ...this.#presenter },
      layout: this.#layout,
      invitations: isPresenter ? this.#invitations.map(({ tokenHash: _, ...invitation }) => invitation) : [],
      declined: isPresenter ? this.#declined : [],
    };
  }

  /** What to keep; `null` if there is nothing. */
  save(): SavedGuests | null {
    if (this.#guests.size === 0 && this.#invitations.length === 0 && this.#used.length === 0) return null;
    return {
      guests: [...this.#guests.values()].map(({ id, name, place, isMuted, passHash }) => {
        return { id, name, place, isMuted, passHash };
      }),
      invitations: this.#invitations,
      used: this.#used,
      layout: this.#layout,
      presenterName: this.#presenter.name,
    };
  }

  #dropExpired(): void {
    this.#invitations = this.#invitations.filter(({ expiresAt }) => expiresAt > this.#now());
  }
}

/** Only hashes are kept: what is on the disk lets nobody in. The texts are random, so one round is enough. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function newId(): string {
  return randomBytes(6).toString('base64url');
}
