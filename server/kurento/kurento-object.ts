import type { Callback, Creations, MediaObject, MediaPipeline } from 'kurento-client';
import type { Closable } from '../closer.ts';
import type { Logger } from '../logger.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { serverLost } from './kurento-errors.ts';

/** How an object is created, and the callback for its errors. */
export type ObjectRequest<Type extends keyof Creations> = {
  connection: KurentoConnection;
  logger: Logger;
  type: Type;
  parameters: Creations[Type]['parameters'];
  /** Something went wrong in the background. May be called several times. */
  failed: (error: unknown) => void;
  /** The pipeline that the object is a part of, if it is not a pipeline itself. */
  within?: KurentoObject<MediaPipeline>;
  /** How long a release may take, in milliseconds, if longer than other requests. */
  releaseTimeoutMs?: number;
};

/**
 * Creates an object on the media server and subscribes to its errors.
 * @throws AppError
 */
export async function openObject<Type extends keyof Creations>(
  request: ObjectRequest<Type>,
): Promise<KurentoObject<Creations[Type]['object']>> {
  const { connection, type, parameters, within } = request;
  const { generation } = connection;
  if (within !== undefined && within.generation !== generation) throw serverLost();
  const { object } = await connection.create(type, parameters);
  if (connection.generation !== generation) {
    // The request outlasted a loss: the object is on the server that came after it, where it is not needed.
    object.release(() => {});
    throw serverLost();
  }
  const kurentoObject = new KurentoObject({ ...request, object, generation });
  if (type === 'MediaPipeline') connection.track(object);
  admitErrorListener(object, request.failed);
  object.on('Error', request.failed);
  return kurentoObject;
}

/** An object on the media server, with one owner that closes it. */
export class KurentoObject<T extends MediaObject> implements Closable {
  /** The client's own handle. It is thenable: never return it from an async function. */
  readonly object: T;
  /** The connection's generation to which the object belongs: see {@link KurentoConnection}. */
  readonly generation: number;
  readonly #parts: { connection: KurentoConnection; logger: Logger; type: string; releaseTimeoutMs?: number };
  #closing: Promise<void> | undefined;

  constructor(parts: {
    connection: KurentoConnection;
    logger: Logger;
    type: string;
    object: T;
    generation: number;
    releaseTimeoutMs?: number;
  }) {
    this.#parts = parts;
    this.object = parts.object;
    this.generation = parts.generation;
  }

  /**
   * Makes a request to this object.
   * @throws AppError, `media-server-unavailable` immediately if the object went with a lost media server
   */
  async call<R>(
    doing: string,
    run: (object: T, callback: Callback<R>) => void,
    options: { timeoutMs?: number } = {},
  ): Promise<R> {
    if (this.generation !== this.#parts.connection.generation) throw serverLost();
    return await this.#parts.connection.call<R>({
      doing,
      timeoutMs: options.timeoutMs,
      run: (callback) => run(this.object, callback),
    });
  }

  /**
   * Releases the object and everything that belongs to it. An object that is already gone counts as released. Never
   * rejects.
   */
  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #release(): Promise<void> {
    const { connection, logger, type } = this.#parts;
    if (this.generation !== connection.generation) return;
    // The subscriptions go with the object; the client would send an unsubscription for each.
    this.object.removeAllListeners('removeListener');
    connection.untrack(this.object);
    try {
      // A request that was under way when the connection broke is lost; the second one waits for the connection.
      await this.#askForRelease().catch(() => this.#askForRelease());
    } catch (error) {
      // What went with a lost media server is gone as well.
      if (this.generation !== connection.generation) return;
      logger.warn({ err: error, type }, 'An object on the media server could not be released');
    }
  }

  async #askForRelease(): Promise<void> {
    const { releaseTimeoutMs: timeoutMs } = this.#parts;
    await this.call<unknown>('release', (object, callback) => object.release(callback), {
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }
}

/**
 * Listens for the 'error' event that the client emits when a subscription fails. Without a listener it would end the
 * process, but the client refuses listeners for events that the server does not know. So its check is removed for a
 * moment.
 */
function admitErrorListener(object: MediaObject, failed: (error: unknown) => void): void {
  const guards = object.listeners('newListener');
  object.removeAllListeners('newListener');
  object.on('error', failed);
  for (const guard of guards) object.on('newListener', guard);
  // A release removes every listener, and a subscription may still fail after it.
  object.once('release', () => admitErrorListener(object, () => {}));
}
