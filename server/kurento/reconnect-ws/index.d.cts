import type { EventEmitter } from 'node:events';
import type { ClientOptions, WebSocket } from 'ws';

declare namespace reconnectWs {
  /** Times in milliseconds. */
  type Options = {
    /** Give up after so many retries; never by default. */
    failAfter?: number;
    initialDelay?: number;
    maxDelay?: number;
    handshakeTimeout?: number;
    /** After so much quiet the server is asked for a sign of life. */
    heartbeatInterval?: number;
    /** After so much quiet the connection is broken off, with an error whose code is SILENT. */
    silenceTimeout?: number;
    /** The same, where the server answers on another connection: it may be busy with a slow request on this one. */
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
