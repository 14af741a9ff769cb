import { AppError } from '../../lib/errors.ts';
import { conversationRequestSchemas } from '../../lib/requests/conversation-requests.ts';
import type { Reply, RequestName } from '../../lib/signaling.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { PeerConnection, Request } from './peer-connection.ts';
import type { SignalingPeer } from './signaling-peer.ts';

/** Finds the web server that owns a channel; see channel-owners.ts. @throws AppError `cluster-unavailable` */
export type Locate = (channel: string) => Promise<string>;

/** The parts of a router. */
type RouterParts = {
  peerId: string;
  /** The peer for what this web server does itself. */
  local: SignalingPeer;
  cluster: Cluster;
  locate: Locate;
};

/** Requests for a channel that are answered by its owner; the first ones give the peer a role there. */
const roleRequests: ReadonlySet<RequestName> = new Set<RequestName>([
  'broadcast:start',
  'broadcast:resume',
  'viewer:join',
  'guest:enter',
  'line:wait',
]);
const channelRequests: ReadonlySet<RequestName> = new Set<RequestName>([
  ...roleRequests,
  'channel:follow',
  'resume:check',
  'show:announce',
  'passcode:set',
  'passcode:read',
  'guest:decline',
  ...(Object.keys(conversationRequestSchemas) as RequestName[]),
]);
/** Requests that any web server answers itself. */
const localRequests: ReadonlySet<RequestName> = new Set<RequestName>([
  'clock:read',
  'lobby:follow',
  'key:check',
  'keys:list',
  'keys:make',
  'keys:revoke',
  'channel:enter',
  'show:withdraw',
]);

/**
 * Sends the requests of one socket to the web server that they concern: those for a channel to its owner, and those that
 * name no channel to where the peer has its role. They stay in their order.
 */
export class PeerRouter {
  readonly #parts: RouterParts;
  /** The web servers that know this peer. */
  readonly #known = new Set<string>();
  /** The web server where the peer has its role, or had the last one. */
  #home: string;
  #routing: Promise<unknown> = Promise.resolve();
  #isGone = false;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#home = parts.cluster.membership.id;
  }

  /** @throws AppError as the peer does, and `cluster-unavailable` */
  async handle(request: Request, connection: PeerConnection): Promise<unknown> {
    const placing = this.#routing.then(() => this.#placeOf(request));
    this.#routing = placing.catch(() => undefined);
    const place = await placing;
    // A peer that is gone by now would otherwise keep a role that nobody takes from it.
    if (this.#isGone) throw unavailable();
    const answer = await this.#ask(place, request, connection);
    if (answer !== null) return answer.data;
    // The channel has got another owner in this moment.
    const again = await this.#placeOf(request);
    const second = again === place || this.#isGone ? null : await this.#ask(again, request, connection);
    if (second === null) throw unavailable();
    return second.data;
  }

  /** Whether this peer depends on a web server. */
  knows(serverId: string): boolean {
    return this.#known.has(serverId);
  }

  /** The socket is gone for good. */
  gone(): void {
    this.#isGone = true;
    for (const serverId of this.#known) this.#leave(serverId);
  }

  async #placeOf({ name, body }: Request): Promise<string> {
    const { cluster, locate } = this.#parts;
    if (localRequests.has(name)) return cluster.membership.id;
    if (!channelRequests.has(name) || !('channel' in body)) {
      // A connection test is made by whichever web server has the socket.
      if (name === 'test:start') this.#moveHome(cluster.membership.id);
      return this.#home;
    }
    const place = await locate(body.channel);
    if (roleRequests.has(name)) this.#moveHome(place);
    return place;
  }

  #moveHome(place: string): void {
    const former = this.#home;
    if (former === place) return;
    this.#home = place;
    if (former === this.#parts.cluster.membership.id) this.#parts.local.leave();
    else this.#leave(former);
  }

  #leave(serverId: string): void {
    this.#known.delete(serverId);
    this.#parts.cluster.messenger.post(serverId, { type: 'peer-gone', peerId: this.#parts.peerId });
  }

  /** @returns `null` if the web server does not own the channel */
  async #ask(place: string, request: Request, connection: PeerConnection): Promise<{ data: unknown } | null> {
    const { peerId, local, cluster } = this.#parts;
    if (place === cluster.membership.id) return { data: await local.handle(request, connection) };
    this.#known.add(place);
    const visitor = { peerId, address: connection.visitor.address };
    const reply: Reply<unknown> | null = await cluster.messenger.request(place, visitor, request.name, request.body);
    if (reply === null) return null;
    if (!reply.ok) throw new AppError(reply.error.code, reply.error.message);
    return { data: reply.data };
  }
}

function unavailable(): AppError {
  const message = 'The channel is moving from one server to another. Please try again in a few seconds.';
  return new AppError('cluster-unavailable', message);
}
