import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import {
  type BroadcastEvent,
  type BroadcastState,
  type EndReason,
  type Interruption,
  nextState,
} from '../../lib/broadcast-state.ts';
import { AppError } from '../../lib/errors.ts';
import type { BroadcastView, Candidate } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { Arrivals } from './arrivals.ts';
import { alreadyJoined, notJoined, notLive, openingError, resumeRefused, takenOver } from './broadcast-errors.ts';
import { BroadcastRecording } from './broadcast-recording.ts';
import type {
  BroadcastParts,
  JoinRequest,
  PeerListener,
  ResumeRequest,
  SavedBroadcast,
  StartRequest,
} from './broadcast-types.ts';
import type { LinkListener, MediaLink } from './media-gateway.ts';
import { PresenterWatch } from './presenter-watch.ts';
import { Stages } from './stages.ts';

/** One show on a channel, from the request to go live to its end, whatever interruptions it has. */
export class Broadcast {
  readonly id: string;
  readonly channel: string;
  readonly title: string;
  readonly resumeToken: string;
  readonly #parts: BroadcastParts;
  readonly #logger: Logger;
  readonly #changed: (broadcast: Broadcast) => void;
  readonly #stages: Stages;
  readonly #arrivals: Arrivals;
  readonly #recording: BroadcastRecording;
  #state: BroadcastState;
  #presenter: PresenterWatch | null = null;
  #ending: Promise<void> | undefined;
  #mediaTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(
    show: { channel: string; title: string; record: boolean },
    parts: BroadcastParts,
    changed: (broadcast: Broadcast) => void,
    saved: SavedBroadcast | null = null,
  ) {
    this.id = saved?.id ?? randomUUID();
    this.channel = show.channel;
    this.title = show.title;
    this.resumeToken = saved?.resumeToken ?? randomBytes(24).toString('base64url');
    this.#parts = parts;
    this.#changed = changed;
    this.#logger = parts.logger.child({ channel: this.channel, broadcastId: this.id });
    const since = saved?.startedAt ?? null;
    const until = Date.now() + parts.presenterGraceMs;
    this.#state = since === null ? { phase: 'starting' } : { phase: 'interrupted', since, until, by: 'presenter' };
    this.#stages = new Stages({ ...parts, broadcastId: this.id, failed: (error) => this.#stageFailed(error) });
    this.#arrivals = new Arrivals(this.#stages, parts.mediaServerPatienceMs);
    this.#recording = new BroadcastRecording({
      shelf: parts.shelf,
      logger: this.#logger,
      changed: () => this.#changed(this),
      recordingId: saved?.recordingId ?? null,
    });
    if (show.record) this.#recording.start(this.#show);
    if (since === null) return;
    this.#stages.next();
    this.#awaitPresenter(until);
  }

  get maxVideoKbps(): number {
    return this.#parts.maxVideoKbps;
  }

  get phase(): BroadcastState['phase'] {
    return this.#state.phase;
  }

  /** The id of whoever presents; `null` while nobody does. */
  get presenterId(): string | null {
    return this.#presenter?.peerId ?? null;
  }

  /** What anybody may know of it. */
  view(): BroadcastView {
    const state = this.#state;
    const present = this.#stages.peerIds.filter((peerId) => peerId !== this.presenterId);
    return {
      broadcastId: this.id,
      channel: this.channel,
      title: this.title,
      phase: state.phase,
      startedAt: this.#startedAt,
      viewers: present.length,
      interruption:
        state.phase === 'interrupted'
          ? {
              by: state.by,
              until: state.until,
              recurring: state.by === 'media-server' && this.#parts.outages.recurring,
            }
          : null,
      recording: this.#recording.phase,
      recordingProblem: this.#recording.problem,
      recordingId: state.phase === 'ended' ? this.#recording.recordingId : null,
      endReason: state.phase === 'ended' ? state.reason : null,
    };
  }

  /** What has to be known to take it up again after the server was killed; `null` if there is nothing to take up. */
  save(): SavedBroadcast | null {
    if (this.#state.phase !== 'live' && this.#state.phase !== 'interrupted') return null;
    const { id, channel, title, resumeToken } = this;
    const { wanted, recordingId } = this.#recording;
    return { id, channel, title, resumeToken, startedAt: this.#state.since, record: wanted, recordingId };
  }

  /**
   * Opens the stage and puts the presenter on it; called once.
   * @returns the answer to the presenter's offer
   * @throws AppError as MediaGateway does; the broadcast has ended then
   */
  async open(request: StartRequest): Promise<string> {
    this.#stages.next();
    this.#changed(this);
    try {
      const { sdpAnswer: answer } = await this.#arrivals.enter(request.peerId, () => this.#present(request));
      this.#logger.info({ title: this.title, record: request.record }, 'the broadcast is starting');
      return answer;
    } catch (error) {
      void this.end('media-failed');
      throw openingError(error);
    }
  }

  /** @throws AppError `resume-refused` unless `token` is this broadcast's */
  demandToken(token: string): void {
    const [given, own] = [Buffer.from(token), Buffer.from(this.resumeToken)];
    if (given.length === own.length && timingSafeEqual(given, own)) return;
    throw resumeRefused(this.#state.phase === 'interrupted' ? this.#state.until : null);
  }

  /**
   * Takes the show up from another link, or another device; whoever presented it until now is told.
   * @throws AppError `resume-refused`, `not-live`, and as MediaGateway does; the broadcast waits on then
   */
  async resume(request: ResumeRequest): Promise<string> {
    this.demandToken(request.resumeToken);
    if (this.#state.phase === 'ended') throw notLive(this.channel);
    const former = this.#presenter;
    this.#seat(null);
    if (former !== null) {
      this.#stages.leave(former.peerId);
      if (former.peerId !== request.peerId) former.listener.closed(takenOver());
    }
    try {
      const link = await this.#arrivals.enter(request.peerId, () => this.#present(request));
      this.#logger.info('the presenter is back');
      return link.sdpAnswer;
    } catch (error) {
      this.presenterLost(request.peerId);
      throw openingError(error);
    }
  }

  /**
   * Lets a viewer in.
   * @throws AppError `not-live`, `already-joined`, and as MediaGateway does
   */
  async join(viewer: JoinRequest): Promise<string> {
    if (this.#state.phase !== 'live' && this.#state.phase !== 'interrupted') throw notLive(this.channel);
    if (this.#stages.has(viewer.peerId) || this.#arrivals.has(viewer.peerId)) throw alreadyJoined();
    const listener = this.#viewerListener(viewer);
    const lost = (error: AppError) => viewer.listener.closed(error);
    try {
      const link = await this.#arrivals.enter(viewer.peerId, () => {
        const joining = this.#stages.current().connectViewer({ ...viewer, listener, lost });
        this.#changed(this);
        return joining;
      });
      return link.sdpAnswer;
    } catch (error) {
      this.#changed(this);
      throw openingError(error);
    }
  }

  /** Lets a viewer go; nothing happens if there is none of that id. */
  leave(peerId: string): void {
    this.#arrivals.leave(peerId);
    if (peerId !== this.presenterId && this.#stages.leave(peerId)) this.#changed(this);
  }

  /** @throws AppError `not-joined` when `peerId` has no link */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    if (this.#state.phase === 'ended') throw notJoined();
    await this.#arrivals.addCandidate(peerId, candidate);
  }

  /** Records from now on, or not. */
  setRecording(record: boolean): void {
    if (record) this.#recording.start(this.#show);
    else this.#recording.pause();
  }

  /** The presenter `peerId` is gone for good: the show waits if it may, and ends if not. */
  presenterLost(peerId: string): void {
    this.#arrivals.leave(peerId);
    if (this.#presenter !== null && this.#presenter.peerId !== peerId) return;
    this.#seat(null);
    this.#stages.leave(peerId);
    if (this.#state.phase !== 'ended') this.#interrupt('presenter');
  }

  /** The media server went away with all links; the show goes on on the next one. */
  mediaServerLost(error: AppError): void {
    this.#seat(null);
    this.#recording.sceneLost();
    this.#stages.lose(error);
    if (this.#state.phase !== 'ended') this.#interrupt('media-server');
  }

  /** There is a media server again. */
  mediaServerRegained(): void {
    if (this.#state.phase !== 'ended') this.#stages.next();
  }

  /** Ends the show, tells everybody, releases everything; may be called twice. Never rejects. */
  end(reason: EndReason): Promise<void> {
    this.#ending ??= this.#end(reason);
    return this.#ending;
  }

  async #end(reason: EndReason): Promise<void> {
    clearTimeout(this.#mediaTimer);
    clearTimeout(this.#graceTimer);
    this.#stages.clear();
    this.#apply({ type: 'end', reason, at: Date.now() });
    this.#logger.info({ reason }, 'the broadcast has ended');
    await this.#recording.stop();
    await this.#stages.close();
    await this.#recording.finish();
  }

  get #startedAt(): number | null {
    return 'since' in this.#state ? this.#state.since : null;
  }

  get #show() {
    return { channel: this.channel, title: this.title, startedAt: this.#startedAt ?? Date.now() };
  }

  async #present(request: { peerId: string; sdpOffer: string; listener: PeerListener }): Promise<MediaLink> {
    const presenter: PresenterWatch = new PresenterWatch(request, {
      arrived: () => this.#mediaArrived(),
      // The line may stand and nothing come over it: viewers are told, and the picture may come back by itself.
      silent: () => this.#interrupt('presenter'),
      failed: (error) => {
        this.#logger.warn({ err: error }, 'the presenter’s link failed');
        presenter.listener.closed(error);
        this.presenterLost(presenter.peerId);
      },
    });
    this.#seat(presenter);
    const session = this.#stages.current();
    this.#mediaTimer = setTimeout(() => this.#mediaMissing(presenter), this.#parts.mediaTimeoutMs);
    const lost = (error: AppError) => presenter.listener.closed(error);
    const link = await session.connectPresenter({ ...request, listener: presenter, lost });
    this.#recording.sceneSet({ stage: await session.opening, codecs: link.codecs }, this.#show);
    return link;
  }

  /** Lets `presenter` be the one who presents, or nobody. */
  #seat(presenter: PresenterWatch | null): void {
    clearTimeout(this.#mediaTimer);
    this.#presenter?.stop();
    this.#presenter = presenter;
  }

  #viewerListener(viewer: JoinRequest): LinkListener {
    return {
      candidateFound: (candidate) => viewer.listener.candidateFound(candidate),
      flowChanged: () => {},
      failed: (error) => {
        this.#logger.debug({ err: error }, 'a viewer’s link failed');
        this.leave(viewer.peerId);
        viewer.listener.closed(error);
      },
    };
  }

  #mediaArrived(): void {
    clearTimeout(this.#mediaTimer);
    clearTimeout(this.#graceTimer);
    const before = this.#state.phase;
    if (!this.#apply({ type: 'media-arrived', at: Date.now() })) return;
    this.#logger.info(before === 'starting' ? 'the broadcast is live' : 'the broadcast goes on');
  }

  /** Nothing arrives of what was negotiated: a show that is on waits, one that only starts is over. */
  #mediaMissing(presenter: PresenterWatch): void {
    if (this.#presenter !== presenter) return;
    const message = 'No picture or sound reached the server. Please check your network or firewall and try again.';
    presenter.listener.closed(new AppError('media-never-arrived', message));
    if (this.#state.phase === 'starting') void this.end('media-never-arrived');
    else this.presenterLost(presenter.peerId);
  }

  #stageFailed(error: AppError): void {
    this.#logger.error({ err: error }, 'the stage failed');
    this.mediaServerLost(error);
    this.mediaServerRegained();
  }

  /** Lets the show wait if it is on and may; what only starts, or may not wait, ends. */
  #interrupt(by: Interruption): void {
    const graceMs = this.#parts.presenterGraceMs;
    if (this.#apply({ type: 'interrupted', by, at: Date.now(), graceMs })) {
      this.#logger.warn({ by }, 'the broadcast is interrupted');
      this.#awaitPresenter(Date.now() + graceMs);
    } else if (this.#state.phase !== 'interrupted') {
      void this.end(by === 'presenter' ? 'presenter-gone' : 'media-failed');
    }
  }

  #awaitPresenter(until: number): void {
    clearTimeout(this.#graceTimer);
    const giveUp = () => {
      const byServer = this.#state.phase === 'interrupted' && this.#state.by === 'media-server';
      void this.end(byServer ? 'media-failed' : 'presenter-gone');
    };
    this.#graceTimer = setTimeout(giveUp, Math.max(0, until - Date.now()));
  }

  /** Whether `event` changed anything. */
  #apply(event: BroadcastEvent): boolean {
    const next = nextState(this.#state, event);
    if (next === null) {
      this.#logger.debug({ event: event.type, phase: this.#state.phase }, 'the event does not apply');
      return false;
    }
    this.#state = next;
    this.#changed(this);
    return true;
  }
}
