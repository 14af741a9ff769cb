import { type GuestReplies, guestRequestSchemas } from '../../lib/requests/guest-requests.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { participantRoom } from './conversation-requests.ts';
import type { PeerParts, Request } from './peer-connection.ts';
import type { RoleListener } from './role-listener.ts';

type GuestRequestName = keyof GuestReplies;

/** A request about the guests of a show. */
type GuestRequest = Request<GuestRequestName>;

/** Who asks. */
export type GuestPeer = {
  id: string;
  /** The broadcast that they present, or whose guest they are. @throws AppError `not-joined` if they have no such role */
  inRoleOf(...kinds: readonly ('presenter' | 'guest')[]): Broadcast;
  /**
   * Makes them a guest of `broadcast`, if `become` succeeds.
   * @throws AppError `already-joined`, and as `become` does
   */
  enter<Result>(broadcast: Broadcast, become: (listener: RoleListener) => Result): Promise<Result>;
  /** They are no guest from now on. */
  leave(): void;
};

/** Whether a request is about the guests of a show. */
export function isGuestRequest(request: Request): request is GuestRequest {
  return Object.hasOwn(guestRequestSchemas, request.name);
}

/** Answers a request about the guests of a show. @throws AppError */
export async function answerGuestRequest(
  { name, body }: GuestRequest,
  peer: GuestPeer,
  { registry, announcer: { announceTo } }: Pick<PeerParts, 'registry' | 'announcer'>,
): Promise<GuestReplies[GuestRequestName]> {
  const ofPresenter = () => peer.inRoleOf('presenter').guests;
  const ofGuest = () => peer.inRoleOf('guest').guests;
  const ofBoth = () => peer.inRoleOf('presenter', 'guest').guests;
  switch (name) {
    case 'guest:invite':
      return { invitation: ofPresenter().invite(body.name) };
    case 'guest:ask': {
      const { guests, channel } = peer.inRoleOf('presenter');
      const invitation = guests.invite(body.name);
      const { token, expiresAt } = invitation;
      announceTo(participantRoom(channel, body.participant), 'guest:asked', { channel, token, expiresAt });
      return { invitation };
    }
    case 'guest:revoke':
      ofPresenter().revoke(body.id);
      return {};
    case 'guest:decline':
      registry.get(body.channel).guests.decline(body.token);
      return {};
    case 'guest:direct':
      await ofPresenter().direct(body.id, body.action);
      return {};
    case 'guests:arrange':
      ofPresenter().arrange(body);
      return {};
    case 'guests:read':
      return ofBoth().view(peer.id);
    case 'guest:enter': {
      const { channel, token, name } = body;
      const broadcast = registry.get(channel);
      return await peer.enter(broadcast, (listener) => {
        const { guests } = broadcast;
        const entered = guests.enter({ peerId: peer.id, token, name, listener });
        return { ...entered, view: guests.view(peer.id) };
      });
    }
    case 'guest:leave':
      ofGuest().leave(peer.id);
      peer.leave();
      return {};
    case 'guest:report':
      ofGuest().report(peer.id, body);
      return {};
    case 'contribution:send':
      return await ofBoth().send(peer.id, body.sdpOffer);
    case 'contribution:stop':
      ofBoth().stop(peer.id);
      return {};
    case 'contribution:receive':
      return await ofBoth().receive(peer.id, body.from, body.sdpOffer);
    case 'contribution:drop':
      ofBoth().drop(peer.id, body.from);
      return {};
  }
}
