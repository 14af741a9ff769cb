import { randomUUID } from 'node:crypto';
import type { BroadcastState, EndReason } from '../../lib/broadcast-state.ts';
import type { AppError } from '../../lib/errors.ts';
import type { BroadcastView, Candidate, RecordingMode } from '../../lib/signaling.ts';
import { ClosedError } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { Audience } from './audience.ts';
import { interruptionBy, mediaNeverArrived, notJoined, notLive, openingError, takenOver } from './broadcast-errors.ts';
import { BroadcastLifecycle } from './broadcast-lifecycle.ts';
import { BroadcastRecording } from './broadcast-recording.ts';
import type { BroadcastParts, ResumeRequest, SavedBroadcast, StartRequest } from './broadcast-types.ts';
import { BroadcastInfo, describeBroadcast, type NewShow } from './broadcast-view.ts';
import { Guests } from './guests/guests.ts';
import { TierLinks } from './ladder/tier-links.ts';
import { Links } from './links.ts';
import type { MediaLink } from './media-gateway.ts';
import { createResumeToken, PresenterMonitor } from './presenter.ts';

/** One show on a channel, from the request to go live to its end, across all interruptions. */
export class Broadcast {
  readonly id: string;
  readonly channel: string;
  readonly resumeToken: string;
  readonly maxVideoKbps: number;
  /** The title, and what the presenter's browser reports about the show. */
  readonly info: BroadcastInfo;
  readonly recording: BroadcastRecording;
  readonly audience: Audience;
  readonly tiers: TierLinks;
  readonly guests: Guests;
  readonly #parts: BroadcastParts;
  readonly #logger: Logger;
  readonly #changed: (broadcast: Broadcast) => void;
  readonly #links: Links;
  readonly #lifecycle: BroadcastLifecycle;
  #presenter: PresenterMonitor | null = null;
  /** The newest request to resume. */
  #latest: ResumeRequest | null = null;
  #ending: Promise<void> | undefined;

  constructor(
    show: NewShow,
    parts: BroadcastParts,
    changed: (broadcast: Broadcast) => void,
    saved: SavedBroadcast | null = null,
  ) {
    const notify = () => this.#changed(this);
    this.id = saved?.id ?? randomUUID();
    this.channel = show.channel;
    this.info = new BroadcastInfo(saved ?? show, {
      changed: notify,
      renamed: (title) => this.recording.retitle(title),
    });
    this.resumeToken = saved?.resumeToken ?? createResumeToken();
    this.maxVideoKbps = parts.maxVideoKbps;
    this.#parts = parts;
    this.#changed = changed;
    this.#logger = parts.logger.child({ channel: this.channel, broadcastId: this.id });
    this.#lifecycle = new BroadcastLifecycle({
      ...parts,
      startedAt: saved?.startedAt ?? null,
      isFlowing: saved?.isFlowing === true,
      logger: this.#logger,
      changed: notify,
      over: (reason) => void this.end(reason),
    });
    this.#links = new Links({
      ...{ gateway: parts.gateway, broadcastId: this.id, logger: this.#logger },
      pipelineTimeoutMs: parts.mediaServerTimeoutMs,
      pipelineFailed: (error) => {
        this.#logger.error({ err: error }, 'The pipeline failed');
        this.mediaServerLost(error);
        this.mediaServerRegained();
      },
    });
    const { channel, maxVideoKbps } = this;
    const common = { channel, links: this.#links, logger: this.#logger, maxVideoKbps, mixing: parts.mixing };
    this.tiers = new TierLinks({
      ...common,
      wanted: (tiers) => this.#presenter?.listener.tiersWanted(tiers),
      narrowed: notify,
    });
    this.guests = new Guests({ ...common, changed: notify, saved: saved?.guests ?? null });
    this.audience = new Audience({
      ...common,
      hasBegun: () => this.#lifecycle.startedAt !== null,
      ladder: this.tiers.ladder,
      sentKinds: () => this.#presenter?.kinds ?? null,
      changed: (viewers) => this.info.noteViewers(viewers),
    });
    this.recording = new BroadcastRecording({ ...parts, logger: this.#logger, changed: notify });
    if (saved === null) this.recording.set(show.record, this.#show);
    else {
      this.recording.restore(saved, this.#show);
      this.#links.openPipeline();
    }
  }

  get phase(): BroadcastState['phase'] {
    return this.#lifecycle.state.phase;
  }

  /** The broadcast as anyone may see it. */
  view(): BroadcastView {
    const show = { id: this.id, channel: this.channel, info: this.info.view, recording: this.recording };
    const { outages } = this.#parts;
    return describeBroadcast({ ...show, state: this.#lifecycle.state, audience: this.audience.counts, outages });
  }

  /** The data needed to resume the broadcast after the server was killed; `null` if there is nothing to resume. */
  save(): SavedBroadcast | null {
    const { startedAt } = this.#lifecycle;
    if (startedAt === null) return null;
    const show = { id: this.id, channel: this.channel, resumeToken: this.resumeToken, startedAt };
    return { ...show, guests: this.guests.save(), ...this.info.save(), ...this.recording.save() };
  }

  /**
   * Opens the pipeline and connects the presenter to it. Called once.
   * @returns the answer to the presenter's offer
   * @throws AppError as MediaGateway does; then the broadcast has ended
   */
  async open(request: StartRequest): Promise<string> {
    this.#links.openPipeline();
    this.#changed(this);
    try {
      const { sdpAnswer } = await this.#present(request);
      this.#logger.info({ title: this.info.title, record: request.record }, 'The broadcast is starting');
      return sdpAnswer;
    } catch (error) {
      void this.end('media-failed');
      throw openingError(error);
    }
  }

  /**
   * Resumes the show on another link or another device, whose token {@link requireResumeToken} has checked. This is where a
   * take-over (takeover) is decided: the last one who asks presents, and the previous presenter is notified.
   * @throws AppError `not-live`, and as MediaGateway does; then the broadcast keeps waiting
   */
  async resume(request: ResumeRequest): Promise<string> {
    if (this.phase === 'ended') throw notLive(this.channel);
    // An earlier request that is still waiting for a pipeline is replaced like a presenter.
    const waiting = this.#latest !== null && this.#links.has(this.#latest.peerId) ? this.#latest : null;
    const former = this.#presenter ?? waiting;
    this.#latest = request;
    this.#dropPresenter();
    // A presenter who makes another link on the same socket sends over both until media arrives over the new one.
    const isMove = former?.peerId === request.peerId && this.#links.setAside(request.peerId);
    if (former !== null && !isMove) this.#links.leave(former.peerId);
    if (former !== null && former.peerId !== request.peerId) former.listener.closed(takenOver());
    try {
      const { sdpAnswer } = await this.#present(request);
      this.#logger.info('The presenter is back');
      return sdpAnswer;
    } catch (error) {
      // By now a later request may be about to become the presenter, even one from the same peer.
      if (this.#latest === request) this.#presenterUnlinked(request.peerId);
      else if (error instanceof ClosedError && this.#latest?.peerId !== request.peerId) throw takenOver();
      throw openingError(error);
    }
  }

  /** @throws AppError `not-joined` when `peerId` has no link */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    if (this.phase === 'ended') throw notJoined();
    await this.#links.addCandidate(peerId, candidate);
  }

  /** Starts, pauses or finishes the recording; see `recording:set`. */
  setRecording(mode: RecordingMode): void {
    if (this.phase !== 'ended') this.recording.set(mode, this.#show);
  }

  /** The presenter `peerId` has left. The show waits if there is a grace period, and ends otherwise. */
  presenterGone(peerId: string): void {
    if (this.#unlink(peerId)) this.#lifecycle.presenterGone();
  }

  /** The media server went away with all links. The show continues on the next one. */
  mediaServerLost(error: AppError): void {
    this.#dropPresenter();
    this.recording.inputLost();
    this.#links.pipelineLost(error);
    if (this.phase !== 'ended') this.#lifecycle.interrupt('media-server');
  }

  /** A media server is available again. */
  mediaServerRegained(): void {
    if (this.phase !== 'ended') this.#links.openPipeline();
  }

  /** Ends the show, announces its end and releases everything. May be called twice. Never rejects. */
  end(reason: EndReason): Promise<void> {
    this.#ending ??= this.#end(reason);
    return this.#ending;
  }

  /** Somebody else goes on with the show: closes all links here for `error`, and leaves everything else to them. */
  abandon(error: AppError): void {
    void this.recording.suspend();
    this.#lifecycle.abandon();
    this.tiers.ladder.close();
    this.mediaServerLost(error);
    this.guests.close(error);
    this.#ending ??= this.#links.close();
  }

  /** The same, but links go on without us. @returns what tells those who have them to make others elsewhere */
  letGo(error: AppError): () => void {
    const tell = this.#links.letGo();
    this.abandon(error);
    return tell;
  }

  async #end(reason: EndReason): Promise<void> {
    this.#presenter?.stopWaiting();
    this.guests.close(notLive(this.channel));
    this.#links.clear();
    this.#lifecycle.end(reason);
    this.tiers.ladder.close();
    await this.recording.stop();
    await this.#links.close();
    await this.recording.finish();
  }

  get #show() {
    return { channel: this.channel, title: this.info.title, startedAt: this.#lifecycle.startedAt ?? Date.now() };
  }

  #present({ peerId, sdpOffer, listener }: ResumeRequest): Promise<MediaLink> {
    const { maxVideoKbps } = this;
    listener.admitted();
    return this.#links.connect({
      peerId,
      isViewer: false,
      open: async (opening) => {
        const presenter = this.#monitor({ peerId, listener });
        const pipeline = await opening;
        const link = await pipeline.connectPresenter({ sdpOffer, maxVideoKbps, listener: presenter });
        presenter.negotiated(link.codecs);
        // By now someone else may be presenting, or the show may be over.
        if (this.#presenter === presenter && this.phase !== 'ended') {
          this.recording.inputReady({ pipeline, link }, this.#show);
        }
        return link;
      },
      lost: (error) => listener.closed(error),
      left: () => listener.ownerLeaves(),
    });
  }

  #monitor(peer: Pick<ResumeRequest, 'peerId' | 'listener'>): PresenterMonitor {
    const presenter: PresenterMonitor = new PresenterMonitor(peer, this.#parts.mediaTimeoutMs, {
      arrived: () => {
        this.#links.settle(peer.peerId, 'new');
        this.#lifecycle.mediaArrived();
      },
      // A show that is on waits; one that is still starting is over.
      missing: () => {
        presenter.listener.closed(mediaNeverArrived());
        if (this.phase === 'starting') void this.end('media-never-arrived');
        else this.#presenterUnlinked(presenter.peerId);
      },
      // The link may be up although no media arrives. Viewers see this, and the picture may return on its own.
      silent: () => this.#lifecycle.interrupt('presenter'),
      picture: (flow) => this.info.notePicture(flow),
      failed: (error) => {
        this.#logger.warn({ err: error }, 'The presenter’s link failed');
        presenter.listener.closed(error);
        this.#presenterUnlinked(presenter.peerId, error);
      },
    });
    this.#dropPresenter();
    this.#presenter = presenter;
    this.guests.presenterCame(peer.peerId, peer.listener);
    this.info.noteHealth('unknown', null);
    return presenter;
  }

  /** The presenter `peerId` has no link any more, but is still there and can open another one. */
  #presenterUnlinked(peerId: string, cause: AppError | null = null): void {
    if (this.#unlink(peerId)) this.#lifecycle.interrupt(interruptionBy(cause));
  }

  /** Closes the link of `peerId`; returns false when someone else presents, or the show is over. */
  #unlink(peerId: string): boolean {
    this.#links.leave(peerId);
    if (this.#presenter !== null && this.#presenter.peerId !== peerId) return false;
    this.#dropPresenter();
    return this.phase !== 'ended';
  }

  #dropPresenter(): void {
    this.#presenter?.close();
    this.#presenter = null;
    this.tiers.presenterGone();
    this.guests.presenterGone();
  }
}
