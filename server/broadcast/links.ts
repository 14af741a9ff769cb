import { AppError } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import { ClosedError, Closer } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { tellEach } from '../tell-each.ts';
import { mediaServerAway, notJoined } from './broadcast-errors.ts';
import type { MediaGateway, MediaLink, Stage } from './media-gateway.ts';

/** What the links of a broadcast are made of. */
type LinksParts = {
  gateway: MediaGateway;
  broadcastId: string;
  logger: Logger;
  /** How long a request waits for a stage, in milliseconds. */
  stageTimeoutMs: number;
  /** The stage broke, and nobody else knows of it. */
  stageFailed: (error: AppError) => void;
};

/** A request for a link. */
type LinkRequest<Link extends MediaLink> = {
  peerId: string;
  /**
   * Opens the link on a stage that may still be opening. Called as soon as there is one, at once if there is one now,
   * and again for the next stage if this one fails to open.
   */
  open: (stage: Promise<Stage>) => Promise<Link>;
  /** The stage is gone, and the link with it. */
  lost: (error: AppError) => void;
};

/** A link from its request to its end. */
type Entry = {
  readonly lost: (error: AppError) => void;
  /** The stage that it is on; `null` while it waits for one. */
  stage: OpeningStage | null;
  link: Promise<MediaLink> | null;
};

/** A stage from the request to open it to its end. */
type OpeningStage = { readonly opening: Promise<Stage>; readonly closer: Closer; failedToOpen: boolean };

/** The pause before each further attempt to open a stage, in milliseconds; the last one is repeated. */
const retryDelaysMs = [250, 500, 1_000, 2_000];

/**
 * One map of who has a link in a broadcast, from the request on, and the stage that these links are on. An early ICE
 * candidate finds its link there, and somebody who leaves while there is no stage gets no link later. A media server
 * that goes away takes the stage along: the next one opens on the next media server, and requests wait for it.
 */
export class Links {
  readonly #parts: LinksParts;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<() => void>();
  readonly #closing = new Set<Promise<void>>();
  #stage: OpeningStage | null = null;
  /** How many stages in a row failed to open. */
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

  /** The ids of all who are on the present stage, those whose link is being opened included. */
  get peerIds(): string[] {
    return [...this.#entries].filter(([, { stage }]) => stage !== null).map(([peerId]) => peerId);
  }

  /**
   * Opens a link for somebody who has none.
   * @throws AppError `media-server-unavailable` when there is no stage in time; ClosedError when `peerId` left
   *   meanwhile or the stage was closed; and as `open` does
   */
  connect<Link extends MediaLink>(request: LinkRequest<Link>): Promise<Link> {
    const { peerId, lost } = request;
    const entry: Entry = { lost, stage: null, link: null };
    this.#entries.set(peerId, entry);
    const link = this.#open(entry, request);
    entry.link = link;
    link.catch(() => {
      if (this.#entries.get(peerId) === entry) this.#entries.delete(peerId);
    });
    return link;
  }

  async #open<Link extends MediaLink>(entry: Entry, { peerId, open }: LinkRequest<Link>): Promise<Link> {
    const deadline = Date.now() + this.#parts.stageTimeoutMs;
    const demandEntry = () => {
      if (this.#entries.get(peerId) !== entry) throw new ClosedError();
    };
    let failure: unknown;
    for (;;) {
      const stage = this.#stage ?? (await this.#nextStage(deadline, failure));
      demandEntry();
      entry.stage = stage;
      try {
        const link = await open(stage.opening);
        if (!stage.closer.closed) return link;
        // The stage closes its links with itself; only one that comes after its end needs an owner here.
        await link.close();
        throw new ClosedError();
      } catch (error) {
        if (!stage.failedToOpen || !isTransient(error) || Date.now() >= deadline) throw error;
        demandEntry();
        entry.stage = null;
        failure = error;
      }
    }
  }

  /** @throws `failure`, or AppError `media-server-unavailable`, when there is no stage at `deadline` (epoch, in ms) */
  async #nextStage(deadline: number, failure: unknown): Promise<OpeningStage> {
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
    if (this.#stage === null) throw failure ?? mediaServerAway();
    return this.#stage;
  }

  /** Closes the link of `peerId`, or cancels its request. Whether it was on the present stage. */
  leave(peerId: string): boolean {
    const entry = this.#entries.get(peerId);
    if (entry === undefined) return false;
    this.#entries.delete(peerId);
    entry.link?.then((link) => link.close()).catch(() => {});
    return entry.stage !== null;
  }

  /**
   * Passes a candidate on to the link of `peerId`, once it is open.
   * @throws AppError `not-joined` when there is no such link
   */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    const link = await this.#entries.get(peerId)?.link?.catch(() => undefined);
    if (link === undefined) throw notJoined();
    await link.addCandidate(candidate);
  }

  /** Opens the next stage; nothing happens if there is one. */
  openStage(): void {
    if (this.#isOver || this.#stage !== null) return;
    clearTimeout(this.#retry);
    const { gateway, broadcastId, stageFailed } = this.#parts;
    const closer = new Closer();
    const failed = (error: AppError) => {
      if (this.#stage === stage) stageFailed(error);
    };
    const stage: OpeningStage = {
      opening: closer.own(gateway.openStage({ broadcastId, failed })),
      closer,
      failedToOpen: false,
    };
    this.#stage = stage;
    stage.opening.then(
      () => {
        this.#failures = 0;
      },
      (error: unknown) => this.#openingFailed(stage, error),
    );
    for (const wake of [...this.#waiting]) wake();
  }

  /** No link was lost with a stage that never opened: those who wait go on to the next, after a pause. */
  #openingFailed(stage: OpeningStage, error: unknown): void {
    if (stage.closer.closed) return;
    stage.failedToOpen = true;
    this.#stage = null;
    this.#closeStage(stage);
    const delayMs = retryDelaysMs[this.#failures] ?? retryDelaysMs.at(-1);
    this.#failures += 1;
    this.#parts.logger.warn({ err: error, delayMs }, 'the stage could not be opened; it is tried again');
    this.#retry = setTimeout(() => this.openStage(), delayMs);
  }

  /** The stage is gone with all links on it; whoever still waits for one goes on waiting. */
  stageLost(error: AppError): void {
    clearTimeout(this.#retry);
    const stage = this.#stage;
    this.#stage = null;
    if (stage === null) return;
    const lost = [...this.#entries.values()].filter((entry) => entry.stage === stage);
    this.clear();
    tellEach(
      lost,
      (entry) => entry.lost(error),
      (failure) => this.#parts.logger.error({ err: failure }, 'a person on the stage could not be told of its loss'),
    );
    this.#closeStage(stage);
  }

  /** Takes everybody off the stage, and tells nobody. */
  clear(): void {
    for (const [peerId, { stage }] of this.#entries) if (stage !== null) this.#entries.delete(peerId);
  }

  /** Closes what is open, and opens nothing any more; never rejects. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#retry);
    for (const wake of [...this.#waiting]) wake();
    this.clear();
    if (this.#stage !== null) this.#closeStage(this.#stage);
    this.#stage = null;
    await Promise.all(this.#closing);
  }

  #closeStage({ closer }: OpeningStage): void {
    const closing = closer.close().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'closing the stage failed');
    });
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}

/** Whether the next stage may open where one failed with `error`; a bug, or a refusal, would only happen again. */
function isTransient(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'media-server-unavailable' || error.code === 'media-failed');
}
