import { wait } from '../platform/clock.ts';
import type { LoadTarget } from './load-link.ts';
import { type LoadBroadcast, LoadPresenter } from './load-presenter.ts';
import { ReturningSocket, returnPauseMs } from './returning-socket.ts';
import { RequestRefused } from './signaling-socket.ts';

const lookEveryMs = 50;
/** Error codes that mean that the show is lost, so that retrying is pointless. */
const finalRefusals: ReadonlySet<string> = new Set(['not-live', 'resume-refused', 'taken-over']);

/** A presenter without a browser who resumes the show immediately whenever link or socket break. */
export class ResilientPresenter {
  readonly #target: LoadTarget;
  readonly #channel: string;
  readonly #resumeToken: string;
  readonly #socket: ReturningSocket;
  readonly #closed = new AbortController();
  readonly #returns: number[] = [];
  #presenter: LoadPresenter;
  #running: Promise<void> = Promise.resolve();
  #trouble = '';
  #isOver = false;

  private constructor(target: LoadTarget, channel: string, socket: ReturningSocket, presenter: LoadPresenter) {
    this.#target = target;
    this.#channel = channel;
    this.#socket = socket;
    this.#presenter = presenter;
    this.#resumeToken = presenter.resumeToken;
  }

  /** Goes live, and waits until viewers can join. Rejects if refused; nothing is left open then. */
  static async start(target: LoadTarget, show: LoadBroadcast): Promise<ResilientPresenter> {
    const returning = new ReturningSocket(target.url, target.timeoutMs ?? 10_000);
    try {
      const socket = await returning.connected(AbortSignal.timeout(target.timeoutMs ?? 10_000));
      const presenter = await LoadPresenter.start({ ...target, socket }, show);
      const resilient = new ResilientPresenter(target, show.channel, returning, presenter);
      resilient.#running = resilient.#run();
      await presenter.waitForLive().catch(async (error: unknown) => {
        await resilient.close();
        throw error;
      });
      return resilient;
    } catch (error) {
      returning.drop();
      throw error;
    }
  }

  /** When it resumed the show, in wall clock milliseconds, oldest first. */
  get returns(): readonly number[] {
    return this.#returns;
  }

  /** Whether the show can no longer be resumed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The last error. */
  get trouble(): string {
    return this.#trouble;
  }

  /** The current presenter; another one after every return. */
  get current(): LoadPresenter {
    return this.#presenter;
  }

  /** Drops socket and connection without notifying the server, like a reloaded page, and comes back. */
  breakOff(): void {
    this.#socket.drop();
  }

  /** Ends the show as the button does, and closes. */
  async stop(): Promise<void> {
    this.#closed.abort(new Error('The presenter ends the show.'));
    await this.#running;
    await this.#presenter.stop().finally(() => this.#socket.drop());
  }

  /** Disconnects without notifying the server; may be called twice; never rejects. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('The presenter was closed.'));
    await this.#running;
    await this.#presenter.close();
    this.#socket.drop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    try {
      while (!this.#isOver) {
        while (!this.#isBroken) await wait(lookEveryMs, signal);
        await this.#presenter.close();
        await this.#comeBack(signal);
      }
    } catch (error) {
      // Only closing the presenter interrupts its waiting.
      if (!signal.aborted) this.#trouble = String(error);
    }
  }

  get #isBroken(): boolean {
    const { link } = this.#presenter;
    return !link.signaling.connected || link.closedByServer !== null;
  }

  async #comeBack(signal: AbortSignal): Promise<void> {
    const resumption = { channel: this.#channel, resumeToken: this.#resumeToken };
    for (let failures = 0; !this.#isOver; failures += 1) {
      await wait(returnPauseMs(failures), signal);
      try {
        const socket = await this.#socket.connected(signal);
        this.#presenter = await LoadPresenter.takeUp({ ...this.#target, socket }, resumption);
        this.#returns.push(Date.now());
        return;
      } catch (error) {
        this.#trouble = String(error);
        if (error instanceof RequestRefused) this.#isOver = finalRefusals.has(error.code);
        else this.#socket.drop();
      }
    }
  }
}
