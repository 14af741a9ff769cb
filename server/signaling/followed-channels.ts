import type { PeerRooms } from './peer-connection.ts';
import { channelRoom } from './signaling-announcer.ts';

/** How many channels a socket may follow. A page follows one. */
const maxFollowed = 20;

/** The channels that a peer follows. */
export class FollowedChannels {
  /** Those followed last are at the end. */
  readonly #channels = new Set<string>();

  /** Subscribes to a channel. Beyond the maximum, the oldest subscription ends. */
  follow(channel: string, rooms: PeerRooms): void {
    this.#channels.delete(channel);
    this.#channels.add(channel);
    rooms.join(channelRoom(channel));
    const [oldest] = this.#channels;
    if (oldest === undefined || this.#channels.size <= maxFollowed) return;
    this.#channels.delete(oldest);
    rooms.leave(channelRoom(oldest));
  }
}
