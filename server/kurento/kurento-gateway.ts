import kurento, { type Callback, type KurentoClient, type KurentoOptions } from 'kurento-client';
import { AppError } from '../../lib/errors.ts';
import type { GatewayListener, MediaGateway } from '../broadcast/media-gateway.ts';
import type { EndpointServersSource } from '../ice/endpoint-servers.ts';
import type { Logger } from '../logger.ts';
import { KurentoConnection } from './kurento-connection.ts';
import { closedMeanwhile } from './kurento-errors.ts';
import { type FoundPipelines, findBroadcast, releaseOrphans } from './kurento-orphans.ts';
import { type KurentoPipeline, openKurentoPipeline } from './kurento-pipeline.ts';
import { stopTimeoutMs } from './kurento-recorder.ts';
import { MutableListener } from './mutable-listener.ts';

/** The address of the media server, and the listener for its events. */
export type KurentoGatewayOptions = {
  /** The media server's address, e.g. `ws://127.0.0.1:8888/kurento`. */
  url: string;
  /** Identifies this application among others on the same media server. It stays the same after a restart. */
  instanceId: string;
  logger: Logger;
  listener: GatewayListener;
  /** The STUN and TURN servers for each endpoint; none by default. */
  endpointServers?: EndpointServersSource;
  /** How long an ordinary request may take, in milliseconds. */
  requestTimeoutMs?: number;
  /** How long the media server may take to answer for the first time, in milliseconds. */
  connectTimeoutMs?: number;
  /** How long the media server may be unreachable before its broadcasts count as lost, in milliseconds. */
  outageTimeoutMs?: number;
  /** Ends an attempt to connect. */
  signal?: AbortSignal;
};

// The client's own timeout only cleans up after ours. It need not remember responses, whose timers would keep the
// process alive.
const clientOptions: KurentoOptions = {
  strict: false,
  request_timeout: stopTimeoutMs + 2_000,
  duplicates_timeout: 100,
};

/**
 * Connects to a Kurento Media Server, or to any server that speaks its protocol, and reconnects forever after.
 * @throws AppError `media-server-unavailable` if it does not answer within `connectTimeoutMs`
 */
export async function openKurentoGateway(options: KurentoGatewayOptions): Promise<KurentoGateway> {
  const { url, instanceId, connectTimeoutMs = 10_000, requestTimeoutMs = 5_000, outageTimeoutMs = 3_000 } = options;
  const logger = options.logger.child({ part: 'kurento' });
  const listener = new MutableListener(options.listener, logger);
  const { client, connected } = connectClient(url);
  const connection = new KurentoConnection({
    client,
    logger,
    requestTimeoutMs,
    outageTimeoutMs,
    lost: (error) => listener.notify((it) => it.lost(error)),
    regained: () => listener.notify((it) => it.regained()),
  });
  const deadline = Date.now() + connectTimeoutMs;
  const giveUp = () => connection.close();
  options.signal?.addEventListener('abort', giveUp);
  try {
    await connection.call<unknown>({ doing: 'connect', timeoutMs: connectTimeoutMs, run: connected });
    const { type, version } = await connection.describe(Math.max(deadline - Date.now(), 1));
    logger.debug({ url: withoutSecret(url), type, version }, 'The media server answers');
  } catch (error) {
    connection.close();
    throw unreachable(url, error);
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
  connection.opened();
  return new KurentoGateway({ connection, instanceId, logger, listener, endpointServers: options.endpointServers });
}

/** Begins to connect; `connected` calls back once that is done. The client is thenable, so it is returned in a box. */
function connectClient(url: string): { client: KurentoClient; connected: (callback: Callback) => void } {
  const waiting = new Set<Callback>();
  try {
    const client = kurento(url, { ...clientOptions }, (error) => {
      for (const callback of waiting) callback(error, undefined);
    });
    return { client, connected: (callback) => waiting.add(callback) };
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** The address as people may read it: its query may hold a secret. */
export function withoutSecret(url: string): string {
  return url.split('?')[0] ?? '';
}

function unreachable(url: string, cause: unknown): AppError {
  return new AppError(
    'media-server-unavailable',
    `No media server answers at ${withoutSecret(url)}: start one there, correct KURENTO_URL, or leave it out to use the embedded one.`,
    { cause },
  );
}

type GatewayParts = {
  connection: KurentoConnection;
  instanceId: string;
  logger: Logger;
  listener: MutableListener<GatewayListener>;
  endpointServers: EndpointServersSource | undefined;
};

/** One media server. */
export class KurentoGateway implements MediaGateway {
  readonly #parts: GatewayParts;
  // Holds promises rather than pipelines: a pipeline that is still opening must be closed as well.
  readonly #pipelines = new Set<Promise<KurentoPipeline>>();
  #closing: Promise<void> | undefined;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  async openPipeline(request: { broadcastId: string; failed: (error: AppError) => void }): Promise<KurentoPipeline> {
    if (this.#closing !== undefined) throw closedMeanwhile();
    const { connection, instanceId, logger, endpointServers } = this.#parts;
    const left = () => this.#pipelines.delete(opening);
    const opening = openKurentoPipeline({ ...request, connection, instanceId, logger, left, endpointServers });
    this.#pipelines.add(opening);
    try {
      const pipeline = await opening;
      if (this.#closing !== undefined) {
        await pipeline.close();
        throw closedMeanwhile();
      }
      return pipeline;
    } catch (error) {
      this.#pipelines.delete(opening);
      throw error;
    }
  }

  async describe(): Promise<{ type: string; version: string }> {
    const { type, version } = await this.#parts.connection.describe();
    return { type, version };
  }

  /**
   * How much of its processors the media server uses during the coming interval, in percent.
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  usedCpu(intervalMs: number): Promise<number> {
    return this.#parts.connection.usedCpu(intervalMs);
  }

  listPipelines(): Promise<string[]> {
    return this.#parts.connection.listPipelines();
  }

  releaseOrphans(keep: ReadonlySet<string>): Promise<number> {
    return releaseOrphans({ ...this.#parts, keep });
  }

  /**
   * Finds what another process has opened for a broadcast. It stays there until it is released, with its files.
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  findBroadcast(broadcastId: string): Promise<FoundPipelines> {
    return findBroadcast({ ...this.#parts, broadcastId });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { connection, listener } = this.#parts;
    listener.mute();
    // An opening that fails has nothing left to close.
    await Promise.allSettled([...this.#pipelines].map(async (opening) => (await opening).close()));
    connection.close();
  }
}
