import type {
  Callback,
  Creations,
  KurentoClient,
  MediaObject,
  MediaPipeline,
  ServerInfo,
  ServerManager,
} from 'kurento-client';
import type { AppError } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';
import { serverLost, toAppError, unanswered } from './kurento-errors.ts';

/** An object of the media server in a box: it is thenable, and a promise would replace it with a copy. */
export type Boxed<T> = { readonly object: T };

/** The parts of a connection. Times are in milliseconds. */
export type ConnectionParts = {
  client: KurentoClient;
  logger: Logger;
  /** How long a request may take by default. */
  requestTimeoutMs: number;
  /** How long the media server may be unreachable before everything on it counts as lost. */
  outageTimeoutMs: number;
  /** Everything on the media server is gone, or must be treated as gone. */
  lost: (error: AppError) => void;
  /** The media server responds again after a loss. */
  regained: () => void;
};

/** One request. */
type Call<T> = {
  /** The operation's name, for messages. */
  doing: string;
  timeoutMs: number;
  /** Makes the request and passes `callback` on. */
  run: (callback: Callback<T>) => void;
  /** Called with a result that arrives after the timeout, so that a created object is not orphaned. */
  late?: (result: T) => void;
};

type Phase = 'opening' | 'up' | 'down' | 'lost' | 'closed';

/**
 * The connection to a media server. It reconnects automatically, forever. A generation ends with each loss: an object
 * of an earlier generation no longer exists on the server.
 */
export class KurentoConnection {
  readonly #parts: ConnectionParts;
  #phase: Phase = 'opening';
  #generation = 0;
  #outageTimer: NodeJS.Timeout | undefined;
  #resumeTimer: NodeJS.Timeout | undefined;
  readonly #underWay: RequestsUnderWay = new Set();
  // The pipelines that exist on the server, and those that survived an outage which counted as a loss.
  readonly #pipelines = new Set<MediaPipeline>();
  readonly #stale = new Set<MediaPipeline>();

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { client } = parts;
    client.on('reconnected', (sameSession) => this.#reconnected(sameSession));
    client.on('disconnect', () => this.#lose());
    client._re.on('connection', () => this.#awaitSession());
    client._re.on('disconnect', (error) => this.#disconnected(error));
  }

  /** The number of losses so far. */
  get generation(): number {
    return this.#generation;
  }

  /** Call this once the media server has answered for the first time. */
  opened(): void {
    if (this.#phase === 'opening') this.#phase = 'up';
  }

  /**
   * Makes one request.
   * @throws AppError, `media-server-unavailable` immediately if the media server is lost, or as soon as it is
   */
  async call<T>(call: Omit<Call<T>, 'timeoutMs'> & { timeoutMs?: number | undefined }): Promise<T> {
    this.#refuseIfLost();
    return await callKurento({ ...call, timeoutMs: call.timeoutMs ?? this.#parts.requestTimeoutMs }, this.#underWay);
  }

  /** Creates an object. One that is created after the timeout is released immediately. */
  async create<Type extends keyof Creations>(
    type: Type,
    parameters: Creations[Type]['parameters'],
  ): Promise<Boxed<Creations[Type]['object']>> {
    const boxed = await this.call<Boxed<Creations[Type]['object']>>({
      doing: `create ${type}`,
      run: (callback) => this.#parts.client.create(type, parameters, (error, object) => callback(error, { object })),
      late: ({ object }) => object.release(() => {}),
    });
    return boxed;
  }

  /** Notes a pipeline that exists, so that it is not left behind if the server was only unreachable. */
  track(pipeline: MediaPipeline): void {
    this.#pipelines.add(pipeline);
  }

  /** Forgets a released object, if it is a pipeline. */
  untrack(object: MediaObject): void {
    this.#pipelines.delete(object);
  }

  /** Whether the pipeline with this id is one of ours. */
  owns(id: string): boolean {
    return [...this.#pipelines, ...this.#stale].some((pipeline) => pipeline.id === id);
  }

  /** Finds an object that another session created; from then on this session holds it too. */
  async find(id: string): Promise<Boxed<MediaObject>> {
    return await this.call<Boxed<MediaObject>>({
      doing: 'describe',
      run: (callback) => this.#parts.client.getMediaobjectById(id, (error, object) => callback(error, { object })),
    });
  }

  /** Asks the media server for its type and version. */
  async describe(timeoutMs = this.#parts.requestTimeoutMs): Promise<ServerInfo> {
    this.#refuseIfLost();
    return await this.#askManager<ServerInfo>('getInfo', timeoutMs, (manager, callback) => manager.getInfo(callback));
  }

  /** The ids of all pipelines, as the server returns them. The client's own method would take a reference to each. */
  async listPipelines(): Promise<string[]> {
    this.#refuseIfLost();
    return await this.#askManager<string[]>('getPipelines', this.#parts.requestTimeoutMs, (manager, callback) =>
      // The generic call has no type of its own; this operation is documented to return the ids.
      manager._invoke(undefined, 'getPipelines', (error, ids) => callback(error, ids as string[])),
    );
  }

  /**
   * How much of its processors the media server uses during the coming interval, in percent. A Kurento answers no other
   * request of this connection meanwhile.
   */
  async usedCpu(intervalMs: number): Promise<number> {
    this.#refuseIfLost();
    const timeoutMs = intervalMs + this.#parts.requestTimeoutMs;
    return await this.#askManager<number>('getUsedCpu', timeoutMs, (it, callback) =>
      it.getUsedCpu(intervalMs, callback),
    );
  }

  /** Ends the connection; requests under way fail. May be called twice. */
  close(): void {
    this.#phase = 'closed';
    this.#failAll();
    clearTimeout(this.#outageTimer);
    clearTimeout(this.#resumeTimer);
    this.#parts.client.close();
    // The client waits for its last request, which never ends during an outage.
    this.#parts.client._re.disconnect();
  }

  #refuseIfLost(): void {
    if (this.#phase === 'lost' || this.#phase === 'closed') throw serverLost();
  }

  #askManager<T>(
    doing: string,
    timeoutMs: number,
    ask: (manager: ServerManager, callback: Callback<T>) => void,
  ): Promise<T> {
    const run = (callback: Callback<T>) => {
      this.#parts.client.getServerManager((error, manager) => {
        // With an error there is no result, and the callback does not read it.
        if (error !== null) callback(error, undefined as T);
        else ask(manager, callback);
      });
    };
    return callKurento({ doing, timeoutMs, run }, this.#underWay);
  }

  #disconnected(error?: Error & { code?: string }): void {
    if (this.#phase !== 'up') return;
    this.#phase = 'down';
    // A server that is connected but silent hangs, for an unknown time, and its viewers see nothing meanwhile.
    if (error?.code === 'SILENT') {
      this.#parts.logger.warn({ err: error }, 'The media server hangs');
      this.#lose();
      return;
    }
    this.#parts.logger.warn({ err: error }, 'The connection to the media server broke; trying to reach it again');
    this.#outageTimer = setTimeout(() => this.#lose(), this.#parts.outageTimeoutMs);
  }

  /** The client asks for its session after a reconnection, and reports nothing if the answer is neither yes nor no. */
  #awaitSession(): void {
    if (this.#phase !== 'down' && this.#phase !== 'lost') return;
    clearTimeout(this.#resumeTimer);
    this.#resumeTimer = setTimeout(() => this.#parts.client._re._connection?.terminate(), this.#parts.requestTimeoutMs);
  }

  #reconnected(sameSession: boolean): void {
    clearTimeout(this.#resumeTimer);
    if (this.#phase !== 'down' && this.#phase !== 'lost') return;
    if (this.#phase === 'down' && sameSession) {
      clearTimeout(this.#outageTimer);
      this.#phase = 'up';
      this.#parts.logger.info('The connection to the media server is back; nothing was lost');
      return;
    }
    if (!sameSession) {
      this.#pipelines.clear();
      this.#stale.clear();
    }
    this.#lose();
    void this.#regain();
  }

  #lose(): void {
    clearTimeout(this.#outageTimer);
    if (this.#phase === 'lost' || this.#phase === 'closed') return;
    this.#phase = 'lost';
    this.#generation += 1;
    for (const pipeline of this.#pipelines) this.#stale.add(pipeline);
    this.#pipelines.clear();
    this.#failAll();
    this.#parts.logger.error('The media server is lost, and every broadcast on it');
    this.#parts.lost(serverLost());
  }

  #failAll(): void {
    for (const fail of this.#underWay) fail(serverLost());
  }

  /** Reports the return once the server responds. If it does not, the next reconnection tries again. */
  async #regain(): Promise<void> {
    const { client, logger, requestTimeoutMs, regained } = this.#parts;
    try {
      await this.#askManager<ServerInfo>('getInfo', requestTimeoutMs, (manager, callback) => manager.getInfo(callback));
    } catch (error) {
      logger.warn({ err: error }, 'The media server came back but does not answer');
      client._re._connection?.terminate();
      return;
    }
    if (this.#phase !== 'lost') return;
    this.#phase = 'up';
    for (const pipeline of this.#stale) pipeline.release(() => {});
    this.#stale.clear();
    logger.info('The media server is back');
    regained();
  }
}

/** Functions that fail the requests under way. */
type RequestsUnderWay = Set<(error: AppError) => void>;

/**
 * All requests to kurento-client go through this function: the client's promises swallow errors, hang, and replace
 * objects with copies. `T` must not be an object of the media server: it is thenable, and a promise would replace it
 * with a copy. Box it.
 *
 * @param underWay where the request can be failed as long as it waits
 * @throws AppError as {@link toAppError} translates; `media-server-unavailable` after `timeoutMs`
 */
function callKurento<T>({ doing, timeoutMs, run, late }: Call<T>, underWay: RequestsUnderWay = new Set()): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let answered = false;
    const answer = (act: () => void) => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      underWay.delete(fail);
      act();
    };
    const fail = (error: unknown) => answer(() => reject(toAppError(error, doing)));
    const timer = setTimeout(() => answer(() => reject(unanswered(doing))), timeoutMs);
    underWay.add(fail);
    try {
      run((error, result) => {
        // The client sometimes fails with `undefined`; on success, the error is null.
        if (error !== null) fail(error);
        else if (answered) late?.(result);
        else answer(() => resolve(result));
      });
    } catch (error) {
      fail(error);
    }
  });
}
