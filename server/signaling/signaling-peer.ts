import type { Candidate, IceServer, Replies, RequestBody, RequestName } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { alreadyJoined, notJoined } from '../broadcast/broadcast-errors.ts';
import { requireResumeToken } from '../broadcast/presenter.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import { answerAccessRequest, isAccessRequest } from './access-requests.ts';
import { isConversationRequest, PeerConversation } from './conversation-requests.ts';
import { FollowedRooms } from './followed-rooms.ts';
import { answerGuestRequest, type GuestPeer, isGuestRequest } from './guest-requests.ts';
import { answerLadderRequest, isLadderRequest } from './ladder-requests.ts';
import { answerMoveRequest, isMoveRequest } from './move-requests.ts';
import type { PeerConnection, PeerParts, PeerRooms, Request } from './peer-connection.ts';
import { createRoleListener, type LinkedRole, type Role, type RoleListener } from './role-listener.ts';
import { channelRoom, lobbyRoom, presenterRoom } from './signaling-announcer.ts';
import { answerStudioRequest, describePresenting, isStudioRequest } from './studio-requests.ts';
import { ViewerAdmission } from './viewer-admission.ts';
import { ViewerSeat } from './viewer-seat.ts';

/** One person at one socket. It survives a broken connection for as long as the signalling server keeps it. */
export class SignalingPeer {
  readonly #id: string;
  readonly #parts: PeerParts;
  readonly #admission: ViewerAdmission;
  readonly #followed = new FollowedRooms();
  readonly #seat: ViewerSeat;
  readonly #conversation: PeerConversation;
  #role: Role = { kind: 'none' };
  /** The role that is being taken, while it is checked whether it may be. Never rejects. */
  #entering: Promise<void> = Promise.resolve();
  /** Counts departures: a role that was requested before the last one is not taken. */
  #departures = 0;

  constructor(id: string, parts: PeerParts) {
    this.#id = id;
    this.#parts = parts;
    this.#admission = new ViewerAdmission(parts);
    this.#seat = new ViewerSeat(id, parts.seats, parts.announcer);
    this.#conversation = new PeerConversation(parts, this.#admission, this.#followed);
  }

  /**
   * Handles a valid request.
   * @throws AppError
   */
  async handle(request: Request, connection: PeerConnection): Promise<Replies[RequestName]> {
    const { rooms, visitor } = connection;
    if (isAccessRequest(request)) return await answerAccessRequest(request, this.#parts, visitor);
    if (isStudioRequest(request)) return await answerStudioRequest(request, this.#presented(), this.#parts.thumbnails);
    if (isGuestRequest(request)) return await answerGuestRequest(request, this.#asGuestPeer, this.#parts);
    if (isLadderRequest(request)) return await answerLadderRequest(request, this.#asAsking);
    if (isMoveRequest(request)) return await answerMoveRequest(request, this.#asAsking);
    if (isConversationRequest(request)) return await this.#conversation.answer(request, connection);
    switch (request.name) {
      case 'clock:read':
        return {};
      case 'lobby:follow':
        rooms.join(lobbyRoom);
        return this.#parts.views.lobby();
      case 'channel:follow':
        // A viewer who came from the lobby on the same socket is no longer there.
        rooms.leave(lobbyRoom);
        return await this.#admission.follow(request.body, visitor, (room) => this.#followed.join(room, rooms));
      case 'show:announce':
        await this.#parts.access.requirePresenter(request.body.key, request.body.channel, visitor);
        return { upcoming: await this.#parts.upcoming.announce(request.body) };
      case 'show:withdraw':
        await this.#parts.access.requirePresenter(request.body.key, request.body.channel, visitor);
        await this.#parts.upcoming.withdraw(request.body.channel);
        return {};
      case 'broadcast:start':
        return await this.#start(request.body, connection);
      case 'broadcast:resume':
        return await this.#resume(request.body, rooms);
      case 'resume:check':
        return { broadcast: this.#resumable(request.body).view() };
      case 'broadcast:stop':
        return this.#stop();
      case 'viewer:join':
        return this.#join(request.body, visitor);
      case 'viewer:leave':
        if (this.#role.kind === 'viewer') this.#giveUpRole();
        else this.#departures += 1;
        this.#seat.left();
        return {};
      case 'line:wait':
        this.#admission.requireAdmitted(request.body.channel);
        this.#parts.registry.get(request.body.channel);
        return this.#seat.wait(request.body, visitor);
      case 'line:leave':
        this.#seat.stopWaiting();
        return {};
      case 'test:start':
        return this.#test(request.body);
      case 'test:stop':
        if (this.#role.kind === 'tester') this.#giveUpRole();
        return {};
      case 'candidate:add':
        await this.#addCandidate(request.body);
        return {};
    }
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    await this.#entering;
    if (this.#role.kind === 'none') throw notJoined();
    if (this.#role.kind === 'tester') await this.#parts.connectionTests.addCandidate(this.#id, candidate);
    else await this.#role.broadcast.addCandidate(this.#id, candidate);
  }

  /** The person is gone: their link is closed, and a presenter's show ends unless it has a grace period. */
  leave(): void {
    this.#seat.gone();
    this.#conversation.gone();
    this.#giveUpRole();
  }

  #giveUpRole(): void {
    const role = this.#role;
    this.#role = { kind: 'none' };
    this.#departures += 1;
    if (role.kind === 'tester') this.#parts.connectionTests.stop(this.#id);
    if (role.kind === 'viewer') role.broadcast.audience.leave(this.#id);
    if (role.kind === 'presenter') role.broadcast.presenterGone(this.#id);
    if (role.kind === 'guest') role.broadcast.guests.gone(this.#id);
  }

  /** The passcode of `channel` has changed: a viewer whom it no longer admits is shown out. */
  async passcodeChanged(channel: string): Promise<void> {
    if (!(await this.#admission.isOver(channel))) return;
    this.#parts.announcer.leaveRoom(channelRoom(channel));
    this.#conversation.leave(channel, this.#parts.announcer);
    this.#seat.stopWaiting();
    if (this.#role.kind === 'viewer') this.#giveUpRole();
    this.#seat.left();
    this.#parts.announcer.announce('channel:locked', { channel, error: this.#parts.access.refusal(channel).toBody() });
  }

  async #start(
    body: RequestBody<'broadcast:start'>,
    { rooms, visitor }: PeerConnection,
  ): Promise<Replies['broadcast:start']> {
    const { key: _, ...show } = body;
    const { access } = this.#parts;
    const check = access.requirePresenter(body.key, body.channel, visitor).then(async (presenter) => {
      await this.#parts.claim?.(body.channel);
      return presenter;
    });
    const role = await this.#enter(check, (presenter) => {
      this.#followed.join(presenterRoom(body.channel), rooms);
      return { kind: 'presenter', broadcast: this.#parts.registry.add(show, presenter) };
    });
    return await this.#inRole(role, async (listener) => {
      const sdpAnswer = await role.broadcast.open({ ...show, peerId: this.#id, listener });
      return describePresenting(role.broadcast, sdpAnswer);
    });
  }

  async #resume(body: RequestBody<'broadcast:resume'>, rooms: PeerRooms): Promise<Replies['broadcast:resume']> {
    this.#parts.registry.requireOpen();
    const broadcast = this.#resumable(body);
    this.#followed.join(presenterRoom(body.channel), rooms);
    // The presenter of this show may resume it; any other role must be given up first.
    if (this.#role.kind !== 'presenter' || this.#role.broadcast !== broadcast) this.#requireNoRole();
    return await this.#inRole({ kind: 'presenter', broadcast }, async (listener) => {
      const sdpAnswer = await broadcast.resume({ peerId: this.#id, sdpOffer: body.sdpOffer, listener });
      return describePresenting(broadcast, sdpAnswer);
    });
  }

  /** The broadcast that the bearer of this token may resume. @throws AppError `not-live`, `resume-refused` */
  #resumable({ channel, resumeToken }: RequestBody<'resume:check'>): Broadcast {
    const broadcast = this.#parts.registry.get(channel);
    requireResumeToken(broadcast, resumeToken);
    return broadcast;
  }

  async #stop(): Promise<Replies['broadcast:stop']> {
    const broadcast = this.#presented();
    this.#role = { kind: 'none' };
    void broadcast.end('stopped');
    return { broadcast: broadcast.view() };
  }

  async #join(
    { channel, sdpOffer, credential }: RequestBody<'viewer:join'>,
    visitor: Visitor,
  ): Promise<Replies['viewer:join']> {
    const role = await this.#enter(this.#admission.require(channel, credential, visitor), () => ({
      kind: 'viewer',
      broadcast: this.#parts.registry.get(channel),
    }));
    return await this.#inRole(role, (listener) =>
      this.#seat.take({ channel, address: visitor.address }, async () => {
        const seated = this.#seat.listen(listener);
        const sdpAnswer = await role.broadcast.audience.join({ peerId: this.#id, sdpOffer, listener: seated });
        return { broadcast: this.#parts.views.ofViewer(role.broadcast.view()), sdpAnswer };
      }),
    );
  }

  async #test({ sdpOffer }: RequestBody<'test:start'>): Promise<Replies['test:start']> {
    this.#requireNoRole();
    const { maxVideoKbps } = this.#parts.connectionTests;
    return await this.#inRole({ kind: 'tester' }, async (listener) => ({
      sdpAnswer: await this.#parts.connectionTests.start({ peerId: this.#id, sdpOffer, listener }),
      maxVideoKbps,
    }));
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
    this.#entering = Promise.allSettled([entering]).then(() => undefined);
    return entering;
  }

  /**
   * Takes `role`, and gives it up again if `link` fails. A peer may have another role by the time its link reports
   * anything, so events of a former link reach neither the peer nor its role.
   */
  async #inRole<Reply>(role: Role, link: (listener: RoleListener) => Promise<Reply>): Promise<Reply> {
    this.#role = role;
    try {
      return await link(this.#listenIn(role));
    } catch (error) {
      if (this.#role === role) this.#role = { kind: 'none' };
      throw error;
    }
  }

  #listenIn(role: Role): RoleListener {
    const isCurrent = () => this.#role === role;
    const ended = () => {
      this.#role = { kind: 'none' };
    };
    return createRoleListener({
      ...{ announcer: this.#parts.announcer, isCurrent, ended },
      iceServers: () => this.#iceServers(),
    });
  }

  #presented(): Broadcast {
    return this.#inRoleOf('presenter');
  }

  /** The broadcast in which the peer has one of these roles. @throws AppError `not-joined` */
  #inRoleOf(...kinds: readonly LinkedRole['kind'][]): Broadcast {
    const role = this.#role;
    if (role.kind === 'none' || role.kind === 'tester' || !kinds.includes(role.kind)) throw notJoined();
    return role.broadcast;
  }

  get #asAsking() {
    const { announcer } = this.#parts;
    const [presented, watched] = [() => this.#presented(), () => this.#inRoleOf('viewer')];
    const viewerListener = () => this.#seat.listen(this.#listenIn(this.#role));
    return { id: this.#id, presented, watched, viewerListener, announcer, iceServers: () => this.#iceServers() };
  }

  get #asGuestPeer(): GuestPeer {
    return {
      id: this.#id,
      inRoleOf: (...kinds) => this.#inRoleOf(...kinds),
      enter: (broadcast, become) => {
        // A guest whose last reply was lost asks again.
        if (this.#role.kind === 'guest') this.#giveUpRole();
        this.#requireNoRole();
        return this.#inRole({ kind: 'guest', broadcast }, async (listener) => become(listener));
      },
      leave: () => this.#giveUpRole(),
    };
  }

  #iceServers(): IceServer[] {
    return this.#parts.iceServers?.(this.#id) ?? [];
  }

  /** A socket has one role at a time. A role in a broadcast that has ended no longer counts. */
  #requireNoRole(): void {
    if (this.#role.kind === 'none') return;
    if (this.#role.kind !== 'tester' && this.#role.broadcast.phase === 'ended') return;
    throw alreadyJoined();
  }
}
