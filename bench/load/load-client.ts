import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { testSeed } from '../../server/codecs/testing/test-seed.ts';
import { within } from '../platform/clock.ts';
import { siblingModule } from '../platform/sibling-module.ts';
import type { LoadClientCall, LoadClientCalls, LoadClientResponse } from './load-client-protocol.ts';

type Waiting = { resolve: (answer: unknown) => void; reject: (error: Error) => void };

/** A load client in its own process. */
export class LoadClient {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  /** Starts the process; if it cannot be started, the first call rejects. */
  constructor() {
    const env = { ...process.env, FUZZ_SEED: `${testSeed}` };
    this.#process = fork(siblingModule(import.meta.url, './load-client-process'), { stdio: 'inherit', env });
    // The messages come from the process that this class starts, and follow the protocol.
    this.#process.on('message', (message) => this.#take(message as LoadClientResponse));
    this.#process.on('error', (cause) => this.#fail(new Error('The load client cannot be started.', { cause })));
    this.#process.on('exit', (code, signal) => {
      this.#fail(new Error(`The load client ended with ${signal ?? `code ${code}`}.`));
    });
  }

  /** Its process id. @throws Error if it could not be started */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The load client could not be started.');
    return this.#process.pid;
  }

  /** Calls the load client; rejects with its error message, or after `timeoutMs` milliseconds. */
  async call<Name extends LoadClientCall>(
    name: Name,
    body: LoadClientCalls[Name]['ask'],
    timeoutMs = 30_000,
  ): Promise<LoadClientCalls[Name]['answer']> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, name, body }, (error) => {
        if (error !== null) this.#settle(id)?.reject(error);
      });
    });
    try {
      return (await within(timeoutMs, `The load client's ${name}`, answer)) as LoadClientCalls[Name]['answer'];
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** Makes all peers leave and ends the process, by force if it takes too long; may be called twice. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    await within(5_000, 'Ending the load client', ended).catch(() => {
      this.#process.kill('SIGKILL');
      return ended;
    });
  }

  #take(response: LoadClientResponse): void {
    const waiting = this.#settle(response.id);
    if ('error' in response) waiting?.reject(new Error(response.error));
    else waiting?.resolve(response.answer);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
