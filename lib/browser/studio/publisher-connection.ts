import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView, MediaKind, Replies, RequestInput, RequestName } from '../../signaling.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { Absence } from './absence.ts';
import {
  isAsking,
  isInterrupted,
  isOnAir,
  isPublishing,
  nextConnectionState,
  type PublisherConnectionEvent,
  type PublisherConnectionEvents,
  type PublisherConnectionState,
  type ShowPlan,
} from './publisher-connection-state.ts';
import { type Accepted, PublisherLink, type PublisherLinkParts } from './publisher-link.ts';
import { PublisherRetry } from './publisher-retry.ts';
import { connectionLost, PublisherSocket } from './publisher-socket.ts';
import { claimOf, type ResumeTicket, terminalErrorCodes, ticketOf } from './resume-tickets.ts';

/** The parts of a publisher's connection. */
export type PublisherConnectionParts = PublisherLinkParts & {
  connectSignaling: () => Signaling;
  backoffMs: (attempt: number) => number;
  /** The server's time in milliseconds since the epoch; `null` while it is not known. */
  serverNow: () => number | null;
};

/** A reachable server answers within this time. */
const probeMs = 1_500;

/** Keeps one show on air: opens a socket and a media link, opens new ones when they break, and resumes on those. */
export class PublisherConnection {
  readonly #events: PublisherConnectionEvents;
  #state: PublisherConnectionState = { phase: 'idle' };
  readonly #socket: PublisherSocket;
  readonly #link: PublisherLink;
  readonly #retry: PublisherRetry;
  /** Counts the connections: the result of a request on an earlier one does not apply to this one. */
  #connections = 0;
  readonly #absence: Absence;

  constructor(parts: PublisherConnectionParts, events: PublisherConnectionEvents) {
    this.#retry = new PublisherRetry(parts.backoffMs, () => this.#try());
    this.#absence = new Absence(parts.serverNow);
    this.#events = events;
    this.#socket = new PublisherSocket(parts.connectSignaling, {
      onConnected: (recovered) => this.#arrive(recovered),
      onDisconnected: () => {
        this.#absence.begin();
        events.onDisconnected();
      },
      onUnreachable: (error) => this.#lose(error),
      onBroadcast: (broadcast) => this.update(broadcast),
      onLinkMoving: () => this.#link.setAside() && this.tryNow(),
      // If this socket is to the server that stops, it breaks now, and the attempt is made over the next one.
      onOwnerLeaving: () => (this.#link.outlive() ? this.#retry.soon() : this.#detach(connectionLost().toBody())),
      onLinkClosed: (error) => this.#detach(error),
    });
    this.#link = new PublisherLink(parts, {
      onAsked: () => this.#apply({ type: 'asked' }),
      onAccepted: (reply) => this.#accept(reply),
      onAcceptedLate: () => this.#apply({ type: 'accepted-late' }),
      onRefused: () => this.#apply({ type: 'detached' }),
      onConnected: () => {
        this.#retry.succeeded();
        this.#awaitMedia();
      },
      onLost: (error) => this.#lose(error),
    });
  }

  get state(): PublisherConnectionState {
    return this.#state;
  }

  /** True while requests can be sent. */
  get connected(): boolean {
    return this.#socket.connected;
  }

  /** The kinds of media that the media server does not accept over the current link, for lack of a codec. */
  get refusedKinds(): ReadonlySet<MediaKind> {
    return this.#link.refusedKinds;
  }

  /** The ticket of the show; `null` until the server has accepted us. */
  get ticket(): ResumeTicket | null {
    return 'ticket' in this.#state ? this.#state.ticket : null;
  }

  /** Begins a show. */
  start(plan: ShowPlan): void {
    this.#begin({ type: 'started', plan });
  }

  /** Resumes a show, wherever it is presented now. */
  resume(ticket: ResumeTicket, broadcast: BroadcastView): void {
    // A copy, so that the reply to a check for an earlier attempt is not mistaken for one of this attempt.
    this.#begin({ type: 'resumed', ticket: { ...ticket }, broadcast });
  }

  #begin(event: PublisherConnectionEvent): void {
    this.#apply(event);
    this.#absence.end();
    this.tryNow();
  }

  /** Makes the next attempt immediately. */
  tryNow(): void {
    this.#retry.now();
  }

  /** Checks the connection immediately: the network changed, or this page slept for `gapMs` milliseconds. */
  checkNow(gapMs: number): void {
    const [signaling, connections] = [this.#socket.current, this.#connections];
    if (signaling === null || !isOnAir(this.#state)) return;
    if (gapMs > 0) this.#absence.begin(gapMs);
    if (!signaling.connected || this.#retry.isDue) {
      this.tryNow();
      return;
    }
    this.#socket.request('resume:check', claimOf(this.#state.ticket), probeMs).then(
      ({ broadcast }) => {
        if (this.#connections === connections) this.update(broadcast);
      },
      (error: unknown) => {
        if (this.#connections !== connections || this.#socket.current !== signaling) return;
        const body = toErrorBody(error);
        if (terminalErrorCodes.has(body.code)) this.#lose(body);
        else this.#openSocket();
      },
    );
  }

  /** Comes back after {@link hangUp}. */
  comeBack(): void {
    if (this.#socket.current !== null || !('plan' in this.#state || 'ticket' in this.#state)) return;
    this.#absence.begin();
    this.#openSocket();
  }

  /** Disconnects, and keeps the state: the page may only have been put into the back/forward cache. */
  hangUp(): void {
    this.#retry.cancel();
    this.#link.close();
    this.#link.leave();
    this.#socket.close();
    this.#apply({ type: 'detached' });
  }

  /** Stops sending. The socket stays open, because the recording is being finished and its end is announced there. */
  end(): void {
    this.#retry.cancel();
    this.#link.close();
    this.#socket.releaseFormer();
    this.#apply({ type: 'ended' });
  }

  /** Releases everything. */
  close(): void {
    this.hangUp();
    this.#apply({ type: 'closed' });
  }

  /** Sends the tracks of `stream` from now on: in place of the former ones, or over a new link if the kinds differ. */
  async replaceTracks(stream: MediaStream): Promise<void> {
    const signaling = this.#socket.current;
    const replaced = await this.#link.replaceTracks(stream);
    if (!replaced && this.#socket.current === signaling) this.tryNow();
  }

  /** The browser's report on the link; `null` while no media can flow. */
  stats(): Promise<RTCStatsReport | null> {
    return this.#link.stats();
  }

  /** Sends a request; fails with `connection-lost` without a socket, or without a reply in time. */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    return this.#socket.request(name, body);
  }

  /** Adopts the server's view of the broadcast; views of other broadcasts are ignored. */
  update(broadcast: BroadcastView | null): void {
    const before = this.#state;
    if (broadcast !== null) this.#apply({ type: 'broadcast-changed', broadcast });
    if (broadcast === null || this.#state === before) return;
    this.#events.onBroadcast(broadcast);
    if (broadcast.phase === 'live') {
      this.#retry.mediaArrived();
      if (this.#link.connected) this.#absence.end();
    } else this.#awaitMedia();
  }

  #try(): void {
    this.#retry.cancel();
    // A presenter may publish again on the same socket. While a request is open, we do not know whether we are one.
    if (this.connected && !isAsking(this.#state)) this.#publish();
    else this.#openSocket();
  }

  #openSocket(): void {
    this.#retry.cancel();
    this.#link.leave();
    this.#apply({ type: 'detached' });
    this.#socket.open();
  }

  #arrive(recovered: boolean): void {
    this.#connections += 1;
    if (!recovered) this.#apply({ type: 'detached' });
    const state = this.#state;
    if (state.phase === 'taken-over') {
      const { channel, resumeToken: credential } = state.ticket;
      this.request('channel:follow', { channel, credential }).then(
        ({ broadcast }) => this.update(broadcast),
        () => undefined,
      );
    } else if (!recovered) this.#try();
    else if (this.#link.connected) this.update('broadcast' in state ? state.broadcast : null);
    else if (isPublishing(state)) this.#try();
  }

  #publish(): void {
    const [state, signaling] = [this.#state, this.#socket.current];
    if (!isOnAir(state) || !this.#absence.seemsLong) {
      this.#openLink();
      return;
    }
    // A laptop that wakes up and still believes that it is presenting must not take another presenter off air.
    this.request('resume:check', claimOf(state.ticket)).then(
      ({ broadcast }) => {
        if (this.#socket.current !== signaling || !isOnAir(this.#state) || this.ticket !== state.ticket) return;
        if (broadcast.phase === 'live' && this.#absence.wasLong) this.#markTakenOver();
        else this.#openLink();
      },
      (error: unknown) => {
        if (this.#socket.current === signaling) this.#lose(toErrorBody(error));
      },
    );
  }

  #openLink(): void {
    const [stream, state, signaling] = [this.#events.stream(), this.#state, this.#socket.current];
    if (stream !== null && signaling !== null && isPublishing(state)) this.#link.open(signaling, stream, state);
  }

  #accept({ broadcast, resumeToken }: Accepted): void {
    const state = this.#state;
    this.#socket.releaseFormer();
    if (!isPublishing(state)) return;
    const { record } = 'plan' in state ? state.plan : state.ticket;
    const ticket = ticketOf(broadcast, resumeToken, record);
    this.#apply({ type: 'accepted', ticket, broadcast });
    this.update(broadcast);
    this.#events.onTicket(ticket);
  }

  /** Gives the server a moment to report media on a connected link; if it does not, the link is replaced. */
  #awaitMedia(): void {
    if (isInterrupted(this.#state) && this.#link.connected) this.#retry.awaitMedia();
  }

  /** The server has no link of ours any more. */
  #detach(error: ErrorBody): void {
    this.#apply({ type: 'detached' });
    this.#link.close();
    this.#lose(error);
  }

  #lose(error: ErrorBody): void {
    this.#retry.cancel();
    if (error.code === 'taken-over') {
      this.#markTakenOver();
      return;
    }
    this.#absence.begin();
    this.#events.onLost(error);
    if (isPublishing(this.#state)) this.#retry.afterLoss(error);
  }

  /** Handles a take-over: the show is presented elsewhere. The socket stays open, to receive the end of the show. */
  #markTakenOver(): void {
    if (!('ticket' in this.#state)) return;
    this.#apply({ type: 'taken-over' });
    this.#link.close();
    this.#events.onTakenOver();
  }

  #apply(event: PublisherConnectionEvent): void {
    this.#state = nextConnectionState(this.#state, event);
  }
}
