import { randomUUID } from 'node:crypto';
import { type BroadcastEvent, type BroadcastState, type EndReason, nextState } from '../../lib/broadcast-state.ts';
import { AppError } from '../../lib/errors.ts';
import type { BroadcastView, Candidate } from '../../lib/signaling.ts';
import { ClosedError, Closer } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { alreadyJoined, notJoined, notLive, openingError } from './broadcast-errors.ts';
import { BroadcastRecording } from './broadcast-recording.ts';
import type { LinkListener, MediaGateway, MediaLink, PresenterLink, Stage } from './media-gateway.ts';
import type { RecordingShelf } from './recording-shelf.ts';

/** What every broadcast of a server shares. Times are in milliseconds. */
export type BroadcastParts = {
  gateway: MediaGateway;
  shelf: RecordingShelf;
  logger: Logger;
  maxVideoKbps: number;
  /** How long a presenter has from the request to the first media. */
  mediaTimeoutMs: number;
  /** How long a presenter who was lost is waited for; 0 ends the show at once. */
  presenterGraceMs: number;
};

/** What a person behind a link is told. */
export type PeerListener = {
  candidateFound(candidate: Candidate): void;
  /** The link is gone; nothing follows. */
  closed(error: AppError): void;
};

/** A request to go live. `peerId` is whoever presents. */
export type StartRequest = {
  peerId: string;
  channel: string;
  title: string;
  record: boolean;
  sdpOffer: string;
  listener: PeerListener;
};

/**
 * One show on a channel, from the request to go live to its end. Whoever has a link is in `#links` from the moment
 * of the request: the map keeps promises, so an early candidate waits by itself and a second request shows at once.
 */
export class Broadcast {
  readonly id = randomUUID();
  readonly channel: string;
  readonly title: string;
  readonly presenterId: string;
  readonly #parts: BroadcastParts;
  readonly #logger: Logger;
  readonly #changed: (broadcast: Broadcast) => void;
  readonly #closer = new Closer();
  readonly #links = new Map<string, Promise<MediaLink>>();
  readonly #recording: BroadcastRecording;
  #state: BroadcastState = { phase: 'starting' };
  #opening: Promise<Stage> | undefined;
  #ending: Promise<void> | undefined;
  #mediaTimer: NodeJS.Timeout | undefined;
  #startedAt: number | null = null;

  constructor(request: StartRequest, parts: BroadcastParts, changed: (broadcast: Broadcast) => void) {
    this.channel = request.channel;
    this.title = request.title;
    this.presenterId = request.peerId;
    this.#parts = parts;
    this.#changed = changed;
    this.#logger = parts.logger.child({ channel: this.channel, broadcastId: this.id });
    this.#recording = new BroadcastRecording({
      shelf: parts.shelf,
      logger: this.#logger,
      changed: () => this.#changed(this),
    });
  }

  get maxVideoKbps(): number {
    return this.#parts.maxVideoKbps;
  }

  get phase(): BroadcastState['phase'] {
    return this.#state.phase;
  }

  /** What anybody may know of it. */
  view(): BroadcastView {
    const ended = this.#state.phase === 'ended';
    return {
      broadcastId: this.id,
      channel: this.channel,
      title: this.title,
      phase: this.#state.phase,
      startedAt: this.#startedAt,
      viewers: Math.max(0, this.#links.size - (this.#links.has(this.presenterId) ? 1 : 0)),
      recording: this.#recording.phase,
      recordingId: ended ? this.#recording.recordingId : null,
      endReason: this.#state.phase === 'ended' ? this.#state.reason : null,
    };
  }

  /**
   * Opens the stage and puts the presenter on it; called once.
   * @returns the answer to the presenter's offer
   * @throws AppError as MediaGateway does; the broadcast has ended then
   */
  async open(request: StartRequest): Promise<string> {
    this.#opening = this.#closer.own(
      this.#parts.gateway.openStage({ broadcastId: this.id, failed: (error) => this.#mediaFailed(error) }),
    );
    this.#opening.catch(() => {});
    const link = this.#openPresenter(request, this.#opening);
    this.#links.set(request.peerId, link);
    this.#mediaTimer = setTimeout(() => this.#mediaMissing(request.listener), this.#parts.mediaTimeoutMs);
    this.#changed(this);
    try {
      const { sdpAnswer, kinds } = await link;
      this.#logger.info({ title: this.title, record: request.record }, 'the broadcast is starting');
      if (request.record) {
        const show = { channel: this.channel, title: this.title, startedAt: Date.now(), kinds };
        this.#recording.start(await this.#opening, show);
      }
      return sdpAnswer;
    } catch (error) {
      void this.end('media-failed');
      throw openingError(error);
    }
  }

  /**
   * Lets a viewer in.
   * @throws AppError `not-live`, `already-joined`, and as MediaGateway does
   */
  async join(viewer: { peerId: string; sdpOffer: string; listener: PeerListener }): Promise<string> {
    const stage = this.#opening;
    if (this.#state.phase !== 'live' || stage === undefined) throw notLive(this.channel);
    if (this.#links.has(viewer.peerId)) throw alreadyJoined();
    const link = this.#openViewer(viewer, stage);
    this.#links.set(viewer.peerId, link);
    this.#changed(this);
    try {
      return (await link).sdpAnswer;
    } catch (error) {
      if (this.#links.get(viewer.peerId) === link) {
        this.#links.delete(viewer.peerId);
        this.#changed(this);
      }
      throw openingError(error);
    }
  }

  /** Lets a viewer go; nothing happens if there is none of that id. */
  leave(peerId: string): void {
    if (peerId === this.presenterId) return;
    const link = this.#links.get(peerId);
    if (link === undefined) return;
    this.#links.delete(peerId);
    this.#changed(this);
    link.then((opened) => opened.close()).catch(() => {});
  }

  /**
   * Passes a candidate on to the link of `peerId`, once it is open.
   * @throws AppError `not-joined` when there is no such link
   */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    const link = this.#links.get(peerId);
    if (link === undefined) throw notJoined();
    const opened = await link.catch(() => {
      throw notJoined();
    });
    await opened.addCandidate(candidate);
  }

  /** The presenter's socket is gone for good: the show waits if it may, and ends if not. */
  presenterLost(): void {
    const event = { type: 'presenter-lost', at: Date.now(), graceMs: this.#parts.presenterGraceMs } as const;
    if (!this.#apply(event)) void this.end('presenter-gone');
  }

  /** Ends the show, tells everybody, releases everything; may be called twice. Never rejects. */
  end(reason: EndReason): Promise<void> {
    this.#ending ??= this.#end(reason);
    return this.#ending;
  }

  async #end(reason: EndReason): Promise<void> {
    clearTimeout(this.#mediaTimer);
    this.#links.clear();
    this.#apply({ type: 'end', reason, at: Date.now() });
    this.#logger.info({ reason }, 'the broadcast has ended');
    await this.#recording.stop();
    await this.#closer.close().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'closing the stage failed');
    });
    await this.#recording.finish();
  }

  async #openPresenter(request: StartRequest, opening: Promise<Stage>): Promise<PresenterLink> {
    const stage = await opening;
    const listener = this.#linkListener(request.listener, {
      flowing: () => {
        clearTimeout(this.#mediaTimer);
        const at = Date.now();
        if (this.#apply({ type: 'media-arrived', at })) this.#logger.info('the broadcast is live');
      },
      failed: (error) => {
        request.listener.closed(error);
        this.presenterLost();
      },
    });
    return this.#closer.own(
      stage.connectPresenter({ sdpOffer: request.sdpOffer, maxVideoKbps: this.#parts.maxVideoKbps, listener }),
    );
  }

  async #openViewer(
    viewer: { peerId: string; sdpOffer: string; listener: PeerListener },
    opening: Promise<Stage>,
  ): Promise<MediaLink> {
    const stage = await opening;
    const listener = this.#linkListener(viewer.listener, {
      flowing: () => {},
      failed: (error) => {
        this.leave(viewer.peerId);
        viewer.listener.closed(error);
      },
    });
    const link = await stage.connectViewer({
      sdpOffer: viewer.sdpOffer,
      maxVideoKbps: this.#parts.maxVideoKbps,
      listener,
    });
    // The stage closes its links with itself; only one that comes after the end needs an owner here.
    if (this.#closer.closed || this.#state.phase === 'ended') {
      await link.close();
      throw new ClosedError();
    }
    return link;
  }

  #linkListener(peer: PeerListener, on: { flowing(): void; failed(error: AppError): void }): LinkListener {
    return {
      candidateFound: (candidate) => peer.candidateFound(candidate),
      flowChanged: (_kind, flowing) => {
        if (flowing) on.flowing();
      },
      failed: (error) => {
        this.#logger.warn({ err: error }, 'a link failed');
        on.failed(error);
      },
    };
  }

  #mediaMissing(presenter: PeerListener): void {
    const error = new AppError(
      'media-never-arrived',
      'No picture or sound reached the server. Please check your network or firewall and try again.',
    );
    presenter.closed(error);
    void this.end('media-never-arrived');
  }

  #mediaFailed(error: AppError): void {
    this.#logger.error({ err: error }, 'the stage failed');
    void this.end('media-failed');
  }

  /** Whether `event` changed anything. */
  #apply(event: BroadcastEvent): boolean {
    const next = nextState(this.#state, event);
    if (next === null) {
      this.#logger.debug({ event: event.type, phase: this.#state.phase }, 'the event does not apply');
      return false;
    }
    this.#state = next;
    if (next.phase === 'live') this.#startedAt = next.since;
    this.#changed(this);
    return true;
  }
}
