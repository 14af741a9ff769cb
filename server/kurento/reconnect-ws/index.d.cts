import type { EventEmitter } from 'node:events';
import type { ClientOptions, WebSocket } from 'ws';

declare namespace reconnectWs {
  /** Times in milliseconds. */
  type Options = {
    /** Give up after this many retries; never by default. */
    failAfter?: number;
    initialDelay?: number;
    maxDelay?: number;
    handshakeTimeout?: number;
    /** The time without any message after which a heartbeat is sent to the server. */
    heartbeatInterval?: number;
    /** The time without any message after which the connection is terminated, with an error whose code is SILENT. */
    silenceTimeout?: number;
    /** The same, if the server responds on another connection: it may be busy with a slow request on this one. */
    busyTimeout?: number;
    closeTimeout?: number;
  };

  interface ReconnectingSocket extends EventEmitter {
    readonly connected: boolean;
    readonly reconnect: boolean;
    readonly _connection: WebSocket | null;
    connect(url: string, socketOptions?: ClientOptions): this;
    listen(url: string, socketOptions?: ClientOptions): this;
    reset(): void;
    disconnect(): this;
  }
}

declare function reconnectWs(
  options?: reconnectWs.Options | ((socket: WebSocket) => void),
  onConnection?: (socket: WebSocket) => void,
): reconnectWs.ReconnectingSocket;

export = reconnectWs;
