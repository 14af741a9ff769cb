import { openLogger } from '../../logger.ts';
import { whyNoProgram } from '../../testing/debian-package.ts';
import { freeTcpPort } from '../../testing/free-port.ts';
import { TiedProcess } from '../../testing/tied-process.ts';
import { RedisConnection } from '../redis-connection.ts';

/** Why no Redis can be started here; `null` if one can. */
export function whyNoRedis(): Promise<string | null> {
  return whyNoProgram('redis-server');
}

/** A real Redis on a free port, which keeps nothing on disk. */
export class RedisServer {
  readonly #port: number;
  #process: TiedProcess;

  private constructor(port: number, process: TiedProcess) {
    this.#port = port;
    this.#process = process;
  }

  /** @throws Error with its output if it does not start */
  static async start(): Promise<RedisServer> {
    const port = await freeTcpPort();
    return new RedisServer(port, await started(port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Kills it, with all that it holds. */
  async kill(): Promise<void> {
    await this.#process.close();
  }

  /** Starts it again on the same port, empty. */
  async restart(): Promise<void> {
    this.#process = await started(this.#port);
  }

  /** Lets it answer nobody for a while, as a machine does that hangs; it keeps its data. Resolves at once. */
  async hang(forMs: number): Promise<void> {
    const connection = await RedisConnection.open({ url: this.url, logger: openLogger('silent') });
    await connection.command(['CLIENT', 'PAUSE', `${forMs}`, 'ALL']);
    connection.close();
  }

  async close(): Promise<void> {
    await this.#process.close();
  }
}

async function started(port: number): Promise<TiedProcess> {
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/tmp'];
  const process = new TiedProcess('redis-server', settings);
  try {
    await process.printed(/Ready to accept connections/);
    return process;
  } catch (error) {
    await process.close();
    throw error;
  }
}
