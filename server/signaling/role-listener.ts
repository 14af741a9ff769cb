import type { IceServer } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import type { PresenterListener, ViewerListener } from '../broadcast/broadcast-types.ts';
import type { GuestListener } from '../broadcast/guests/guests.ts';
import type { PeerAnnouncer } from './peer-connection.ts';

/** The role of a socket in the domain: none yet, a connection tester, a presenter, a viewer or a guest. */
export type Role = { kind: 'none' } | { kind: 'tester' } | LinkedRole;

/** A presenter, a viewer or a guest. */
export type LinkedRole = { kind: 'presenter' | 'viewer' | 'guest'; broadcast: Broadcast };

/** Receives the events of a peer's links, whatever role they are for. */
export type RoleListener = PresenterListener & ViewerListener & GuestListener;

type RoleListenerParts = {
  announcer: PeerAnnouncer;
  /** Whether the peer still has the role. */
  isCurrent: () => boolean;
  /** The STUN and TURN servers for the link. */
  iceServers: () => IceServer[];
  /** The peer has lost the role with its link. */
  ended: () => void;
};

/** Announces the events of a peer's links to it, for as long as the peer has the role that the link is for. */
export function createRoleListener({ announcer, isCurrent, iceServers, ended }: RoleListenerParts): RoleListener {
  const announce: PeerAnnouncer['announce'] = (event, body) => {
    if (isCurrent()) announcer.announce(event, body);
  };
  const grant = (link?: string) => {
    const granted = iceServers();
    if (granted.length > 0) announce('ice-servers:granted', { iceServers: granted, ...(link && { link }) });
  };
  return {
    admitted: () => grant(),
    linkAdmitted: grant,
    linkCandidateFound: (link, candidate) => announce('candidate:found', { ...candidate, link }),
    contributionClosed: (link, error) => announce('contribution:closed', { link, error: error.toBody() }),
    guestsChanged: (view) => announce('guests:changed', view),
    guestEnded: (error) => {
      if (!isCurrent()) return;
      ended();
      announcer.announce('guest:ended', { error: error.toBody() });
    },
    candidateFound: (candidate) => announce('candidate:found', candidate),
    kindsUnplayable: (unplayable) => announce('link:narrowed', { unplayable }),
    tiersWanted: (tiers) => announce('tiers:wanted', { tiers }),
    moveWanted: () => announce('link:moving', {}),
    ownerLeaves: () => announce('owner:leaving', {}),
    pictureSelected: (sent) => announce('picture:selected', sent),
    closed: (error) => {
      if (!isCurrent()) return;
      ended();
      announcer.announce('link:closed', { error: error.toBody() });
    },
  };
}
