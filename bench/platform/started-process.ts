import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './clock.ts';
import { deferred } from './deferred.ts';

const startTimeoutMs = 60_000;

/** A server process that prints on standard output where it is listening. */
export class StartedProcess {
  readonly #process: ChildProcess;
  readonly #announced = deferred<string>();
  #output = '';

  constructor(module: string, words: string[], environment: Record<string, string>) {
    // Its own process group, so that an interrupt from the keyboard does not reach it before the load client has left.
    this.#process = spawn(process.execPath, [...process.execArgv, module, ...words], {
      env: { ...process.env, ...environment },
      // Its channel closes when this process ends, however that happens, and makes it end as well.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true,
    });
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-4096);
      const address = /listening on (http:\/\/\S+)/.exec(this.#output)?.[1];
      if (address !== undefined) this.#announced.resolve(address);
    });
    this.#process.on('error', (error) => this.#announced.reject(error));
    this.#process.on('exit', (code, signal) => {
      this.#announced.reject(new Error(`The server ended with ${signal ?? `code ${code}`} before it was listening.`));
    });
    this.#announced.promise.catch(() => {});
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The server could not be started.');
    return this.#process.pid;
  }

  /** The last part of its standard output. */
  get output(): string {
    return this.#output;
  }

  /** The address at which it listens. */
  announced(): Promise<string> {
    return within(startTimeoutMs, 'Starting the server', this.#announced.promise);
  }

  /** Kills it as a crash would, but not the processes that it started; resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Ends it cleanly, and by force if it takes too long; may be called twice. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    const { pid } = this;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await within(12_000, 'Stopping the server', ended).catch(() => {
      // The whole group, since a server that does not stop may not stop its child processes either.
      process.kill(-pid, 'SIGKILL');
      return ended;
    });
  }

  get #hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }
}
