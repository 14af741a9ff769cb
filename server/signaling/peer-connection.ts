import type { Announcements, RequestBody, RequestName } from '../../lib/signaling.ts';
import type { Visitor } from '../gates/rate-limits.ts';

/** A request whose body matches its name. */
export type Request<Name extends RequestName = RequestName> = {
  [Each in Name]: { name: Each; body: RequestBody<Each> };
}[Name];

/** The rooms whose announcements a peer receives, in addition to those for itself. */
export type PeerRooms = { join: (room: string) => void; leave: (room: string) => void };

/** The connection over which a request came. */
export type PeerConnection = { readonly visitor: Visitor; readonly rooms: PeerRooms };

/** Sends announcements to a peer, whatever happens to its socket. */
export type PeerAnnouncer = {
  announce<Name extends keyof Announcements>(event: Name, body: Announcements[Name]): void;
  /** Takes the peer out of a room. */
  leaveRoom(room: string): void;
};
