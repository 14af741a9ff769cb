import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView, MediaKind, Replies, RequestInput, RequestName } from '../../signaling.ts';
import { type backoffMs, Retry } from '../signaling/retry.ts';
import { Absence } from './absence.ts';
import { askToPresent, claimOf, type Mission, overCodes, type ShowPlan } from './mission.ts';
import { type Accepted, connectionLost, PresenterLine, type PresenterLineParts } from './presenter-line.ts';
import type { ResumeTicket } from './resume-tickets.ts';

/** What a presence is made of. */
export type PresenceParts = PresenterLineParts & {
  backoffMs: typeof backoffMs;
  /** The server's time in milliseconds since the epoch; `null` while nobody knows it. */
  serverNow: () => number | null;
};

/** What the owner of a presence is asked and told. */
export type PresenceEvents = {
  /** What is to be sent; `null` when nothing is any more. */
  stream: () => MediaStream | null;
  /** The server let us in, for the first time or again. */
  onTicket: (ticket: ResumeTicket) => void;
  onTold: (broadcast: BroadcastView) => void;
  /** The line is gone for the moment; it comes back by itself. */
  onAway: () => void;
  /** Nothing goes out any more. The owner decides whether it makes sense to try again. */
  onLost: (error: ErrorBody) => 'try-again' | 'give-up';
  onTakenOver: () => void;
};

/** Who presents waits for one media server, so there is no crowd to be spread. */
const mediaServerRetryMs = 1_000;
/** A server that hears nothing for this long on a link which we believe in is right. */
const unheardMs = 2_500;
/** How soon a server that can be reached at all answers. */
const probeMs = 1_500;

/** Keeps one show on the air: makes lines, makes them anew when they break, and resumes on them. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #events: PresenceEvents;
  #line: PresenterLine | null = null;
  /** The line before, which the server hears until the new one has taken over. */
  #retired: PresenterLine | null = null;
  #mission: Mission | null = null;
  #broadcast: BroadcastView | null = null;
  readonly #retry: Retry;
  #unheard: ReturnType<typeof setTimeout> | undefined;
  /** Counts the connections: a question that was asked on an earlier one says nothing of this one. */
  #connections = 0;
  readonly #absence: Absence;

  constructor(parts: PresenceParts, events: PresenceEvents) {
    this.#parts = parts;
    this.#retry = new Retry(parts.backoffMs);
    this.#absence = new Absence(parts.serverNow);
    this.#events = events;
  }

  /** What the server takes us for, where it can be asked now. */
  get standing(): PresenterLine['standing'] | 'away' {
    return this.#line?.connected ? this.#line.standing : 'away';
  }

  /** The kinds that the media server takes none of, for want of a codec. */
  get refusedKinds(): ReadonlySet<MediaKind> {
    return this.#line?.refusedKinds ?? new Set();
  }

  /** What may be resumed, once the server has let us in. */
  get ticket(): ResumeTicket | null {
    return this.#mission === null || this.#mission.kind === 'start' ? null : this.#mission.ticket;
  }

  /** Begins a show. */
  start(plan: ShowPlan): void {
    this.#begin({ kind: 'start', plan }, null);
  }

  /** Takes up a show again, from wherever it is presented now. */
  resume(ticket: ResumeTicket, broadcast: BroadcastView): void {
    this.#begin({ kind: 'resume', ticket }, broadcast);
  }

  #begin(mission: Mission, broadcast: BroadcastView | null): void {
    this.#mission = mission;
    this.#broadcast = broadcast;
    this.#absence.end();
    this.tryNow();
  }

  /** Makes the next attempt at once. */
  tryNow(): void {
    this.#retry.reset();
    this.#try();
  }

  /** Looks at once whether all is well: the network changed, or this page slept for `gapMs` milliseconds. */
  checkNow(gapMs: number): void {
    const line = this.#line;
    if (line === null || this.#mission?.kind !== 'resume') return;
    if (gapMs > 0) this.#absence.begin(gapMs);
    if (!line.connected || this.#retry.isDue) {
      this.tryNow();
      return;
    }
    const connections = this.#connections;
    line.request('resume:check', claimOf(this.#mission.ticket), probeMs).then(
      ({ broadcast }) => {
        if (this.#connections === connections) this.learn(broadcast);
      },
      (error: unknown) => {
        if (this.#connections !== connections || this.#line !== line) return;
        const body = toErrorBody(error);
        if (overCodes.has(body.code)) this.#lose(body);
        else this.#openLine();
      },
    );
  }

  /** Comes back after {@link hangUp}. */
  comeBack(): void {
    if (this.#line !== null || this.#mission === null) return;
    this.#absence.begin();
    this.#openLine();
  }

  /** Goes away, and remembers for what: the page may only have been put aside. */
  hangUp(): void {
    this.#dropTimers();
    this.#line?.close();
    this.#line = null;
    this.#dropRetired();
  }

  /** Sends no more. The line stays open, because the recording is being finished and its end is told there. */
  end(): void {
    this.#dropTimers();
    this.#mission = null;
    this.#line?.dropLink();
    this.#dropRetired();
  }

  /** Gives everything back. */
  close(): void {
    this.hangUp();
    this.#mission = null;
    this.#broadcast = null;
  }

  /** Sends the tracks of `stream` from now on: in place of the former ones, or anew where those were of other kinds. */
  async replaceTracks(stream: MediaStream): Promise<void> {
    const line = this.#line;
    const replaced = await line?.replaceTracks(stream);
    if (replaced === false && this.#line === line) this.tryNow();
  }

  /** What the browser counts of what goes out; `null` while nothing can. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.#line?.stats()) ?? null;
  }

  /** Asks the server on the line that there is; fails with `connection-lost` where there is none. */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    if (this.#line === null) return Promise.reject(connectionLost());
    return this.#line.request(name, body);
  }

  /** Takes note of what the server tells; news of another broadcast are not for us. */
  learn(broadcast: BroadcastView | null): void {
    if (broadcast === null || broadcast.broadcastId !== this.#broadcast?.broadcastId) return;
    this.#broadcast = broadcast;
    this.#events.onTold(broadcast);
    if (broadcast.phase === 'live') {
      clearTimeout(this.#unheard);
      this.#unheard = undefined;
      if (this.#line?.linked) this.#absence.end();
    } else this.#awaitHearing();
  }

  #try(): void {
    this.#dropTimers();
    const line = this.#line;
    // Who presents a show may do so anew on the same line; only where a question is open, nobody knows who we are.
    if (line?.connected && line.standing !== 'asking') this.#publish(line);
    else this.#openLine();
  }

  #openLine(): void {
    this.#dropTimers();
    // A line that the server hears stays until the next one is accepted, so that the show always has a presenter.
    if (this.#line?.connected) {
      this.#dropRetired();
      this.#retired = this.#line;
      this.#retired.retire();
    } else this.#line?.close();
    const line: PresenterLine = new PresenterLine(this.#parts, {
      onReady: (recovered) => this.#arrive(line, recovered),
      onBroken: () => {
        this.#absence.begin();
        this.#events.onAway();
      },
      onAccepted: (reply) => this.#accept(reply),
      onLinked: () => {
        this.#retry.reset();
        this.#awaitHearing();
      },
      onNews: (broadcast) => this.learn(broadcast),
      onLost: (error) => this.#lose(error),
    });
    this.#line = line;
    line.open();
  }

  #arrive(line: PresenterLine, recovered: boolean): void {
    this.#connections += 1;
    if (this.#mission?.kind === 'yielded') {
      line.request('channel:follow', { channel: this.#mission.ticket.channel }).then(
        ({ broadcast }) => this.learn(broadcast),
        () => undefined,
      );
    } else if (!recovered) this.#publish(line);
    else if (line.linked) this.learn(this.#broadcast);
    else if (this.#mission !== null) this.#try();
  }

  #publish(line: PresenterLine): void {
    const mission = this.#mission;
    if (mission === null || mission.kind === 'yielded') return;
    const publish = () => {
      const stream = this.#events.stream();
      if (stream === null || this.#line !== line || this.#mission !== mission) return;
      line.publish(stream, (server, sdpOffer) => askToPresent(mission, server, sdpOffer));
    };
    if (mission.kind === 'start' || !this.#absence.seemsLong) {
      publish();
      return;
    }
    // Nobody shall be thrown off the stage by a laptop that wakes up and still believes to be on it.
    line.request('resume:check', claimOf(mission.ticket)).then(
      ({ broadcast }) => {
        if (this.#line !== line || this.#mission !== mission) return;
        if (broadcast.phase === 'live' && this.#absence.wasLong) this.#yield();
        else publish();
      },
      (error: unknown) => {
        if (this.#line === line) this.#lose(toErrorBody(error));
      },
    );
  }

  #accept({ broadcast, resumeToken }: Accepted): void {
    this.#dropRetired();
    const mission = this.#mission;
    if (mission === null) return;
    const { channel, title, broadcastId } = broadcast;
    const { record } = mission.kind === 'start' ? mission.plan : mission.ticket;
    const ticket = { channel, title, record, broadcastId, resumeToken, keptAt: Date.now() };
    this.#mission = { kind: 'resume', ticket };
    this.#broadcast = broadcast;
    this.learn(broadcast);
    this.#events.onTicket(ticket);
  }

  /** Gives the server a moment to hear us on a link that we believe in; if it does not, the link is made anew. */
  #awaitHearing(): void {
    const line = this.#line;
    if (this.#broadcast?.phase !== 'interrupted' || !line?.linked || this.#unheard !== undefined) return;
    this.#unheard = setTimeout(() => this.#try(), unheardMs);
  }

  #lose(error: ErrorBody): void {
    this.#dropTimers();
    if (error.code === 'taken-over') {
      this.#yield();
      return;
    }
    this.#absence.begin();
    if (this.#events.onLost(error) === 'give-up') return;
    this.#retry.later(() => this.#try(), error.code === 'media-server-unavailable' ? mediaServerRetryMs : undefined);
  }

  /** Somebody presents this show elsewhere. The line stays, to hear of its end. */
  #yield(): void {
    if (this.#mission === null || this.#mission.kind === 'start') return;
    this.#mission = { kind: 'yielded', ticket: this.#mission.ticket };
    this.#line?.dropLink();
    this.#events.onTakenOver();
  }

  #dropTimers(): void {
    this.#retry.cancel();
    clearTimeout(this.#unheard);
    this.#unheard = undefined;
  }

  #dropRetired(): void {
    this.#retired?.close();
    this.#retired = null;
  }
}
