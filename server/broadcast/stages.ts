import type { AppError } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { mediaServerAway, notJoined } from './broadcast-errors.ts';
import type { MediaGateway } from './media-gateway.ts';
import { StageSession } from './stage-session.ts';

/** What the stages of a broadcast are made of. `failed` is told when a stage breaks of which nobody else knows. */
type StagesParts = {
  gateway: MediaGateway;
  broadcastId: string;
  maxVideoKbps: number;
  logger: Logger;
  failed: (error: AppError) => void;
};

/** The pause before each further try to open a stage, in milliseconds; the last one is repeated. */
const retryDelaysMs = [250, 500, 1_000, 2_000];

/**
 * The stages of one broadcast, one after the other: a media server that goes away takes one along, and the next is
 * opened on the next media server. A stage that cannot be opened is tried again. In between, requests wait for it.
 */
export class Stages {
  readonly #parts: StagesParts;
  readonly #closing = new Set<Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #session: StageSession | null = null;
  /** How many openings in a row have failed. */
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: StagesParts) {
    this.#parts = parts;
  }

  /** The ids of all who are on the present stage. */
  get peerIds(): string[] {
    return this.#session?.peerIds ?? [];
  }

  /** Whether there is a stage at this moment. */
  get isReady(): boolean {
    return this.#session !== null;
  }

  has(peerId: string): boolean {
    return this.#session?.has(peerId) ?? false;
  }

  /** Opens the next stage; nothing happens if there is one. */
  next(): void {
    if (this.#isOver || this.#session !== null) return;
    clearTimeout(this.#retry);
    const session: StageSession = new StageSession({
      ...this.#parts,
      failed: (error) => {
        if (this.#session === session) this.#parts.failed(error);
      },
    });
    this.#session = session;
    session.opening.then(
      () => {
        this.#failures = 0;
      },
      (error: unknown) => this.#openingFailed(session, error),
    );
    for (const wake of this.#waiting) wake();
  }

  /**
   * Resolves when there is a stage to ask for.
   * @throws AppError `media-server-unavailable` when none comes within `patienceMs` milliseconds
   */
  async ready(patienceMs: number): Promise<void> {
    if (this.#session !== null) return;
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const timer = setTimeout(wake, this.#isOver ? 0 : patienceMs);
    this.#waiting.add(wake);
    await woken;
    clearTimeout(timer);
    this.#waiting.delete(wake);
    this.current();
  }

  /** @throws AppError `media-server-unavailable` between two stages */
  current(): StageSession {
    if (this.#session === null) throw mediaServerAway();
    return this.#session;
  }

  /** Takes a person off the stage; whether there was one of that id. */
  leave(peerId: string): boolean {
    return this.#session?.leave(peerId) ?? false;
  }

  /** @throws AppError `not-joined` when `peerId` has no link */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    if (this.#session === null) throw notJoined();
    await this.#session.addCandidate(peerId, candidate);
  }

  /** The present stage is gone: tells everybody on it. */
  lose(error: AppError): void {
    clearTimeout(this.#retry);
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    session.lose(error);
    this.#close(session);
  }

  /** Takes everybody off, and tells nobody. */
  clear(): void {
    this.#session?.clear();
  }

  /** Closes what is open, and opens nothing any more; never rejects. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#retry);
    for (const wake of this.#waiting) wake();
    const session = this.#session;
    this.#session = null;
    if (session !== null) this.#close(session);
    await Promise.all(this.#closing);
  }

  /** Nobody keeps a stage that never opened: the next one is opened after a pause, unless this one is gone anyway. */
  #openingFailed(session: StageSession, error: unknown): void {
    if (this.#session !== session) return;
    this.#session = null;
    this.#close(session);
    const delayMs = retryDelaysMs[this.#failures] ?? retryDelaysMs.at(-1);
    this.#failures += 1;
    this.#parts.logger.warn({ err: error, delayMs }, 'the stage could not be opened; it is tried again');
    this.#retry = setTimeout(() => this.next(), delayMs);
  }

  #close(session: StageSession): void {
    const closing = session.close().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'closing the stage failed');
    });
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}
