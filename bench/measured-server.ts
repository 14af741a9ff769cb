import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { within } from './clock.ts';
import { profilingNodeOptions } from './cpu-profiles.ts';
import { deferred } from './deferred.ts';
import { listDescendants } from './process-usage.ts';
import { siblingModule } from './sibling-module.ts';

/** A server that is being measured. */
export type MeasuredServer = {
  url: string;
  key: string;
  /** The process that forwards the media. */
  mediaPid: number;
  /** The process that serves pages and sockets; `null` if it is unknown or the same. */
  webPid: number | null;
  /** Ends what was started for the measurement; may be called twice. */
  close(): Promise<void>;
};

const startTimeoutMs = 60_000;

/**
 * Starts Rostrum with a folder of its own, on a free port of the loopback interface. With `KURENTO_URL` set it uses
 * that media server, whose process `mediaPid` names. Everything it needs must have been built, or it starts for
 * development.
 */
export async function startRostrum(options: {
  mediaPid: number | null;
  profileDir: string | null;
}): Promise<MeasuredServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bench-'));
  const key = randomBytes(18).toString('base64url');
  const built = existsSync('.next/BUILD_ID');
  const profiling = options.profileDir === null ? '' : profilingNodeOptions(resolve(options.profileDir));
  const server = new StartedProcess(siblingModule(import.meta.url, '../server/main'), built ? [] : ['--dev'], {
    NODE_ENV: built ? 'production' : 'development',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${profiling}`.trim(),
    PORT: '0',
    HOST: '127.0.0.1',
    PUBLIC_URL: '',
    DATA_DIR: folder,
    RECORDINGS_DIR: '',
    RECORDINGS_URI: '',
    PRESENTER_KEY: key,
    EMBEDDED_ANNOUNCED_IP: '127.0.0.1',
    LOG_LEVEL: 'warn',
  });
  const close = async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = new URL(await server.announced());
    address.hostname = '127.0.0.1';
    const mediaPid = options.mediaPid ?? (await findMediaProcess(server.pid));
    return { url: address.origin, key, mediaPid, webPid: server.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts the {@link BareForwarder} in its own process. */
export async function startBareForwarder(): Promise<MeasuredServer> {
  const server = new StartedProcess(siblingModule(import.meta.url, './bare-forwarder-process'), [], {});
  try {
    const url = await server.announced();
    return { url, key: 'none needed', mediaPid: server.pid, webPid: null, close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function findMediaProcess(pid: number): Promise<number> {
  const descendants = await listDescendants(pid);
  const media = descendants.find(({ commandLine }) => commandLine.includes('embedded-kurento'));
  if (media === undefined) throw new Error('The media process was not found; please name it with --media-pid.');
  return media.pid;
}

/** A server process that says on standard output where it is listening. */
class StartedProcess {
  readonly #process: ChildProcess;
  readonly #announced = deferred<string>();

  constructor(module: string, words: string[], environment: Record<string, string>) {
    // A group of its own, so that an interrupt from the keyboard does not reach it before the load client has left.
    this.#process = spawn(process.execPath, [...process.execArgv, module, ...words], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4096);
      const address = /listening on (http:\/\/\S+)/.exec(output)?.[1];
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

  announced(): Promise<string> {
    return within(startTimeoutMs, 'Starting the server', this.#announced.promise);
  }

  async close(): Promise<void> {
    if (this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const { pid } = this.#process;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await within(12_000, 'Stopping the server', ended).catch(() => {
      // The whole group, since a server that does not stop may not stop what it started either.
      process.kill(-pid, 'SIGKILL');
      return ended;
    });
  }
}
