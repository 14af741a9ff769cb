import type { AppError } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import { ClosedError, Closer } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { isTransient, maxCandidates, mediaServerAway, notJoined, tooManyCandidates } from './broadcast-errors.ts';
import type { LinkRequest } from './link-request.ts';
import type { BroadcastPipeline, MediaGateway, MediaLink } from './media-gateway.ts';

/** The parts of the links of a broadcast. */
type LinksParts = {
  gateway: MediaGateway;
  broadcastId: string;
  logger: Logger;
  /** How long a request waits for a pipeline, in milliseconds. */
  pipelineTimeoutMs: number;
  /** The pipeline broke; nothing else reports this. */
  pipelineFailed: (error: AppError) => void;
};

/** A link from its request to its end. */
type Entry = Pick<LinkRequest<MediaLink>, 'isViewer' | 'lost' | 'left'> & {
  /** The pipeline that the link is on; `null` while it waits for one. */
  pipeline: OpeningPipeline | null;
  link: Promise<MediaLink> | null;
  /** How many candidates it was given. */
  candidates: number;
};

/** A pipeline from the request to open it to its end. */
type OpeningPipeline = { readonly opening: Promise<BroadcastPipeline>; readonly closer: Closer; failedToOpen: boolean };

/** The id of the link that a peer had before, while another one is to take its place. */
const formerId = (peerId: string) => `${peerId}/former`;

/** The delay before each further attempt to open a pipeline, in milliseconds; the last one is repeated. */
const retryDelaysMs = [250, 500, 1_000, 2_000];

/** The id in {@link Links} of a peer's link that is not its main one. */
export function linkId(peerId: string, name: string): string {
  return `${peerId}/${name}`;
}

/**
 * One map of the peers that have a link in a broadcast, from the request on, and the pipeline that these links are on.
 * An early ICE candidate finds its link there, and a peer that leaves while there is no pipeline gets no link later.
 * When the media server goes away, the pipeline goes with it: the next one opens on the next media server, and requests
 * wait for it.
 */
export class Links {
  readonly #parts: LinksParts;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<() => void>();
  readonly #closing = new Set<Promise<void>>();
  #pipeline: OpeningPipeline | null = null;
  /** How many pipelines in a row failed to open. */
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: LinksParts) {
    this.#parts = parts;
  }

  /** Whether `peerId` has a link, or has asked for one. */
  has(peerId: string): boolean {
    return this.#entries.has(peerId);
  }

  /** Whether `peerId` has a viewer's link, or has asked for one. */
  hasViewer(peerId: string): boolean {
    return this.#entries.get(peerId)?.isViewer === true;
  }

  /** The number of viewers on the current pipeline, including those whose link is being opened. */
  get viewers(): number {
    return [...this.#entries.values()].filter(({ isViewer, pipeline }) => isViewer && pipeline !== null).length;
  }

  /** The current pipeline, which may still be opening; `null` while there is none. */
  get pipeline(): Promise<BroadcastPipeline> | null {
    return this.#pipeline?.opening ?? null;
  }

  /**
   * Opens a link for a peer that has none.
   * @throws AppError `media-server-unavailable` when there is no pipeline in time; ClosedError when `peerId` left
   *   meanwhile or the pipeline was closed; and as `open` does
   */
  connect<Link extends MediaLink>(request: LinkRequest<Link>): Promise<Link> {
    const { peerId, isViewer, lost, left } = request;
    const entry: Entry = { isViewer, lost, left, pipeline: null, link: null, candidates: 0 };
    this.#entries.set(peerId, entry);
    const link = this.#open(entry, request);
    entry.link = link;
    link.catch(() => {
      if (this.#entries.get(peerId) === entry) this.#entries.delete(peerId);
    });
    return link;
  }

  async #open<Link extends MediaLink>(entry: Entry, { peerId, open }: LinkRequest<Link>): Promise<Link> {
    const deadline = Date.now() + this.#parts.pipelineTimeoutMs;
    const requireEntry = () => {
      if (this.#entries.get(peerId) !== entry) throw new ClosedError();
    };
    let failure: unknown;
    for (;;) {
      const pipeline = this.#pipeline ?? (await this.#nextPipeline(deadline, failure));
      requireEntry();
      entry.pipeline = pipeline;
      try {
        const link = await open(pipeline.opening);
        if (!pipeline.closer.closed) return link;
        // The pipeline closes its own links; only a link that opens after the pipeline's end needs an owner here.
        await link.close();
        throw new ClosedError();
      } catch (error) {
        if (!pipeline.failedToOpen || !isTransient(error) || Date.now() >= deadline) throw error;
        requireEntry();
        entry.pipeline = null;
        failure = error;
      }
    }
  }

  /**
   * @throws `failure`, or AppError `media-server-unavailable`, when there is no pipeline at `deadline` (epoch, in ms)
   */
  async #nextPipeline(deadline: number, failure: unknown): Promise<OpeningPipeline> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, deadline - Date.now());
        this.#waiting.add(wake);
      });
    }
    if (this.#pipeline === null) throw failure ?? mediaServerAway();
    return this.#pipeline;
  }

  /** Closes the links of `peerId`, or cancels its request. Returns whether it was on the current pipeline. */
  leave(peerId: string): boolean {
    const former = this.#remove(formerId(peerId));
    return this.#remove(peerId) || former;
  }

  /**
   * Puts the link of `peerId` aside, where it stays open while the peer opens another one.
   * @returns false if there is none on the current pipeline, or one is aside already
   */
  setAside(peerId: string): boolean {
    const entry = this.#entries.get(peerId);
    if (entry === undefined || entry.pipeline === null || this.#entries.has(formerId(peerId))) return false;
    this.#entries.delete(peerId);
    // The peer is counted once.
    this.#entries.set(formerId(peerId), { ...entry, isViewer: false });
    return true;
  }

  /** Closes the link of `peerId` that was put aside, or brings it back in the place of the one after it. */
  settle(peerId: string, on: 'new' | 'former', isViewer = false): void {
    const former = this.#entries.get(formerId(peerId));
    if (on === 'new' || former === undefined) {
      this.#remove(formerId(peerId));
      return;
    }
    this.#entries.delete(formerId(peerId));
    this.#remove(peerId);
    this.#entries.set(peerId, { ...former, isViewer });
  }

  #remove(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    entry.link?.then((link) => link.close()).catch(() => {});
    return entry.pipeline !== null;
  }

  /**
   * Passes a candidate on to the link of `peerId` that it names, once that is open.
   * @throws AppError `not-joined` when there is no such link, `too-many-requests`
   */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    const { link: name } = candidate;
    const entry = this.#entries.get(name === undefined ? peerId : linkId(peerId, name));
    if (entry !== undefined) entry.candidates += 1;
    if (entry !== undefined && entry.candidates > maxCandidates) throw tooManyCandidates();
    const link = await entry?.link?.catch(() => undefined);
    if (link === undefined) throw notJoined();
    await link.addCandidate(candidate);
  }

  /** Opens the next pipeline; does nothing if there is one. */
  openPipeline(): void {
    if (this.#isOver || this.#pipeline !== null) return;
    clearTimeout(this.#retry);
    const { gateway, broadcastId, pipelineFailed } = this.#parts;
    const closer = new Closer();
    const failed = (error: AppError) => {
      if (this.#pipeline === pipeline) pipelineFailed(error);
    };
    const pipeline: OpeningPipeline = {
      opening: closer.own(gateway.openPipeline({ broadcastId, failed })),
      closer,
      failedToOpen: false,
    };
    this.#pipeline = pipeline;
    pipeline.opening.then(
      () => {
        this.#failures = 0;
      },
      (error: unknown) => this.#openingFailed(pipeline, error),
    );
    for (const wake of [...this.#waiting]) wake();
  }

  /** No link was lost with a pipeline that never opened: waiting requests move on to the next one, after a delay. */
  #openingFailed(pipeline: OpeningPipeline, error: unknown): void {
    if (pipeline.closer.closed) return;
    pipeline.failedToOpen = true;
    this.#pipeline = null;
    this.#closePipeline(pipeline);
    const delayMs = retryDelaysMs[this.#failures] ?? retryDelaysMs.at(-1);
    this.#failures += 1;
    this.#parts.logger.warn({ err: error, delayMs }, 'The pipeline could not be opened; trying again');
    this.#retry = setTimeout(() => this.openPipeline(), delayMs);
  }

  /** The pipeline is gone with all links on it. Requests that are still waiting for one go on waiting. */
  pipelineLost(error: AppError): void {
    clearTimeout(this.#retry);
    const pipeline = this.#pipeline;
    this.#pipeline = null;
    if (pipeline === null) return;
    const lost = [...this.#entries.values()].filter((entry) => entry.pipeline === pipeline);
    this.clear();
    notifyEach(
      lost,
      (entry) => entry.lost(error),
      (failure) =>
        this.#parts.logger.error({ err: failure }, 'A peer on the pipeline could not be notified of its loss'),
    );
    this.#closePipeline(pipeline);
  }

  /** Removes all peers from the pipeline without notifying them. */
  clear(): void {
    for (const [peerId, { pipeline }] of this.#entries) if (pipeline !== null) this.#entries.delete(peerId);
  }

  /** Closes everything that is open, and opens nothing from then on. Never rejects. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#retry);
    for (const wake of [...this.#waiting]) wake();
    this.clear();
    if (this.#pipeline !== null) this.#closePipeline(this.#pipeline);
    this.#pipeline = null;
    await Promise.all(this.#closing);
  }

  /**
   * Leaves everything as it is on the media server, and opens and closes nothing from now on.
   * @returns what tells every peer with a link that it goes on without us
   */
  letGo(): () => void {
    const [entries, pipeline] = [[...this.#entries.values()], this.#pipeline];
    this.#entries.clear();
    this.#pipeline = null;
    pipeline?.closer.letGo();
    pipeline?.opening.then((opened) => opened.letGo()).catch(() => undefined);
    void this.close();
    return () => {
      for (const { left } of entries) left?.();
    };
  }

  #closePipeline({ closer }: OpeningPipeline): void {
    const closing = closer.close().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'Closing the pipeline failed');
    });
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}
