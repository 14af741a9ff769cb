import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';

/** How long Redis may take to answer a command, in milliseconds. */
const commandTimeoutMs = 2_000;
const connectTimeoutMs = 3_000;
/** The longest pause between two attempts to connect, in milliseconds. */
const longestPauseMs = 500;

/** The error for requests that need what only the other web servers know, while Redis is unavailable. */
export function clusterUnavailable(cause?: unknown): AppError {
  const message = 'The servers cannot reach each other at the moment. Please try again in a few seconds.';
  return new AppError('cluster-unavailable', message, { cause });
}

/** The options of a connection. */
export type RedisOptions = { url: string; logger: Logger };

type Client = ReturnType<typeof newClient>;

/**
 * One connection to Redis, which is restored for as long as it is open. This is the only file that knows the client.
 * Nothing is queued while Redis is away: what is late here is of no use.
 */
export class RedisConnection {
  readonly #options: RedisOptions;
  #client: Client;
  #isClosed = false;
  #hasFailed = false;

  private constructor(options: RedisOptions) {
    this.#options = options;
    this.#client = this.#connected();
  }

  /** @throws AppError `cluster-unavailable`, with the reason as its cause, if Redis does not answer */
  static async open(options: RedisOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    const deadline = performance.now() + connectTimeoutMs;
    for (;;) {
      try {
        await connection.command(['PING']);
        return connection;
      } catch (error) {
        if (performance.now() >= deadline || !isAway(error)) {
          connection.close();
          throw error;
        }
        await delay(50);
      }
    }
  }

  /**
   * Sends one command. Commands of one connection are carried out in their order.
   * @param timeoutMs how long it may take, in milliseconds; for commands that wait on purpose
   * @throws AppError `cluster-unavailable` if Redis is away, or does not answer in time: the command may then have been
   * carried out, or may still be; Error of the client if Redis refuses it
   */
  async command(words: readonly string[], timeoutMs = commandTimeoutMs): Promise<unknown> {
    const client = this.#client;
    if (this.#isClosed || !client.isReady) throw clusterUnavailable();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // A connection that broke without a word would stay for many minutes.
        this.#replace(client);
        reject(clusterUnavailable());
      }, timeoutMs);
    });
    try {
      return await Promise.race([client.sendCommand([...words]), late]);
    } catch (error) {
      if (error instanceof AppError || isRefusal(error)) throw error;
      throw clusterUnavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Carries out a script at once, undisturbed by other connections. @throws as {@link command} does */
  script(text: string, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    return this.command(['EVAL', text, String(keys.length), ...keys, ...values]);
  }

  /** The fields of a hash, with their values; empty if there is no such key. @throws as {@link command} does */
  async hash(key: string): Promise<Map<string, string>> {
    const flat = (await this.command(['HGETALL', key])) as string[];
    const fields = new Map<string, string>();
    for (let index = 0; index + 1 < flat.length; index += 2) fields.set(flat[index] ?? '', flat[index + 1] ?? '');
    return fields;
  }

  /** Closes it; commands that are under way fail. May be called twice. */
  close(): void {
    this.#isClosed = true;
    destroy(this.#client);
  }

  #replace(client: Client): void {
    if (this.#client !== client || this.#isClosed) return;
    destroy(client);
    this.#client = this.#connected();
  }

  #connected(): Client {
    const client = newClient(this.#options.url);
    client.on('error', (error: unknown) => {
      // The client reports every failed attempt; the first one of a row says enough.
      if (!this.#hasFailed) this.#options.logger.debug({ err: error }, 'The connection to Redis failed');
      this.#hasFailed = true;
    });
    client.on('ready', () => {
      this.#hasFailed = false;
    });
    // It rejects if it is closed before Redis answers.
    client.connect().catch(() => {});
    return client;
  }
}

function newClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries) => Math.min(longestPauseMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });
}

function destroy(client: Client): void {
  try {
    client.destroy();
  } catch {
    // It was never open, or is closed already.
  }
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'cluster-unavailable';
}

/** Whether Redis answered, with an error: `ERR …`, `WRONGTYPE …`. One that is still loading its data, or moves, is away. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^[A-Z]+ /.test(error.message) && !/^(?:LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN) /.test(error.message)
  );
}
