import { accessRequestSchemas } from '../../lib/access-requests.ts';
import type { Announcements, BroadcastView, Replies, RequestBody, RequestName } from '../../lib/signaling.ts';
import type { Access, AdmittedPresenter, Visitor } from '../access/access.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { alreadyJoined, notJoined } from '../broadcast/broadcast-errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { PeerListener } from '../broadcast/broadcast-types.ts';
import type { ConnectionTests } from '../broadcast/connection-tests.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import { type AccessRequest, answerAccessRequest } from './access-requests.ts';
import { channelRoom, lobbyRoom, presenterRoom } from './signaling-announcer.ts';
import type { SignalingViews } from './signaling-views.ts';
import { ViewerAdmission } from './viewer-admission.ts';

/** A request whose body matches its name. */
export type Request = { [Name in RequestName]: { name: Name; body: RequestBody<Name> } }[RequestName];

/** The rooms whose announcements a peer receives, in addition to those for itself. */
export type PeerRooms = { join: (room: string) => void; leave: (room: string) => void };

/** Sends announcements to a peer, whatever happens to its socket. */
export type PeerAnnouncer = {
  announce<Name extends keyof Announcements>(event: Name, body: Announcements[Name]): void;
  /** Takes the peer out of a room. */
  leaveRoom(room: string): void;
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
  access: Access;
  views: SignalingViews;
  /** Who this is to the limits of attempts. */
  visitor: Visitor;
  announcer: PeerAnnouncer;
};

/** One person at one socket. It survives a broken connection for as long as the signalling server keeps it. */
export class SignalingPeer {
  readonly #id: string;
  readonly #registry: BroadcastRegistry;
  readonly #upcoming: UpcomingShows;
  readonly #connectionTests: ConnectionTests;
  readonly #access: Access;
  readonly #views: SignalingViews;
  readonly #accessParts: { access: Access; registry: BroadcastRegistry; visitor: Visitor };
  readonly #admission: ViewerAdmission;
  readonly #announcer: PeerAnnouncer;
  #role: Role = { kind: 'none' };
  /** The role that is being taken, while it is checked whether it may be. Never rejects. */
  #entering: Promise<void> = Promise.resolve();
  /** Counts departures: a role that was requested before the last one is not taken. */
  #departures = 0;

  constructor(id: string, parts: PeerParts) {
    const { registry, upcoming, connectionTests, access, views, visitor, announcer } = parts;
    this.#id = id;
    this.#registry = registry;
    this.#upcoming = upcoming;
    this.#connectionTests = connectionTests;
    this.#access = access;
    this.#views = views;
    this.#accessParts = { access, registry, visitor };
    this.#admission = new ViewerAdmission(parts);
    this.#announcer = announcer;
  }

  /**
   * Handles a valid request.
   * @throws AppError
   */
  async handle(request: Request, rooms: PeerRooms): Promise<Replies[RequestName]> {
    if (isAccessRequest(request)) return await answerAccessRequest(request, this.#accessParts);
    switch (request.name) {
      case 'clock:read':
        return {};
      case 'lobby:follow':
        rooms.join(lobbyRoom);
        return this.#views.lobby();
      case 'channel:follow':
        // A viewer who came from the lobby on the same socket is no longer there.
        rooms.leave(lobbyRoom);
        return await this.#admission.follow(request.body, rooms.join);
      case 'show:announce':
        await this.#requirePresenter(request.body);
        return { upcoming: await this.#upcoming.announce(request.body) };
      case 'show:withdraw':
        await this.#requirePresenter(request.body);
        await this.#upcoming.withdraw(request.body.channel);
        return {};
      case 'broadcast:start':
        return await this.#start(request.body, rooms);
      case 'broadcast:resume':
        return await this.#resume(request.body, rooms);
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
        else this.#departures += 1;
        return {};
      case 'test:start':
        return this.#test(request.body);
      case 'test:stop':
        if (this.#role.kind === 'tester') this.leave();
        return {};
      case 'candidate:add':
        await this.#entering;
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
    this.#departures += 1;
    if (role.kind === 'tester') this.#connectionTests.stop(this.#id);
    if (role.kind === 'viewer') role.broadcast.audience.leave(this.#id);
    if (role.kind === 'presenter') role.broadcast.presenterGone(this.#id);
  }

  /** The passcode of `channel` has changed: a viewer whom it no longer admits is shown out. */
  async passcodeChanged(channel: string): Promise<void> {
    if (!(await this.#admission.isOver(channel))) return;
    this.#announcer.leaveRoom(channelRoom(channel));
    if (this.#role.kind === 'viewer') this.leave();
    this.#announcer.announce('channel:locked', { channel, error: this.#access.refusal(channel).toBody() });
  }

  async #start(body: RequestBody<'broadcast:start'>, rooms: PeerRooms): Promise<Replies['broadcast:start']> {
    const { key: _, ...show } = body;
    const role = await this.#enter(this.#requirePresenter(body), (presenter) => {
      rooms.join(presenterRoom(body.channel));
      return { kind: 'presenter', broadcast: this.#registry.add(show, presenter) };
    });
    const { broadcast } = role;
    return await this.#inRole(role, async (listener) => {
      const sdpAnswer = await broadcast.open({ ...show, peerId: this.#id, listener });
      return describePresenting(broadcast, sdpAnswer);
    });
  }

  async #resume(body: RequestBody<'broadcast:resume'>, rooms: PeerRooms): Promise<Replies['broadcast:resume']> {
    this.#registry.requireOpen();
    const broadcast = this.#registry.get(body.channel);
    broadcast.requireToken(body.resumeToken);
    rooms.join(presenterRoom(body.channel));
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
    const { channel, sdpOffer, credential } = body;
    const role = await this.#enter(this.#admission.require(channel, credential), () => {
      return { kind: 'viewer', broadcast: this.#registry.get(channel) };
    });
    const { broadcast } = role;
    return await this.#inRole(role, async (listener) => {
      const sdpAnswer = await broadcast.audience.join({ peerId: this.#id, sdpOffer, listener });
      return { broadcast: this.#views.ofViewer(broadcast.view()), sdpAnswer };
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
   * Takes the role that `take` returns, once `check` has admitted the person, who may be gone by then. Candidates that
   * arrive meanwhile wait for it.
   */
  #enter<Admission>(check: Promise<Admission>, take: (admission: Admission) => LinkedRole): Promise<LinkedRole> {
    const departures = this.#departures;
    const entering = check.then((admission) => {
      if (departures !== this.#departures) throw notJoined();
      this.#requireNoRole();
      const role = take(admission);
      this.#role = role;
      return role;
    });
    this.#entering = entering.then(
      () => undefined,
      () => undefined,
    );
    return entering;
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

  #requirePresenter({ key, channel }: { key: string; channel: string }): Promise<AdmittedPresenter> {
    return this.#access.requirePresenter(key, channel, this.#accessParts.visitor);
  }
}

function isAccessRequest(request: Request): request is AccessRequest {
  return Object.hasOwn(accessRequestSchemas, request.name);
}

/** The reply to a presenter whose show begins or resumes. */
function describePresenting(broadcast: Broadcast, sdpAnswer: string): Replies['broadcast:start'] {
  const { maxVideoKbps, resumeToken } = broadcast;
  return { broadcast: broadcast.view(), sdpAnswer, maxVideoKbps, resumeToken };
}
