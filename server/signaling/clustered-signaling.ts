import type { Server } from 'socket.io';
import type { Announcements } from '../../lib/signaling.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterMessage } from '../cluster/messages.ts';
import type { Logger } from '../logger.ts';
import type { PeerConnection, PeerParts, Request } from './peer-connection.ts';
import { type Locate, PeerRouter } from './peer-router.ts';
import { RemotePeers } from './remote-peers.ts';
import { channelRoom, type Emit, lobbyRoom, presenterRoom } from './signaling-announcer.ts';
import type { SignalingPeer } from './signaling-peer.ts';

/** What signalling needs where there are several web servers. */
export type ClusterParts = {
  cluster: Cluster;
  locate: Locate;
  /** Takes a channel for a new show. @throws AppError `channel-taken`, `cluster-unavailable` */
  claim: (channel: string) => Promise<void>;
};

type ClusteredParts = ClusterParts &
  Omit<PeerParts, 'announcer' | 'claim'> & {
    io: Server;
    /** Sends to those in a room whose sockets are here. */
    emit: Emit;
    logger: Logger;
  };

/** The part of signalling that concerns other web servers: their sockets' peers here, and this one's peers there. */
export class ClusteredSignaling {
  readonly #parts: ClusteredParts;
  readonly #routers = new Map<string, PeerRouter>();
  readonly #remote: RemotePeers;
  readonly #stops: (() => void)[];

  constructor(parts: ClusteredParts) {
    const { cluster, locate, claim, logger, io } = parts;
    this.#parts = parts;
    this.#remote = new RemotePeers({ cluster, locate, peer: { ...parts, claim }, announceTo: this.emit, logger });
    this.#stops = [
      cluster.messenger.follow((message) => this.#receive(message)),
      cluster.membership.follow({
        rosterChanged: ({ left }) => {
          const lost = [...this.#routers].filter(([, router]) => left.some((id) => router.knows(id)));
          // Pages connect again at once, and know nothing of a role: as after a restart of the server.
          for (const [peerId] of lost) io.in(peerId).disconnectSockets(true);
        },
        leaseLost: (channel) => {
          for (const room of [channelRoom(channel), presenterRoom(channel)]) io.in(room).disconnectSockets(true);
          this.emit(lobbyRoom, 'lobby:changed', parts.views.lobby());
        },
        redisBack: () => this.#announceAll(),
      }),
    ];
  }

  /** The peers with a role here whose sockets are elsewhere. */
  get peers(): SignalingPeer[] {
    return this.#remote.peers;
  }

  /** Sends to everyone in a room, wherever their sockets are. */
  readonly emit: Emit = (room, event, body) => {
    const { cluster, emit, views } = this.#parts;
    emit(room, event, body);
    if (room === lobbyRoom) cluster.lobby.publish(views.ownBroadcasts());
    // Every web server knows the announced shows, and tells the sockets that it has. For the rest, there may always be
    // one that joined since the last heartbeat.
    else if (event !== 'upcoming:changed') cluster.messenger.post('everyone', { type: 'room', room, event, body });
  };

  /** What handles the requests of a socket here; `local` is its peer for what this web server does itself. */
  handlerFor(peerId: string, local: SignalingPeer): (request: Request, from: PeerConnection) => Promise<unknown> {
    const router = this.#routers.get(peerId) ?? new PeerRouter({ ...this.#parts, peerId, local });
    this.#routers.set(peerId, router);
    return (request, from) => router.handle(request, from);
  }

  /** A socket here is gone for good. */
  departed(peerId: string): void {
    this.#routers.get(peerId)?.gone();
    this.#routers.delete(peerId);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#remote.close();
  }

  #receive(message: ClusterMessage): void {
    const { io, emit } = this.#parts;
    if (message.type === 'announcement') emitAny(emit, message.peerId, message);
    else if (message.type === 'room') emitAny(emit, message.room, message);
    else if (message.type === 'peer-dropped') io.in(message.peerId).disconnectSockets(true);
    else if (message.type === 'room-joined') io.in(message.peerId).socketsJoin(message.room);
    else if (message.type === 'room-left') io.in(message.peerId).socketsLeave(message.room);
  }

  /** Others may have missed what was announced while Redis was away. */
  #announceAll(): void {
    const { registry, views } = this.#parts;
    for (const channel of registry.channels) {
      const { broadcast } = registry.view(channel);
      const seen = broadcast && views.ofViewer(broadcast);
      this.emit(channelRoom(channel), 'broadcast:changed', { channel, broadcast: seen });
      this.emit(presenterRoom(channel), 'broadcast:changed', { channel, broadcast });
    }
    this.#parts.emit(lobbyRoom, 'lobby:changed', views.lobby());
  }
}

/** The event and its body were paired by the announcer of another web server. */
function emitAny(emit: Emit, room: string, { event, body }: { event: string; body: unknown }): void {
  emit(room, event as keyof Announcements, body as Announcements[keyof Announcements]);
}
