import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import {
  type ClusterMessage,
  type MessageOf,
  type RemoteVisitor,
  readMessage,
  type Unsent,
  writeMessage,
} from './messages.ts';
import { clusterUnavailable, RedisConnection, type RedisOptions } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** How long one read waits for messages, in milliseconds, and how long until Redis counts as away meanwhile. */
const blockMs = 1_000;
const readTimeoutMs = 3_000;
const retryAfterMs = 200;
/** How many messages a stream keeps. A web server that is further behind has been silent for long. */
export const keptMessages = '10000';
const readAtOnce = '500';
/** Longer than any request waits for a media server. */
const answerTimeoutMs = 15_000;

/** The parts of a messenger. */
type MessengerParts = {
  /** The id of this web server. */
  id: string;
  redis: RedisConnection;
  options: RedisOptions;
  logger: Logger;
};

type Waiting = { readonly to: string; settle(reply: Reply<unknown> | null): void; fail(error: unknown): void };

/**
 * Messages between web servers, each in the order in which it was sent: a Redis stream for each web server, and one for
 * all. Nothing is lost while a connection is restored; what is sent while Redis is away fails.
 */
export class Messenger {
  readonly #parts: MessengerParts;
  readonly #reader: RedisConnection;
  readonly #listeners = new Set<(message: ClusterMessage) => void>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #reading: Promise<void>;
  #isClosed = false;

  private constructor(parts: MessengerParts, reader: RedisConnection, last: { own: string; everyone: string }) {
    this.#parts = parts;
    this.#reader = reader;
    this.#reading = this.#read(last);
  }

  /** @throws AppError `cluster-unavailable` */
  static async open(parts: MessengerParts): Promise<Messenger> {
    const reader = await RedisConnection.open(parts.options);
    try {
      const [latest] = entriesOf(await reader.command(['XREVRANGE', redisKeys.everyone, '+', '-', 'COUNT', '1']));
      return new Messenger(parts, reader, { own: '0-0', everyone: latest?.id ?? '0-0' });
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** Calls `listener` with every message, except requests' answers, until the returned function is called. */
  follow(listener: (message: ClusterMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws AppError `cluster-unavailable` */
  async send(to: string, message: Unsent): Promise<void> {
    await this.#add(redisKeys.inbox(to), message);
  }

  /** Sends to all other web servers. @throws AppError `cluster-unavailable` */
  async sendToAll(message: Unsent): Promise<void> {
    await this.#add(redisKeys.everyone, message);
  }

  /** Like {@link send}, where nobody waits for the outcome: what comes next corrects it, or Redis is away anyway. */
  post(to: string | 'everyone', message: Unsent): void {
    const sending = to === 'everyone' ? this.sendToAll(message) : this.send(to, message);
    sending.catch((error: unknown) => {
      this.#parts.logger.debug({ err: error, message: message.type }, 'A message to other web servers was not sent');
    });
  }

  /**
   * Has a request answered by another web server.
   * @returns the answer; `null` if the channel is not owned there
   * @throws AppError `cluster-unavailable` if it does not answer, or leaves
   */
  async request(to: string, visitor: RemoteVisitor, name: string, body: unknown): Promise<Reply<unknown> | null> {
    const id = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Reply<unknown> | null>((settle, fail) => {
      this.#waiting.set(id, { to, settle, fail });
      timer = setTimeout(() => fail(clusterUnavailable()), answerTimeoutMs);
    });
    answer.catch(() => {});
    try {
      await this.send(to, { type: 'request', id, visitor, name, body });
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** A web server is gone, and answers nothing any more. */
  gone(id: string): void {
    for (const { to, fail } of this.#waiting.values()) if (to === id) fail(clusterUnavailable());
  }

  /** Stops reading. Requests that wait fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reader.close();
    for (const { fail } of this.#waiting.values()) fail(clusterUnavailable());
    await this.#reading;
  }

  async #add(stream: string, message: Unsent): Promise<void> {
    const text = writeMessage({ ...message, from: this.#parts.id });
    // The inbox of a web server that is gone for long is gone, too, and must not come back.
    const create = stream === redisKeys.everyone ? [] : ['NOMKSTREAM'];
    const id = await this.#parts.redis.command([
      'XADD',
      stream,
      ...create,
      'MAXLEN',
      '~',
      keptMessages,
      '*',
      'm',
      text,
    ]);
    if (id === null) throw clusterUnavailable();
  }

  async #read(last: { own: string; everyone: string }): Promise<void> {
    const { id, logger } = this.#parts;
    const own = redisKeys.inbox(id);
    const after = new Map([
      [own, last.own],
      [redisKeys.everyone, last.everyone],
    ]);
    while (!this.#isClosed) {
      try {
        const words = ['XREAD', 'COUNT', readAtOnce, 'BLOCK', String(blockMs), 'STREAMS', ...after.keys()];
        const answer = await this.#reader.command([...words, ...after.values()], readTimeoutMs);
        for (const [stream, entries] of (answer ?? []) as [string, unknown][]) {
          const read = entriesOf(entries);
          // Requests contain keys and passcodes, which must not stay in Redis.
          if (stream === own) void this.#remove(own, read).catch(() => undefined);
          for (const entry of read) {
            after.set(stream, entry.id);
            this.#receive(entry.text);
          }
        }
      } catch (error) {
        if (this.#isClosed) return;
        logger.debug({ err: error }, 'The messages of other web servers cannot be read');
        await delay(retryAfterMs);
      }
    }
  }

  async #remove(stream: string, read: readonly { id: string }[]): Promise<void> {
    await this.#parts.redis.command(['XDEL', stream, ...read.map(({ id }) => id)]);
  }

  #receive(text: string): void {
    // Versions that differ are not supported for longer than a restart.
    const message = readMessage(text);
    // The first entry of an inbox only makes it be there, and has no sender.
    if (message.from === undefined || message.from === this.#parts.id) return;
    if (message.type === 'answer') {
      this.#answered(message);
      return;
    }
    notifyEach(
      this.#listeners,
      (listener) => listener(message),
      (error) =>
        this.#parts.logger.error({ err: error, message: message.type }, 'A message of a web server was not handled'),
    );
  }

  #answered({ id, reply }: MessageOf<'answer'>): void {
    this.#waiting.get(id)?.settle(reply);
  }
}

/** The messages of a stream, as Redis lists them: `[id, [name, text]]`. */
function entriesOf(list: unknown): { id: string; text: string }[] {
  return (list as [string, string[]][]).map(([id, [, text = '{}']]) => ({ id, text }));
}
