import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** What the web server's process tells the one that forked it. */
type ServerMessage = { type: 'listening'; port: number };

/** Tells it, where there is one who forked this process; a channel that closes meanwhile takes nothing with it. */
export function tellSupervisor(message: ServerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** What the web server's process is told: to end its shows and itself. */
export type SupervisorMessage = { type: 'stop'; signal: string };

/** How the web server is supervised. Times are in milliseconds. */
export type SupervisorOptions = {
  /** The program of the web server, and its arguments. */
  program: string;
  args: readonly string[];
  /** Is told of each death that is made up for: how many in a row there were, and how long the next start waits. */
  died: (death: { code: number | null; signal: NodeJS.Signals | null; deaths: number; nextTryMs: number }) => void;
  /** How long to wait before each start in a row of processes that died young; the last one is repeated. */
  restartDelaysMs?: readonly number[];
  /** A process that lived for so long is not part of such a row. */
  maturityMs?: number;
  /** How long a process may take to end in order; it takes no more than 10 s by itself. */
  stopWithinMs?: number;
};

/** The web server's process, which is started again for as long as nobody stops it. */
export type SupervisedServer = {
  /** Resolves to the exit code of the whole: that of the last process. */
  readonly ended: Promise<number>;
  /** Has the process end its shows, and starts no other; may be called twice. */
  stop(signal: string): void;
  /**
   * Leaves the process alone, and starts no other: it finishes its recordings and ends, and its shows go on when it is
   * started again, as after a kill of the supervisor.
   */
  letGo(): void;
  /** Ends the process at once. */
  kill(): void;
};

/**
 * Runs the web server in a process of its own and starts it again when it dies, be it by a fault of its own or by
 * somebody's hand. What could not be started even once, and what ended in order (exit code 0), is left at that. The
 * port that the first one listened on is kept.
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
  /** The port of the first process that listened; `null` until one did. */
  #port: number | null = null;

  constructor(options: SupervisorOptions) {
    const restartDelaysMs = [0, 250, 500, 1_000, 2_000, 5_000];
    this.#options = { restartDelaysMs, maturityMs: 10_000, stopWithinMs: 15_000, ...options };
  }

  stop(signal: string): void {
    this.#stopped.abort();
    const message: SupervisorMessage = { type: 'stop', signal };
    // A channel that closes meanwhile belongs to a process that ends anyway.
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

  /** One that is too busy to hear that it is to end would never do so. */
  #killInTime(): void {
    setTimeout(() => this.kill(), this.#options.stopWithinMs).unref();
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
        // What it said before may still be on its way.
        if (child.connected) child.once('disconnect', ended);
        else ended();
      });
    });
  }
}
