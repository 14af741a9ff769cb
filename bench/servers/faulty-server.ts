import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HealthDetails } from '../../server/http/health-route.ts';
import { readProcessUsage } from '../platform/process-usage.ts';
import { siblingModule } from '../platform/sibling-module.ts';
import { StartedProcess } from '../platform/started-process.ts';
import { type PoolSize, poolSettings } from './media-pool.ts';
import { findMediaServer } from './media-server-process.ts';

const key = 'key-of-the-faulty-server';
const secret = 'secret-of-the-faulty-server';

/** The resources that the server's processes use at one moment; memory in MiB. */
export type ServerUse = { webMiB: number; mediaMiB: number; mediaFiles: number; timers: number };

/** A separate Rostrum on the loopback interface for injecting faults; it keeps its address and data through them. */
export class FaultyServer {
  readonly key = key;
  readonly url: string;
  readonly #folder: string;
  readonly #pool: PoolSize | undefined;
  #process: StartedProcess;

  private constructor(folder: string, url: string, process: StartedProcess, pool: PoolSize | undefined) {
    this.#folder = folder;
    this.#pool = pool;
    this.url = url;
    this.#process = process;
  }

  /** Starts it on a free port with an empty folder, with one media server or with a `pool` of them. */
  static async start(pool?: PoolSize): Promise<FaultyServer> {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-faulty-'));
    const process = startProcess(folder, '0', pool);
    try {
      const address = new URL(await process.announced());
      address.hostname = '127.0.0.1';
      return new FaultyServer(folder, address.origin, process, pool);
    } catch (error) {
      await process.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The process of the web server. */
  get webPid(): number {
    return this.#process.pid;
  }

  /** Kills the media server as a crash would. */
  async killMediaServer(): Promise<void> {
    process.kill(await this.#mediaServer(), 'SIGKILL');
  }

  /** Suspends the media server, as if it hung. */
  async freezeMediaServer(): Promise<void> {
    process.kill(await this.#mediaServer(), 'SIGSTOP');
  }

  /** Kills the web server, and with it the media server; {@link startAgain} must follow. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  /** Starts the web server again on the same data and port, and resolves when it listens. */
  async startAgain(): Promise<void> {
    this.#process = startProcess(this.#folder, new URL(this.url).port, this.#pool);
    await this.#process.announced();
  }

  /** The health details that it reports to the holder of the presenter key. */
  async health(): Promise<HealthDetails> {
    const reply = await fetch(`${this.url}/api/health`, { headers: { authorization: `Bearer ${key}` } });
    // This is the server's own type.
    return (await reply.json()) as HealthDetails;
  }

  /** The resources that its two processes use. */
  async use(): Promise<ServerUse> {
    const [media, health] = await Promise.all([this.#mediaServer(), this.health()]);
    const [web, usage, files] = await Promise.all([
      readProcessUsage(this.#process.pid),
      readProcessUsage(media),
      readdir(`/proc/${media}/fd`),
    ]);
    return {
      webMiB: Math.round(web.residentBytes / 2 ** 20),
      mediaMiB: Math.round(usage.residentBytes / 2 ** 20),
      mediaFiles: files.length,
      timers: health.resources.Timeout ?? 0,
    };
  }

  /** The address at which its media server listens, from the banner, with the secret. */
  get mediaServerUrl(): string {
    return `${/ws:\/\/\S+/.exec(this.#process.output)?.[0]}?secret=${secret}`;
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    await this.#process.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Finds the media server. Between two media servers there is none for a moment; this waits for the next one. */
  async #mediaServer(): Promise<number> {
    for (let tries = 0; tries < 100; tries += 1) {
      const pid = await findMediaServer(this.#process.pid, this.#process.output).catch(() => null);
      if (pid !== null) return pid;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return findMediaServer(this.#process.pid, this.#process.output);
  }
}

function startProcess(folder: string, port: string, pool: PoolSize | undefined): StartedProcess {
  const built = existsSync('.next/BUILD_ID');
  return new StartedProcess(siblingModule(import.meta.url, '../../server/main'), built ? [] : ['--dev'], {
    NODE_ENV: built ? 'production' : 'development',
    PORT: port,
    HOST: '127.0.0.1',
    PUBLIC_URL: '',
    DATA_DIR: folder,
    RECORDINGS_DIR: '',
    RECORDINGS_URI: '',
    PRESENTER_KEY: key,
    EMBEDDED_SECRET: secret,
    RATE_LIMIT_FACTOR: '0',
    EMBEDDED_BIND_IP: '127.0.0.1',
    ...(pool !== undefined && { KURENTO_URL: '', ...poolSettings(pool) }),
    // Faults are the purpose of this server, so their log lines are only noise.
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
  });
}
