import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { wait, within } from '../platform/clock.ts';
import { type JanusOptions, janusConfiguration } from './janus-configuration.ts';

const startTimeoutMs = 10_000;
const retryMs = 50;

/**
 * The address that Janus needs on this machine, or a sentence about what is missing. Janus never accepts media on a
 * loopback interface, so Janus and its peers use `mediaAddress`; packets to an address of the same machine still pass
 * through the loopback interface.
 */
export function lookForJanus(): { mediaAddress: string } | { obstacle: string } {
  if (!isInstalled('janus')) return { obstacle: 'Install Janus first: apt-get install janus' };
  const addresses = Object.values(networkInterfaces()).flatMap((interfaceAddresses) => interfaceAddresses ?? []);
  const outer = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (outer !== undefined) return { mediaAddress: outer.address };
  return { obstacle: 'Connect this machine to a network first: Janus accepts no media on the loopback interface.' };
}

/** Whether the program is on the search path. */
function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Janus, with its own configuration in a folder that is removed with it. */
export class JanusProcess {
  readonly #folder: string;
  readonly #socketPath: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';

  private constructor(folder: string, socketPath: string) {
    this.#folder = folder;
    this.#socketPath = socketPath;
    this.#process = spawn('janus', ['--configs-folder', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-4096);
      });
    }
    // A program that cannot be started at all emits `error` and no `exit`.
    this.#ended = Promise.race([once(this.#process, 'exit'), once(this.#process, 'error')]).then(
      () => {},
      () => {},
    );
  }

  /** Resolves once it accepts requests at {@link url}; see {@link lookForJanus}. */
  static async start(options: JanusOptions): Promise<JanusProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-janus-'));
    const socketPath = join(folder, 'api.sock');
    for (const [name, text] of janusConfiguration({ ...options, socketPath })) {
      await writeFile(join(folder, name), text);
    }
    const janus = new JanusProcess(folder, socketPath);
    try {
      await within(startTimeoutMs, 'Starting Janus', janus.#answering());
      return janus;
    } catch (error) {
      await janus.close();
      throw error;
    }
  }

  /** Its process id. @throws if it could not be started */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('Janus could not be started.');
    return this.#process.pid;
  }

  /** The address of its API, in the WebSocket library's notation for a Unix socket. */
  get url(): string {
    return `ws+unix:${this.#socketPath}:/`;
  }

  /** Ends it, by force if it takes too long, and removes its folder; may be called twice. */
  async close(): Promise<void> {
    if (!this.#hasEnded) {
      this.#process.kill('SIGTERM');
      await within(3_000, 'Stopping Janus', this.#ended).catch(() => {
        this.#process.kill('SIGKILL');
        return this.#ended;
      });
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /** Resolves once the socket accepts connections: at this log level Janus does not report when it listens. */
  async #answering(): Promise<void> {
    while (!(await accepts(this.#socketPath))) {
      if (this.#hasEnded) throw new Error(`Janus exited before it accepted connections. It printed:\n${this.#output}`);
      await wait(retryMs);
    }
  }
}

function accepts(socketPath: string): Promise<boolean> {
  const socket = createConnection(socketPath);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
