import type { PeerRooms } from './peer-connection.ts';

/** How many channels a socket may follow. A page follows one. */
const maxFollowed = 20;

/** The rooms of the channels that a peer follows. */
export class FollowedRooms {
  /** Those joined last are at the end. */
  readonly #rooms = new Set<string>();

  /** Joins the room of a channel. Beyond the maximum, the oldest one is left. */
  join(room: string, rooms: PeerRooms): void {
    this.#rooms.delete(room);
    this.#rooms.add(room);
    rooms.join(room);
    const [oldest] = this.#rooms;
    if (oldest === undefined || this.#rooms.size <= maxFollowed) return;
    this.#rooms.delete(oldest);
    rooms.leave(oldest);
  }
}
