import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** The message that the web server's process sends to the process that forked it. */
type ServerMessage = { type: 'listening'; port: number };

/** Sends `message` if this process was forked by another. If the channel closes meanwhile, the message is lost. */
export function tellSupervisor(message: ServerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** The message that makes the web server's process end its shows and exit. */
export type SupervisorMessage = { type: 'stop'; signal: string };

/** How the web server is supervised. Times are in milliseconds. */
export type SupervisorOptions = {
  /** The program of the web server, and its arguments. */
  program: string;
  args: readonly string[];
  /** Called before each restart: how many deaths in a row there were, and how long the next start is delayed. */
  died: (death: { code: number | null; signal: NodeJS.Signals | null; deaths: number; nextTryMs: number }) => void;
  /** The delays before each restart after processes died young in a row; the last one is repeated. */
  restartDelaysMs?: readonly number[];
  /** A process that lived this long does not count as having died young. */
  maturityMs?: number;
  /** How long a process may take to shut down cleanly; on its own it takes no more than 10 s. */
  stopWithinMs?: number;
  /** Called before a process is killed that has not stopped in time. */
  overdue?: () => void;
};

/** The web server's process, which is restarted until it is stopped. */
export type SupervisedServer = {
  /** Resolves to the overall exit code, which is that of the last process. */
  readonly ended: Promise<number>;
  /** Makes the process end its shows, and starts no other; may be called twice. */
  stop(signal: string): void;
  /**
   * Disconnects from the process, and starts no other. The process finishes its recordings and exits, and its shows
   * continue when it is started again, as after a kill of the supervisor.
   */
  letGo(): void;
  /** Kills the process immediately. */
  kill(): void;
};

/**
 * Runs the web server in a child process and restarts it when it dies, whether by a fault of its own or because it was
 * killed. A server that never managed to start, or that shut down cleanly (exit code 0), is not restarted. The port
 * that the first process listened on is kept.
 */
export function superviseServer(options: SupervisorOptions): SupervisedServer {
  const supervisor = new Supervisor(options);
  return {
    ended: supervisor.run(),
    stop: (signal) => supervisor.stop(signal),
    letGo: () => supervisor.letGo(),
    kill: () => supervisor.kill(),
  };
}

class Supervisor {
  readonly #options: Required<SupervisorOptions>;
  readonly #stopped = new AbortController();
  #child: ChildProcess | null = null;
  /** The port of the first process that listened; `null` until one does. */
  #port: number | null = null;

  constructor(options: SupervisorOptions) {
    const restartDelaysMs = [0, 250, 500, 1_000, 2_000, 5_000];
    this.#options = { restartDelaysMs, maturityMs: 10_000, stopWithinMs: 15_000, overdue: () => {}, ...options };
  }

  stop(signal: string): void {
    this.#stopped.abort();
    const message: SupervisorMessage = { type: 'stop', signal };
    // A channel that closes meanwhile belongs to a process that is exiting anyway.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
    this.#killInTime();
  }

  letGo(): void {
    this.#stopped.abort();
    if (this.#child?.connected === true) this.#child.disconnect();
    this.#killInTime();
  }

  kill(): void {
    this.#stopped.abort();
    this.#child?.kill('SIGKILL');
  }

  /** A process that is too busy to receive the request to stop would never exit. */
  #killInTime(): void {
    const { stopWithinMs, overdue } = this.#options;
    setTimeout(() => {
      overdue();
      this.kill();
    }, stopWithinMs).unref();
  }

  async run(): Promise<number> {
    const { died, restartDelaysMs, maturityMs } = this.#options;
    const stopped = this.#stopped.signal;
    for (let deaths = 0; ; ) {
      const startedAt = performance.now();
      const { code, signal } = await this.#runOnce();
      if (stopped.aborted || this.#port === null || code === 0) return code ?? 1;
      if (performance.now() - startedAt >= maturityMs) deaths = 0;
      deaths += 1;
      const nextTryMs = restartDelaysMs[deaths - 1] ?? restartDelaysMs.at(-1) ?? 0;
      died({ code, signal, deaths, nextTryMs });
      await delay(nextTryMs, undefined, { signal: stopped }).catch(() => {});
      if (stopped.aborted) return 0;
    }
  }

  #runOnce(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const port = this.#port === null ? [] : [`--port=${this.#port}`];
    const child = fork(this.#options.program, [...this.#options.args, ...port]);
    this.#child = child;
    child.on('message', (message: ServerMessage) => {
      if (message.type === 'listening') this.#port ??= message.port;
    });
    return new Promise((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('exit', (code, signal) => {
        const ended = () => resolve({ code, signal });
        // Messages that it sent before may still be in transit.
        if (child.connected) child.once('disconnect', ended);
        else ended();
      });
    });
  }
}
