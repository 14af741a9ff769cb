import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { findProjectRoot } from '../../server/project-root.ts';
import { freeTcpPort } from '../../server/testing/free-port.ts';
import { findListeners } from './media-server-process.ts';

/** A first start may have to install something. In milliseconds, like all times here. */
const startTimeoutMs = 120_000;
/** The default of a service manager (systemd's `RestartSec`). */
const restartAfterMs = 100;
/** A Kurento that hangs for this long is killed and restarted, as by a service manager's watchdog. */
const hangsMs = 3_000;
const endTimeoutMs = 5_000;

/** The placeholder for the port in a command. */
const portPattern = /\{port\}/g;

/**
 * A real Kurento that a test or a benchmark starts with the user's command and supervises like a service manager:
 * it is restarted when it exits, and killed when it hangs. All processes that the command starts are one process group,
 * and none of them outlives this process, however it ends.
 */
export class KurentoCommand {
  readonly #command: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #guard: ChildProcess;
  #running: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  private constructor(command: string, port: number, folder: string) {
    this.#command = command.replace(portPattern, String(port));
    this.#port = port;
    this.#folder = folder;
    // It is not compiled, so that it also runs from source, whichever process starts it.
    this.#guard = fork(join(findProjectRoot(), 'bench/servers/kill-at-end.mjs'), { execArgv: [] });
    // It may be the last process to exit.
    this.#guard.unref();
    this.#guard.channel?.unref();
    this.#run();
  }

  /** Starts the command in `KURENTO_COMMAND`; `null` if that is not set. */
  static async startIfAsked(): Promise<KurentoCommand | null> {
    const command = process.env.KURENTO_COMMAND ?? '';
    return command === '' ? null : await KurentoCommand.start(command);
  }

  /**
   * Starts `command`, in which `{port}` stands for a free port, and waits until it answers.
   * @throws Error with the output of the command if it does not answer
   */
  static async start(command: string): Promise<KurentoCommand> {
    if (!command.includes('{port}'))
      throw new Error('KURENTO_COMMAND must contain {port}, for example: kurento --port {port}');
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-kurento-'));
    const kurento = new KurentoCommand(command, await freeTcpPort(), folder);
    try {
      await kurento.#untilItAnswers();
      return kurento;
    } catch (cause) {
      const printed = (await readFile(kurento.#logFile, 'utf8').catch(() => '')).slice(-2_000);
      await kurento.close();
      throw new Error(`KURENTO_COMMAND does not start a Kurento. It printed:\n${printed}`, { cause });
    }
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/kurento`;
  }

  /** False once it was killed permanently, or closed. */
  get runs(): boolean {
    return !this.#isOver;
  }

  /** The process that listens, which the command may start indirectly. @throws Error if there is none */
  async pid(): Promise<number> {
    const [pid] = await findListeners(this.#port);
    if (pid !== undefined) return pid;
    throw new Error(`No process that "${this.#command}" started listens on port ${this.#port}.`);
  }

  /** Kills it as a crash would; it is restarted. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Kills it permanently, as when the whole machine goes down. */
  killForGood(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#signal('SIGKILL');
  }

  /** Suspends it; it keeps its sockets. The hang is detected after {@link hangsMs}. */
  freeze(): void {
    this.#signal('SIGSTOP');
    const frozen = this.#running;
    this.#timer = setTimeout(() => {
      if (this.#running === frozen) this.kill();
    }, hangsMs);
  }

  /** Ends it cleanly, by force if it takes too long; may be called twice. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    const running = this.#running;
    if (running !== null) {
      const ended = once(running, 'exit');
      this.#signal('SIGCONT');
      this.#signal('SIGTERM');
      await Promise.race([ended, delay(endTimeoutMs)]);
      // A shell in between may exit before the processes that it started.
      this.#signal('SIGKILL');
      killGroup(running, 'SIGKILL');
    }
    if (this.#guard.connected) this.#guard.disconnect();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #logFile(): string {
    return join(this.#folder, 'kurento.log');
  }

  #run(): void {
    const log = openSync(this.#logFile, 'a');
    const child = spawn('sh', ['-c', this.#command], { detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#running = child;
    if (child.pid !== undefined) this.#guard.send({ begun: child.pid });
    child.once('exit', () => {
      // A remaining process of the group would keep the port.
      killGroup(child, 'SIGKILL');
      if (this.#guard.connected) this.#guard.send({ ended: child.pid });
      this.#running = null;
      if (!this.#isOver) this.#timer = setTimeout(() => this.#run(), restartAfterMs);
    });
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#running !== null) killGroup(this.#running, signal);
  }

  async #untilItAnswers(): Promise<void> {
    const untilMs = Date.now() + startTimeoutMs;
    for (;;) {
      try {
        return await ping(this.url);
      } catch (error) {
        if (Date.now() > untilMs) throw error;
        await delay(100);
      }
    }
  }
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has no processes left.
  }
}

/** Resolves when the Kurento at `url` answers. */
async function ping(url: string): Promise<void> {
  const socket = new WebSocket(url, { handshakeTimeout: 1_000 });
  const signal = AbortSignal.timeout(2_000);
  try {
    await once(socket, 'open', { signal });
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { interval: 5_000 } }));
    await once(socket, 'message', { signal });
  } finally {
    socket.on('error', () => {});
    socket.terminate();
  }
}
