import type { Announcements, IceServer, RequestBody, RequestName } from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { ConnectionTests } from '../broadcast/connection-tests.ts';
import type { Seats } from '../broadcast/seats.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Attendance } from '../conversation/attendance.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import type { Emit } from './signaling-announcer.ts';
import type { SignalingViews } from './signaling-views.ts';

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
  /** Sends an announcement to everyone in a room. */
  announceTo: Emit;
  /** Takes the peer out of a room. */
  leaveRoom(room: string): void;
};

/** The parts of the server that a peer may use. */
export type PeerParts = {
  registry: BroadcastRegistry;
  /** Absent where the server has none. */
  conversations?: Conversations | undefined;
  /** Absent as well there. */
  attendance?: Attendance | null;
  upcoming: UpcomingShows;
  connectionTests: ConnectionTests;
  seats: Seats;
  thumbnails: Thumbnails;
  access: Access;
  views: SignalingViews;
  /** The STUN and TURN servers for the next link of a peer; none by default. */
  iceServers?: (peerId: string) => IceServer[];
  announcer: PeerAnnouncer;
  /** Takes a channel for a new show, where there are several web servers. @throws AppError */
  claim?: ((channel: string) => Promise<void>) | undefined;
};
