import type { Cluster } from '../cluster/cluster.ts';
import type { MessageOf } from '../cluster/messages.ts';
import type { Logger } from '../logger.ts';
import { answerRequest } from './answer-request.ts';
import type { PeerAnnouncer, PeerConnection, PeerParts, Request } from './peer-connection.ts';
import type { Locate } from './peer-router.ts';
import { SignalingPeer } from './signaling-peer.ts';

/** The parts of the peers whose sockets are at other web servers. */
type RemoteParts = {
  cluster: Cluster;
  locate: Locate;
  peer: Omit<PeerParts, 'announcer'>;
  announceTo: PeerAnnouncer['announceTo'];
  logger: Logger;
};

type RemotePeer = { readonly at: string; readonly peer: SignalingPeer; turn: Promise<unknown> };

/**
 * The peers whose sockets are at other web servers, and whose roles are here. Each is an ordinary peer: its requests
 * come, and its announcements go, by the messages between web servers.
 */
export class RemotePeers {
  readonly #parts: RemoteParts;
  readonly #peers = new Map<string, RemotePeer>();
  readonly #stops: (() => void)[];

  constructor(parts: RemoteParts) {
    const { messenger, membership } = parts.cluster;
    this.#parts = parts;
    this.#stops = [
      messenger.follow((message) => {
        if (message.type === 'request') void this.#answer(message);
        if (message.type === 'peer-gone') this.#depart(message.peerId);
      }),
      membership.follow({
        rosterChanged: ({ left }) => {
          for (const [peerId, { at }] of this.#peers) {
            if (!left.includes(at)) continue;
            this.#depart(peerId);
            // It may only have been unable to reach Redis.
            messenger.post(at, { type: 'peer-dropped', peerId });
          }
        },
      }),
    ];
  }

  get peers(): SignalingPeer[] {
    return [...this.#peers.values()].map(({ peer }) => peer);
  }

  /** All of them leave. */
  close(): void {
    for (const stop of this.#stops) stop();
    for (const peerId of [...this.#peers.keys()]) this.#depart(peerId);
  }

  async #answer({ from, id, visitor, name, body }: MessageOf<'request'>): Promise<void> {
    const { cluster, logger } = this.#parts;
    const remote = this.#peerOf(from, visitor.peerId);
    // The sender has checked the request against the contract.
    const request = { name, body } as Request;
    const allowed = remote.turn.then(() => this.#owns(request));
    remote.turn = allowed;
    const isAllowed = (await allowed) && this.#peers.get(visitor.peerId) === remote;
    const reply = isAllowed
      ? await answerRequest(name, logger, () => remote.peer.handle(request, this.#connection(from, visitor)))
      : null;
    cluster.messenger.post(from, { type: 'answer', id, reply });
  }

  /**
   * A request may have waited here while this process was stopped, and the channel has another owner by now. Where this
   * one is about to go on with a show, it waits until the show is there.
   */
  async #owns({ body }: Request): Promise<boolean> {
    const { cluster, locate } = this.#parts;
    const { membership } = cluster;
    if (!('channel' in body)) return true;
    if (!(await membership.confirm(body.channel))) return false;
    return (await locate(body.channel).catch(() => null)) === membership.id;
  }

  #peerOf(at: string, peerId: string): RemotePeer {
    const present = this.#peers.get(peerId);
    if (present?.at === at) return present;
    if (present !== undefined) this.#depart(peerId);
    const peer = new SignalingPeer(peerId, { ...this.#parts.peer, announcer: this.#announcer(at, peerId) });
    const remote = { at, peer, turn: Promise.resolve() };
    this.#peers.set(peerId, remote);
    return remote;
  }

  #announcer(at: string, peerId: string): PeerAnnouncer {
    const { messenger } = this.#parts.cluster;
    return {
      announce: (event, body) => messenger.post(at, { type: 'announcement', peerId, event, body }),
      announceTo: this.#parts.announceTo,
      leaveRoom: (room) => messenger.post(at, { type: 'room-left', peerId, room }),
    };
  }

  #connection(at: string, { peerId, address }: MessageOf<'request'>['visitor']): PeerConnection {
    const { messenger } = this.#parts.cluster;
    return {
      visitor: { address, session: peerId },
      rooms: {
        join: (room) => messenger.post(at, { type: 'room-joined', peerId, room }),
        leave: (room) => messenger.post(at, { type: 'room-left', peerId, room }),
      },
    };
  }

  #depart(peerId: string): void {
    const remote = this.#peers.get(peerId);
    this.#peers.delete(peerId);
    remote?.peer.leave();
  }
}
