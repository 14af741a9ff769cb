import WebSocket from 'ws';
import { deferred } from '../platform/deferred.ts';

/*
 * The API of Janus over a WebSocket: a session has handles, and each handle talks to one plugin and has one peer
 * connection. https://janus.conf.meetecho.com/docs/rest.html#WS
 */

/** An offer or an answer in Janus' format. */
export type JanusDescription = { type: 'offer' | 'answer'; sdp: string };

/** The answer of a plugin. */
export type PluginAnswer = { data: Readonly<Record<string, unknown>>; description: JanusDescription | null };

type Frame = {
  janus: string;
  transaction?: string;
  sender?: number;
  data?: { id: number };
  plugindata?: { data: Readonly<Record<string, unknown>> };
  jsep?: JanusDescription;
  error?: { reason: string };
};
type Words = Readonly<Record<string, unknown>>;
type Waiting = { resolve: (frame: Frame) => void; reject: (error: Error) => void };

/** Janus drops a session from which it has received nothing for 60 s. */
const keepaliveMs = 30_000;

/** One session with Janus. */
export class JanusSession {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Waiting>();
  readonly #handles = new Map<number, JanusHandle>();
  #id: number | null = null;
  #nextTransaction = 1;
  #keepalive: NodeJS.Timeout | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    // An error is always followed by a close, whose listener rejects the waiting requests.
    socket.on('error', () => {});
    socket.on('message', (bytes) => this.#take(JSON.parse(String(bytes))));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Janus closed the socket.'));
      this.#waiting.clear();
    });
  }

  /** Connects to the API at `url`, a WebSocket address. */
  static async open(url: string): Promise<JanusSession> {
    const socket = new WebSocket(url, 'janus-protocol');
    const opened = deferred<void>();
    socket.once('open', () => opened.resolve());
    socket.once('error', (error) => opened.reject(error));
    await opened.promise;
    const session = new JanusSession(socket);
    try {
      session.#id = idIn(await session.#ask({ janus: 'create' }));
      session.#keepalive = setInterval(() => session.#tell({ janus: 'keepalive' }), keepaliveMs);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Attaches a new handle to the plugin, such as `janus.plugin.videoroom`. */
  async attach(plugin: string): Promise<JanusHandle> {
    const id = idIn(await this.#ask({ janus: 'attach', plugin }));
    const handle = new JanusHandle({
      ask: (words) => this.#ask({ ...words, handle_id: id }),
      tell: (words) => this.#tell({ ...words, handle_id: id }),
      forget: () => this.#handles.delete(id),
    });
    this.#handles.set(id, handle);
    return handle;
  }

  /** Ends the session, and with it all its handles; may be called twice. */
  close(): void {
    clearInterval(this.#keepalive);
    this.#socket.close();
  }

  #ask(words: Words): Promise<Frame> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new Error('The socket to Janus is closed.'));
        return;
      }
      this.#waiting.set(this.#tell(words), { resolve, reject });
    });
  }

  /** Sends without waiting for an answer. */
  #tell(words: Words): string {
    const transaction = String(this.#nextTransaction);
    this.#nextTransaction += 1;
    const session = this.#id === null ? {} : { session_id: this.#id };
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ ...words, ...session, transaction }));
    }
    return transaction;
  }

  #take(frame: Frame): void {
    // A plugin's answer follows later; a message that expects no answer gets nothing but this.
    if (frame.janus === 'ack') return;
    const waiting = this.#waiting.get(frame.transaction ?? '');
    if (waiting === undefined) {
      this.#handles.get(frame.sender ?? 0)?.notice(frame.janus);
      return;
    }
    this.#waiting.delete(frame.transaction ?? '');
    if (frame.janus === 'error') waiting.reject(new Error(`Janus refused: ${frame.error?.reason}`));
    else waiting.resolve(frame);
  }
}

/** One handle: requests to its plugin, and the peer connection that it may have. */
export class JanusHandle {
  readonly #session: { ask(words: Words): Promise<Frame>; tell(words: Words): void; forget(): void };
  readonly #listeners = new Map<string, () => void>();

  constructor(session: { ask(words: Words): Promise<Frame>; tell(words: Words): void; forget(): void }) {
    this.#session = session;
  }

  /** Sends a request to the plugin. Rejects with the plugin's own error message. */
  async ask(body: Words, description?: JanusDescription): Promise<PluginAnswer> {
    const jsep = description === undefined ? {} : { jsep: description };
    const frame = await this.#session.ask({ janus: 'message', body, ...jsep });
    const data = frame.plugindata?.data ?? {};
    if ('error' in data) throw new Error(`Janus refused ${String(body.request)}: ${String(data.error)}`);
    return { data, description: frame.jsep ?? null };
  }

  /** Sends Janus a candidate of the other side of its peer connection. */
  trickle(candidate: { candidate: string; sdpMid: string; sdpMLineIndex: number }): void {
    this.#session.tell({ janus: 'trickle', candidate });
  }

  /** Calls `listener` when Janus reports `event` for this handle, e.g. `webrtcup` once its connection is up. */
  on(event: string, listener: () => void): void {
    this.#listeners.set(event, listener);
  }

  /** Passes on an event that Janus reports for this handle. */
  notice(event: string): void {
    this.#listeners.get(event)?.();
  }

  /** Ends its peer connection, and the handle with it. */
  detach(): void {
    this.#session.tell({ janus: 'detach' });
    this.#session.forget();
  }
}

function idIn(frame: Frame): number {
  if (frame.data === undefined) throw new Error('Janus answered without an id.');
  return frame.data.id;
}
