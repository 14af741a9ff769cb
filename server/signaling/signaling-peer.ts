import { AppError } from '../../lib/errors.ts';
import type { Announcements, BroadcastView, Replies, RequestBody, RequestName } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { alreadyJoined, notJoined } from '../broadcast/broadcast-errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { PeerListener } from '../broadcast/broadcast-types.ts';
import type { ConnectionTests } from '../broadcast/connection-tests.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import { channelRoom, lobbyRoom } from './signaling-announcer.ts';

/** A request whose body fits its name. */
export type Request = { [Name in RequestName]: { name: Name; body: RequestBody<Name> } }[RequestName];

/** What a peer hears of besides what concerns itself: the announcements for these rooms. */
export type PeerRooms = { join: (room: string) => void; leave: (room: string) => void };

/** How a peer is told of things, whatever becomes of its socket. */
export type PeerAnnouncer = {
  announce<Name extends keyof Announcements>(event: Name, body: Announcements[Name]): void;
};

/** What one socket is in the domain: nobody yet, somebody who tests the connection, a presenter, or a viewer. */
type Role = { kind: 'none' } | { kind: 'tester' } | LinkedRole;

/** A presenter or a viewer. */
type LinkedRole = { kind: 'presenter' | 'viewer'; broadcast: Broadcast };

/** What a peer may ask of the server. */
export type PeerParts = {
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  connectionTests: ConnectionTests;
  checkKey: (key: string) => boolean;
  announcer: PeerAnnouncer;
};

/** One person at one socket. It outlives a broken connection for as long as the signalling server keeps it. */
export class SignalingPeer {
  readonly #id: string;
  readonly #registry: BroadcastRegistry;
  readonly #upcoming: UpcomingShows;
  readonly #connectionTests: ConnectionTests;
  readonly #checkKey: (key: string) => boolean;
  readonly #announcer: PeerAnnouncer;
  #role: Role = { kind: 'none' };

  constructor(id: string, { registry, upcoming, connectionTests, checkKey, announcer }: PeerParts) {
    this.#id = id;
    this.#registry = registry;
    this.#upcoming = upcoming;
    this.#connectionTests = connectionTests;
    this.#checkKey = checkKey;
    this.#announcer = announcer;
  }

  /**
   * Does what a valid request asks.
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
        // Who came from the lobby at the same socket is not there any more.
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

  /** The person is gone: the link goes too, and a presenter's show with it if it may not wait. */
  leave(): void {
    const role = this.#role;
    this.#role = { kind: 'none' };
    if (role.kind === 'tester') this.#connectionTests.stop(this.#id);
    if (role.kind === 'viewer') role.broadcast.leave(this.#id);
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
    // Who presents this very show may do so again; any other role stands in the way.
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

  /** The presenter tells something of the show, or asks for something. */
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
      const sdpAnswer = await broadcast.join({ peerId: this.#id, sdpOffer: body.sdpOffer, listener });
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
   * Takes `role`, and gives it up again if `link` fails. A peer may have another role by the time that anything is
   * known of its link, so nothing of a former link reaches the peer or its role.
   */
  async #inRole<Reply>(role: Role, link: (listener: PeerListener) => Promise<Reply>): Promise<Reply> {
    const isCurrent = () => this.#role === role;
    this.#role = role;
    try {
      return await link({
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

  /** The broadcast of which this is the presenter. */
  #presented(): Broadcast {
    if (this.#role.kind !== 'presenter') throw notJoined();
    return this.#role.broadcast;
  }

  /** One socket has one role; a role whose broadcast has ended is over too. */
  #requireNoRole(): void {
    if (this.#role.kind === 'none') return;
    if (this.#role.kind !== 'tester' && this.#role.broadcast.phase === 'ended') return;
    throw alreadyJoined();
  }

  #checkPresenterKey(key: string): void {
    if (this.#checkKey(key)) return;
    throw new AppError(
      'wrong-key',
      'This is not the presenter key of this server. Please use the link to go live that the server printed when it started.',
    );
  }
}

/** What a presenter is told of the show that begins or goes on. */
function describePresenting(broadcast: Broadcast, sdpAnswer: string): Replies['broadcast:start'] {
  const { maxVideoKbps, resumeToken } = broadcast;
  return { broadcast: broadcast.view(), sdpAnswer, maxVideoKbps, resumeToken };
}
