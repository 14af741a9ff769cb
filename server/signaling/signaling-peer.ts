import { AppError } from '../../lib/errors.ts';
import type {
  Announcements,
  BroadcastView,
  IceServer,
  Replies,
  RequestBody,
  RequestName,
} from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { alreadyJoined, notJoined } from '../broadcast/broadcast-errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { PeerListener } from '../broadcast/broadcast-types.ts';
import type { ConnectionTests } from '../broadcast/connection-tests.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import { channelRoom, lobbyRoom } from './signaling-announcer.ts';

/** A request whose body matches its name. */
export type Request = { [Name in RequestName]: { name: Name; body: RequestBody<Name> } }[RequestName];

/** The rooms whose announcements a peer receives, in addition to those for itself. */
export type PeerRooms = { join: (room: string) => void; leave: (room: string) => void };

/** Sends announcements to a peer, whatever happens to its socket. */
export type PeerAnnouncer = {
  announce<Name extends keyof Announcements>(event: Name, body: Announcements[Name]): void;
};

/** The role of a socket in the domain: none yet, a connection tester, a presenter, or a viewer. */
type Role = { kind: 'none' } | { kind: 'tester' } | LinkedRole;

/** A presenter or a viewer. */
type LinkedRole = { kind: 'presenter' | 'viewer'; broadcast: Broadcast };

/** The parts of the server that a peer may use. */
export type PeerParts = {
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  connectionTests: ConnectionTests;
  checkKey: (key: string) => boolean;
  /** The STUN and TURN servers for the next link of a peer; none by default. */
  iceServers?: (peerId: string) => IceServer[];
  announcer: PeerAnnouncer;
};

/** One person at one socket. It survives a broken connection for as long as the signalling server keeps it. */
export class SignalingPeer {
  readonly #id: string;
  readonly #registry: BroadcastRegistry;
  readonly #upcoming: UpcomingShows;
  readonly #connectionTests: ConnectionTests;
  readonly #checkKey: (key: string) => boolean;
  readonly #iceServers: (peerId: string) => IceServer[];
  readonly #announcer: PeerAnnouncer;
  #role: Role = { kind: 'none' };

  constructor(id: string, parts: PeerParts) {
    this.#id = id;
    this.#registry = parts.registry;
    this.#upcoming = parts.upcoming;
    this.#connectionTests = parts.connectionTests;
    this.#checkKey = parts.checkKey;
    this.#iceServers = parts.iceServers ?? (() => []);
    this.#announcer = parts.announcer;
  }

  /**
   * Handles a valid request.
   * @throws AppError
   */
  async handle(request: Request, rooms: PeerRooms): Promise<Replies[RequestName]> {
    switch (request.name) {
      case 'clock:read':
        return {};
      case 'key:check':
        this.#checkPresenterKey(request.body.key);
        return {};
      case 'lobby:follow':
        rooms.join(lobbyRoom);
        return { broadcasts: this.#registry.list(), upcoming: this.#upcoming.list() };
      case 'channel:follow':
        // A viewer who came from the lobby on the same socket is no longer there.
        rooms.leave(lobbyRoom);
        rooms.join(channelRoom(request.body.channel));
        return {
          ...this.#registry.view(request.body.channel),
          upcoming: this.#upcoming.view(request.body.channel),
        };
      case 'show:announce':
        this.#checkPresenterKey(request.body.key);
        return { upcoming: await this.#upcoming.announce(request.body) };
      case 'show:withdraw':
        this.#checkPresenterKey(request.body.key);
        await this.#upcoming.withdraw(request.body.channel);
        return {};
      case 'broadcast:start':
        rooms.join(channelRoom(request.body.channel));
        return this.#start(request.body);
      case 'broadcast:resume':
        rooms.join(channelRoom(request.body.channel));
        return this.#resume(request.body);
      case 'resume:check':
        return this.#checkResume(request.body);
      case 'recording:set':
        return this.#tell((broadcast) => broadcast.setRecording(request.body.recording));
      case 'recording:measure':
        return this.#presented().recording.measure();
      case 'broadcast:stop':
        return this.#stop();
      case 'broadcast:rename':
        return this.#tell(({ info }) => info.rename(request.body.title));
      case 'broadcast:camera':
        return this.#tell(({ info }) => info.turnCamera(request.body.cameraOn));
      case 'broadcast:health':
        return this.#tell(({ info }) => info.noteHealth(request.body.health, request.body.uplinkMs));
      case 'viewer:join':
        return this.#join(request.body);
      case 'viewer:leave':
        if (this.#role.kind === 'viewer') this.leave();
        return {};
      case 'test:start':
        return this.#test(request.body);
      case 'test:stop':
        if (this.#role.kind === 'tester') this.leave();
        return {};
      case 'candidate:add':
        if (this.#role.kind === 'tester') {
          await this.#connectionTests.addCandidate(this.#id, request.body);
          return {};
        }
        if (this.#role.kind === 'none') throw notJoined();
        await this.#role.broadcast.addCandidate(this.#id, request.body);
        return {};
    }
  }

  /** The person is gone: their link is closed, and a presenter's show ends unless it has a grace period. */
  leave(): void {
    const role = this.#role;
    this.#role = { kind: 'none' };
    if (role.kind === 'tester') this.#connectionTests.stop(this.#id);
    if (role.kind === 'viewer') role.broadcast.audience.leave(this.#id);
    if (role.kind === 'presenter') role.broadcast.presenterGone(this.#id);
  }

  async #start(body: RequestBody<'broadcast:start'>): Promise<Replies['broadcast:start']> {
    this.#checkPresenterKey(body.key);
    this.#requireNoRole();
    const { key: _, ...show } = body;
    const broadcast = this.#registry.add(show);
    return await this.#inRole({ kind: 'presenter', broadcast }, async (listener) => {
      const sdpAnswer = await broadcast.open({ ...show, peerId: this.#id, listener });
      return describePresenting(broadcast, sdpAnswer);
    });
  }

  async #resume(body: RequestBody<'broadcast:resume'>): Promise<Replies['broadcast:resume']> {
    this.#registry.requireOpen();
    const broadcast = this.#registry.get(body.channel);
    broadcast.requireToken(body.resumeToken);
    // The presenter of this show may resume it; any other role must be given up first.
    if (this.#role.kind !== 'presenter' || this.#role.broadcast !== broadcast) this.#requireNoRole();
    return await this.#inRole({ kind: 'presenter', broadcast }, async (listener) => {
      const sdpAnswer = await broadcast.resume({ peerId: this.#id, sdpOffer: body.sdpOffer, listener });
      return describePresenting(broadcast, sdpAnswer);
    });
  }

  async #checkResume(body: RequestBody<'resume:check'>): Promise<Replies['resume:check']> {
    const broadcast = this.#registry.get(body.channel);
    broadcast.requireToken(body.resumeToken);
    return { broadcast: broadcast.view() };
  }

  /** Applies a change that the presenter reports or requests to their broadcast. */
  #tell(change: (broadcast: Broadcast) => void): { broadcast: BroadcastView } {
    const broadcast = this.#presented();
    change(broadcast);
    return { broadcast: broadcast.view() };
  }

  async #stop(): Promise<Replies['broadcast:stop']> {
    const broadcast = this.#presented();
    this.#role = { kind: 'none' };
    void broadcast.end('stopped');
    return { broadcast: broadcast.view() };
  }

  async #join(body: RequestBody<'viewer:join'>): Promise<Replies['viewer:join']> {
    this.#requireNoRole();
    const broadcast = this.#registry.get(body.channel);
    return await this.#inRole({ kind: 'viewer', broadcast }, async (listener) => {
      const sdpAnswer = await broadcast.audience.join({ peerId: this.#id, sdpOffer: body.sdpOffer, listener });
      return { broadcast: broadcast.view(), sdpAnswer };
    });
  }

  async #test({ sdpOffer }: RequestBody<'test:start'>): Promise<Replies['test:start']> {
    this.#requireNoRole();
    return await this.#inRole({ kind: 'tester' }, async (listener) => {
      const sdpAnswer = await this.#connectionTests.start({ peerId: this.#id, sdpOffer, listener });
      return { sdpAnswer, maxVideoKbps: this.#connectionTests.maxVideoKbps };
    });
  }

  /**
   * Takes `role`, and gives it up again if `link` fails. A peer may have another role by the time its link reports
   * anything, so events of a former link reach neither the peer nor its role.
   */
  async #inRole<Reply>(role: Role, link: (listener: PeerListener) => Promise<Reply>): Promise<Reply> {
    const isCurrent = () => this.#role === role;
    this.#role = role;
    try {
      return await link({
        admitted: () => {
          const iceServers = this.#iceServers(this.#id);
          if (isCurrent() && iceServers.length > 0) this.#announcer.announce('ice-servers:granted', { iceServers });
        },
        candidateFound: (candidate) => {
          if (isCurrent()) this.#announcer.announce('candidate:found', candidate);
        },
        kindsUnplayable: (unplayable) => {
          if (isCurrent()) this.#announcer.announce('link:narrowed', { unplayable });
        },
        closed: (error) => {
          if (!isCurrent()) return;
          this.#role = { kind: 'none' };
          this.#announcer.announce('link:closed', { error: error.toBody() });
        },
      });
    } catch (error) {
      if (isCurrent()) this.#role = { kind: 'none' };
      throw error;
    }
  }

  /** The broadcast that this peer presents. */
  #presented(): Broadcast {
    if (this.#role.kind !== 'presenter') throw notJoined();
    return this.#role.broadcast;
  }

  /** A socket has one role at a time. A role in a broadcast that has ended no longer counts. */
  #requireNoRole(): void {
    if (this.#role.kind === 'none') return;
    if (this.#role.kind !== 'tester' && this.#role.broadcast.phase === 'ended') return;
    throw alreadyJoined();
  }

  #checkPresenterKey(key: string): void {
    if (this.#checkKey(key)) return;
    throw new AppError(
      'wrong-key',
      'This is not the presenter key of this server. Please use the “Go live” link that the server printed when it started.',
    );
  }
}

/** The reply to a presenter whose show begins or resumes. */
function describePresenting(broadcast: Broadcast, sdpAnswer: string): Replies['broadcast:start'] {
  const { maxVideoKbps, resumeToken } = broadcast;
  return { broadcast: broadcast.view(), sdpAnswer, maxVideoKbps, resumeToken };
}
