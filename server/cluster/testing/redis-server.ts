import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogger } from '../../logger.ts';
import { whyNoProgram } from '../../testing/debian-package.ts';
import { freeTcpPort } from '../../testing/free-port.ts';
import { TiedProcess } from '../../testing/tied-process.ts';
import { RedisConnection } from '../redis-connection.ts';

/** Why no Redis can be started here; `null` if one can. */
export function whyNoRedis(): Promise<string | null> {
  return whyNoProgram('redis-server');
}

/** A real Redis on a free port. */
export class RedisServer {
  readonly #port: number;
  readonly #folder: string;
  #process: TiedProcess;

  private constructor(port: number, folder: string, process: TiedProcess) {
    this.#port = port;
    this.#folder = folder;
    this.#process = process;
  }

  /** @throws Error with its output if it does not start */
  static async start(): Promise<RedisServer> {
    const port = await freeTcpPort();
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-redis-'));
    return new RedisServer(port, folder, await started(port, folder));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Kills it. */
  async kill(): Promise<void> {
    await this.#process.close();
  }

  /** Starts it again on the same port: empty, unless its data is `kept`, as on a disk that outlives it. */
  async restart(data: 'kept' | 'lost' = 'lost'): Promise<void> {
    if (data === 'lost') await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
    this.#process = await started(this.#port, this.#folder);
  }

  /** Lets it answer nobody for a while, as a machine does that hangs; it keeps its data. Resolves at once. */
  hang(forMs: number): Promise<void> {
    return this.command(['CLIENT', 'PAUSE', `${forMs}`, 'ALL']);
  }

  /** Carries out a command of Redis. @throws Error of Redis */
  async command(words: string[]): Promise<void> {
    const connection = await RedisConnection.open({ url: this.url, logger: openLogger('silent') });
    await connection.command(words);
    connection.close();
  }

  async close(): Promise<void> {
    await this.#process.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function started(port: number, folder: string): Promise<TiedProcess> {
  // What was written survives a kill of the process, though not one of the machine.
  const kept = ['--appendonly', 'yes', '--appendfsync', 'no', '--save', ''];
  const process = new TiedProcess('redis-server', [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    ...kept,
  ]);
  try {
    await process.printed(/Ready to accept connections/);
    return process;
  } catch (error) {
    await process.close();
    throw error;
  }
}
