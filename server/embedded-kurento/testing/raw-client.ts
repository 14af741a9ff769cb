import { WebSocket } from 'ws';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';

/** An event as received. */
export type RawEvent = { object: string; type: string; data: JsonObject };
/** A reply as received. */
export type RawReply = { id: unknown; result?: JsonObject; error?: { code: number; message: string; data?: unknown } };

const timeoutMs = 8_000;

/** For tests: speaks the protocol frame by frame, and returns the replies unchanged. */
export class RawClient {
  readonly events: RawEvent[] = [];
  /** Added to each request that names no session; nothing is added while undefined. */
  sessionId: string | undefined;
  readonly #socket: WebSocket;
  readonly #replies: RawReply[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #listeners: ((event: RawEvent) => void)[] = [];
  // Two clients of one session must not use the same ids: the server would take one request for a repeat of the other.
  #nextId = Math.floor(Math.random() * 1e9);

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(JSON.parse(String(data))));
    socket.on('close', () => this.#changed());
  }

  static async connect(url: string): Promise<RawClient> {
    const socket = new WebSocket(url);
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  get closed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  /** Sends a text as it is. */
  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** Sends a request without waiting; returns its id. */
  post(method: string, params: JsonObject = {}, id: string | number = this.#nextId++): string | number {
    const session = this.sessionId === undefined ? {} : { sessionId: this.sessionId };
    this.sendText(JSON.stringify({ id, jsonrpc: '2.0', method, params: { ...session, ...params } }));
    return id;
  }

  /** Sends a request and waits for its reply. */
  async request(method: string, params: JsonObject = {}, id?: string | number): Promise<RawReply> {
    return this.replyTo(this.post(method, params, id));
  }

  /** The reply with this id; each is returned once. */
  async replyTo(id: unknown): Promise<RawReply> {
    const found = await this.until(`reply ${String(id)}`, () => this.#replies.find((reply) => reply.id === id));
    this.#replies.splice(this.#replies.indexOf(found), 1);
    return found;
  }

  /** Sends a request that must succeed; returns the result. */
  async result(method: string, params: JsonObject = {}): Promise<JsonObject> {
    const { result, error } = await this.request(method, params);
    if (!isJsonObject(result)) throw new Error(`${method} failed: ${error?.code} ${error?.message}`);
    return result;
  }

  /** Sends a request that must fail; returns `code message`. */
  async failure(method: string, params: JsonObject = {}): Promise<string> {
    const { error } = await this.request(method, params);
    return `${error?.code} ${error?.message}`;
  }

  /** Creates an object; returns its id. */
  async create(type: string, constructorParams: JsonObject = {}): Promise<string> {
    return String((await this.result('create', { type, constructorParams })).value);
  }

  /** Calls an operation; returns its value. */
  async invoke(object: string, operation: string, operationParams?: JsonObject): Promise<unknown> {
    const params = operationParams === undefined ? {} : { operationParams };
    return (await this.result('invoke', { object, operation, ...params })).value;
  }

  /** Calls an operation that must fail; returns `code message`. */
  invokeFailure(object: string, operation: string, operationParams?: JsonObject): Promise<string> {
    const params = operationParams === undefined ? {} : { operationParams };
    return this.failure('invoke', { object, operation, ...params });
  }

  async subscribe(object: string, ...types: string[]): Promise<void> {
    for (const type of types) await this.result('subscribe', { object, type });
  }

  /** Waits for an event, or returns one that has already arrived. */
  event(type: string, matches: (event: RawEvent) => boolean = () => true): Promise<RawEvent> {
    return this.until(type, () => this.events.find((event) => event.type === type && matches(event)));
  }

  /** Calls `listener` with every event from now on. */
  onEvent(listener: (event: RawEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Waits until the socket is closed. */
  async untilClosed(): Promise<void> {
    await this.until('close', () => (this.closed ? true : undefined));
  }

  /** Waits until `find` returns something; it is called whenever a frame arrives. */
  async until<T>(what: string, find: () => T | undefined): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (let found = find(); ; found = find()) {
      if (found !== undefined) return found;
      if (performance.now() >= deadline) throw new Error(`Waited in vain for ${what}`);
      await this.#change(deadline - performance.now());
    }
  }

  /** Cuts the connection without a closing handshake. */
  drop(): void {
    this.#socket.terminate();
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  #take(message: RawReply & { method?: string; params?: { value: RawEvent } }): void {
    if (message.method === 'onEvent' && message.params !== undefined) {
      this.events.push(message.params.value);
      for (const listener of this.#listeners) listener(message.params.value);
    } else this.#replies.push(message);
    this.#changed();
  }

  #changed(): void {
    for (const done of [...this.#waiting]) done();
  }
}
