import WebSocket from 'ws';
import { deferred } from '../platform/deferred.ts';

type Answer = Readonly<Record<string, unknown>>;
type Waiting = { resolve: (answer: Answer) => void; reject: (error: Error) => void };

/** A frame from the media server: the answer to a request, or an event. */
type Frame = {
  id?: number;
  result?: Answer;
  error?: { message: string };
  method?: string;
  params?: { value: MediaEvent };
};

/** An event of a media object. */
export type MediaEvent = { object: string; type: string; data: Answer };

/** A connection to a media server in bare frames of the Kurento Protocol, without the queue of a client library. */
export class RpcSocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners: ((event: MediaEvent) => void)[] = [];
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.#take(JSON.parse(String(bytes))));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The media server closed the socket.'));
      this.#waiting.clear();
    });
  }

  /** Connects to the media server at `url`, a WebSocket address. */
  static async open(url: string): Promise<RpcSocket> {
    const socket = new WebSocket(url);
    const opened = deferred<void>();
    socket.once('open', () => opened.resolve());
    socket.on('error', (error) => opened.reject(error));
    await opened.promise;
    return new RpcSocket(socket);
  }

  /** Sends a request immediately, even if others are in flight. Rejects with the media server's error message. */
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<Answer> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** Creates a media object, and resolves with its id. */
  async create(type: string, constructorParams: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return String((await this.request('create', { type, constructorParams })).value);
  }

  /** Invokes an operation, and resolves with its value. */
  async invoke(object: string, operation: string, operationParams: Readonly<Record<string, unknown>> = {}) {
    return (await this.request('invoke', { object, operation, operationParams })).value;
  }

  /** Calls `listener` for every event that was subscribed to. */
  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Closes the connection; objects that were created over it are released with their pipelines. */
  close(): void {
    this.#socket.close();
  }

  #take(frame: Frame): void {
    if (frame.id === undefined) {
      if (frame.params !== undefined) for (const listener of this.#listeners) listener(frame.params.value);
      return;
    }
    const waiting = this.#waiting.get(frame.id);
    this.#waiting.delete(frame.id);
    if (frame.error !== undefined) waiting?.reject(new Error(frame.error.message));
    else waiting?.resolve(frame.result ?? {});
  }
}
