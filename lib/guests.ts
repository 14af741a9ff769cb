/*
 * The people who take part in a show beside its presenter, as browser and server both see them. They contribute their
 * picture and sound; the one picture and the one sound of the show are made from them.
 */

/** How many guests there may be at a time, and how many of them on air. */
export const maxGuests = { inAll: 12, onAir: 6 } as const;

/** The most characters that the name of a guest, or of the presenter, may have. */
export const maxGuestNameLength = 40;

/** How long a guest whose connection broke keeps the place, in milliseconds. */
export const guestGraceMs = 60_000;

/** The presenter's id as somebody who contributes; guests have ids of their own. */
export const presenterId = 'presenter';

/** The name of the link over which somebody contributes; see `candidateSchema`. */
export const contributionLink = 'contribution';

/** The name of the link over which somebody receives the contribution of `id`. */
export function receiverLink(id: string): string {
  return `from-${id}`;
}

/**
 * How the pictures are arranged: one alone, two or more side by side, all in a grid, one with the others in its corner,
 * or one with the others in a strip at its side. `auto` suits the number of people, who speaks, and what is shown.
 */
export const arrangements = ['auto', 'large', 'side-by-side', 'grid', 'inset', 'strip'] as const;

/** An arrangement from {@link arrangements}. */
export type Arrangement = (typeof arrangements)[number];

/** The arrangement, and who is its main person: an id, or `null` for the current speaker. */
export type GuestLayout = { arrangement: Arrangement; main: string | null };

/**
 * Where the one picture and the one sound of a show with guests are made: in the presenter's browser, with arrangements
 * and names, or on the media server, in a grid.
 */
export const mixings = ['presenter', 'server'] as const;

/** A place from {@link mixings}. */
export type Mixing = (typeof mixings)[number];

/** Where a guest is: seen by the presenter only, or by everybody. */
type GuestPlace = 'green-room' | 'on-air';

/** What a presenter can do with a guest. */
export const guestActions = ['bring-on', 'take-down', 'mute', 'unmute', 'remove'] as const;

/** An action from {@link guestActions}. */
export type GuestAction = (typeof guestActions)[number];

/** A guest as all who take part see them. */
export type GuestView = {
  id: string;
  name: string;
  place: GuestPlace;
  /** Whether the presenter has muted them. */
  isMuted: boolean;
  /** What they have turned on themselves. */
  cameraOn: boolean;
  microphoneOn: boolean;
  /** False while their page is away; they keep the place for {@link guestGraceMs}. */
  isConnected: boolean;
  /** Whether the media server receives their picture or sound. */
  isSending: boolean;
};

/** An invitation that nobody has used. `expiresAt` is in milliseconds since the epoch. */
export type InvitationView = { id: string; name: string | null; expiresAt: number };

/** An invitation that was declined, by the person to whom it was made. */
export type DeclinedInvitation = { id: string; name: string | null };

/** An invitation with the secret that makes its link. */
export type Invitation = InvitationView & { token: string };

/** A presenter's request to a viewer to come on stage. `expiresAt` is in milliseconds since the epoch. */
export type AskedUp = { channel: string; token: string; expiresAt: number };

/** All who take part, and how the presenter arranges them. */
export type GuestsView = {
  guests: readonly GuestView[];
  presenter: { name: string; isConnected: boolean; isSending: boolean };
  mixing: Mixing;
  /** False while viewers may not see all who are on air, because the media server could not mix them. */
  isMixed: boolean;
  layout: GuestLayout;
  /** The open invitations; for the presenter only. */
  invitations: readonly InvitationView[];
  /** Those that were declined, until the presenter dismisses them; for the presenter only. */
  declined: readonly DeclinedInvitation[];
};

/** The address at which somebody uses an invitation. The token is in the fragment, which is never sent to a server. */
export function guestAddress(origin: string, channel: string, token: string): string {
  return `${origin}/guest/${channel}#${new URLSearchParams({ invitation: token })}`;
}

/** The token in the fragment of such an address; `null` if there is none. */
export function invitationFromHash(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('invitation')?.trim() || null;
}
