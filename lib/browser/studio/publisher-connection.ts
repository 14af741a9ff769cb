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
  type PublisherConnectionState,
  type ShowPlan,
} from './publisher-connection-state.ts';
import { type Accepted, PublisherLink, type PublisherLinkParts } from './publisher-link.ts';
import { PublisherRetry } from './publisher-retry.ts';
import { PublisherSocket } from './publisher-socket.ts';
import { claimOf, type ResumeTicket, terminalErrorCodes, ticketOf } from './resume-tickets.ts';

/** What a publisher's connection is made of. */
export type PublisherConnectionParts = PublisherLinkParts & {
  connectSignaling: () => Signaling;
  backoffMs: (attempt: number) => number;
  /** The server's time in milliseconds since the epoch; `null` while nobody knows it. */
  serverNow: () => number | null;
};

/** What the owner of a connection is asked and told. */
export type PublisherConnectionEvents = {
  /** What is to be sent; `null` when nothing is any more. */
  stream: () => MediaStream | null;
  /** The server let us in, for the first time or again. */
  onTicket: (ticket: ResumeTicket) => void;
  onBroadcast: (broadcast: BroadcastView) => void;
  /** The socket is gone for the moment; it comes back by itself. */
  onDisconnected: () => void;
  /** Nothing is sent any more. Another attempt follows, unless the owner ends or closes the connection. */
  onLost: (error: ErrorBody) => void;
  onTakenOver: () => void;
};

/** How soon a server that can be reached at all answers. */
const probeMs = 1_500;

/** Keeps one show on the air: opens a socket and a media link, opens new ones when they break, and resumes on these. */
export class PublisherConnection {
  readonly #events: PublisherConnectionEvents;
  #state: PublisherConnectionState = { phase: 'idle' };
  readonly #socket: PublisherSocket;
  readonly #link: PublisherLink;
  readonly #retry: PublisherRetry;
  /** Counts the connections: a question that was asked on an earlier one says nothing of this one. */
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
      onLinkClosed: (error) => {
        this.#apply({ type: 'detached' });
        this.#link.close();
        this.#lose(error);
      },
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

  /** True while the server can be asked. */
  get connected(): boolean {
    return this.#socket.connected;
  }

  /** The kinds that the media server takes none of over the present link, for want of a codec. */
  get refusedKinds(): ReadonlySet<MediaKind> {
    return this.#link.refusedKinds;
  }

  /** What may be resumed, once the server has let us in. */
  get ticket(): ResumeTicket | null {
    return 'ticket' in this.#state ? this.#state.ticket : null;
  }

  /** Begins a show. */
  start(plan: ShowPlan): void {
    this.#begin({ type: 'started', plan });
  }

  /** Takes up a show again, from wherever it is presented now. */
  resume(ticket: ResumeTicket, broadcast: BroadcastView): void {
    // A copy, so that the answer to a check for an earlier attempt is not taken for one of this attempt.
    this.#begin({ type: 'resumed', ticket: { ...ticket }, broadcast });
  }

  #begin(event: PublisherConnectionEvent): void {
    this.#apply(event);
    this.#absence.end();
    this.tryNow();
  }

  /** Makes the next attempt at once. */
  tryNow(): void {
    this.#retry.now();
  }

  /** Checks at once whether all is well: the network changed, or this page slept for `gapMs` milliseconds. */
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

  /** Goes away, and remembers for what: the page may only have been put aside. */
  hangUp(): void {
    this.#retry.cancel();
    this.#link.leave();
    this.#socket.close();
    this.#apply({ type: 'detached' });
  }

  /** Sends no more. The socket stays open, because the recording is being finished and its end is told there. */
  end(): void {
    this.#retry.cancel();
    this.#link.close();
    this.#socket.releaseFormer();
    this.#apply({ type: 'ended' });
  }

  /** Gives everything back. */
  close(): void {
    this.hangUp();
    this.#apply({ type: 'closed' });
  }

  /** Sends the tracks of `stream` from now on: in place of the former ones, or anew where those were of other kinds. */
  async replaceTracks(stream: MediaStream): Promise<void> {
    const signaling = this.#socket.current;
    const replaced = await this.#link.replaceTracks(stream);
    if (!replaced && this.#socket.current === signaling) this.tryNow();
  }

  /** What the browser counts of what goes out; `null` while nothing can. */
  stats(): Promise<RTCStatsReport | null> {
    return this.#link.stats();
  }

  /** Asks the server; fails with `connection-lost` where there is no socket, and where no answer comes in time. */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    return this.#socket.request(name, body);
  }

  /** Takes note of what the server tells; news of another broadcast are not for us. */
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
    // A presenter may publish again on the same socket. While a request is open, nobody knows whether we are one.
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
      this.request('channel:follow', { channel: state.ticket.channel }).then(
        ({ broadcast }) => this.update(broadcast),
        () => undefined,
      );
    } else if (!recovered) this.#publish();
    else if (this.#link.connected) this.update('broadcast' in state ? state.broadcast : null);
    else if (isPublishing(state)) this.#try();
  }

  #publish(): void {
    const [state, signaling] = [this.#state, this.#socket.current];
    if (!isOnAir(state) || !this.#absence.seemsLong) {
      this.#openLink();
      return;
    }
    // Nobody shall be taken off the air by a laptop that wakes up and still believes to be presenting.
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

  /** Gives the server a moment to report media of a connected link; if it does not, the link is replaced. */
  #awaitMedia(): void {
    if (isInterrupted(this.#state) && this.#link.connected) this.#retry.awaitMedia();
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

  /** A take-over: somebody presents this show elsewhere. The socket stays, to hear of its end. */
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
