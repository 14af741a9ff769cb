'use strict';

const { EventEmitter } = require('node:events');
const { RequestSocket, startHeartbeat } = require('./request-socket.cjs');

/*
 * A WebSocket that reconnects. kurento-client requires a package of this name and shape; its own choice is a git
 * repository that cannot be installed without git and is based on a WebSocket library of 2013. See README.md.
 */

class ReconnectingSocket extends EventEmitter {
  /** Whether the socket is open now; kurento-client reads it. */
  connected = false;
  /** Whether a lost socket is opened again; kurento-client reads it. */
  reconnect = false;
  /** The open socket, for callers that must terminate it. */
  _connection = null;

  #options;
  #target = null;
  #retries = 0;
  /** The time since which there is no connection, by `performance.now()`. */
  #awaySince = 0;
  #retryTimer = null;
  // Each connect() and disconnect() starts an epoch; events of a socket of an earlier epoch are ignored.
  #epoch = 0;

  constructor(options) {
    super();
    this.#options = options;
    // Every call that waits for the connection adds a listener, and many may wait.
    this.setMaxListeners(0);
  }

  connect(url, socketOptions) {
    this.disconnect();
    this.reconnect = true;
    this.#target = { url, socketOptions };
    this.reset();
    // The first attempt emits no event: kurento-client takes any 'reconnect' event for the return of a lost session.
    this.#attempt();
    return this;
  }

  listen(url, socketOptions) {
    return this.connect(url, socketOptions);
  }

  reset() {
    this.#retries = 0;
    this.#awaySince = performance.now();
  }

  disconnect() {
    this.reconnect = false;
    this.#epoch += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    const socket = this._connection;
    this._connection = null;
    this.connected = false;
    if (socket?.readyState === RequestSocket.CONNECTING) socket.terminate();
    if (socket?.readyState !== RequestSocket.OPEN) return this;
    socket.close();
    setTimeout(() => socket.terminate(), this.#options.closeTimeout).unref();
    this.emit('disconnect');
    socket.abandon();
    return this;
  }

  #open() {
    const { url, socketOptions } = this.#target;
    const { handshakeTimeout } = this.#options;
    return new RequestSocket(url, { handshakeTimeout, perMessageDeflate: false, ...socketOptions });
  }

  #attempt() {
    const epoch = this.#epoch;
    const isCurrent = () => epoch === this.#epoch && this._connection === socket;
    const socket = this.#open();
    this._connection = socket;
    // The transport of kurento-client closes a socket by the method name of a stream.
    socket.end = socket.close;
    // The error is passed with 'disconnect' and 'fail': an 'error' event would end the process, because it has no
    // listener.
    let failure;
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      if (isCurrent()) this.#lose(socket, failure);
    });
    socket.on('open', () => {
      if (!isCurrent()) return;
      const { heartbeatInterval: interval, silenceTimeout: limit, busyTimeout } = this.#options;
      const openProbe = () => this.#open();
      startHeartbeat(socket, { interval, limit, busyTimeout }, openProbe, () => {
        failure = Object.assign(new Error('The server has sent nothing for too long.'), { code: 'SILENT' });
        socket.terminate();
      });
      this.reset();
      this.connected = true;
      this.emit('connection', socket);
      if (isCurrent()) this.emit('connect', socket);
    });
  }

  #lose(socket, error) {
    const epoch = this.#epoch;
    const stood = this.connected;
    this.connected = false;
    this._connection = null;
    if (stood) this.reset();
    this.emit('disconnect', error);
    socket.abandon();
    // A listener may have called connect() or disconnect().
    if (epoch !== this.#epoch) return;
    if (this.#retries >= this.#options.failAfter) {
      this.reconnect = false;
      this.emit('fail', error ?? new Error('The connection was closed.'));
      return;
    }
    const retry = this.#retries;
    const pause = this.#pause();
    this.#retries += 1;
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      this.emit('retry', retry, pause);
      // kurento-client must receive this event before the socket is open, but prints a line each time: once is enough.
      if (retry === 0) this.emit('reconnect', retry, pause);
      if (epoch === this.#epoch) this.#attempt();
    }, pause);
    this.#retryTimer.unref();
  }

  /** An eighth of the outage so far: the delay in noticing its end is proportional, and a long outage costs little. */
  #pause() {
    const { initialDelay, maxDelay } = this.#options;
    return Math.min(Math.max((performance.now() - this.#awaySince) / 8, initialDelay), maxDelay);
  }
}

/**
 * Creates a reconnecting WebSocket; `connect(url, socketOptions)` opens it.
 *
 * Options, times in milliseconds: `failAfter` retries (default: never), `initialDelay` (25) and `maxDelay` (1 000) of
 * the pauses between them, `handshakeTimeout` (2 500) of an attempt, `heartbeatInterval` (500) of silence after which a
 * heartbeat is sent to the server, `silenceTimeout` (1 900) after which it is considered dead, `busyTimeout` (10 000)
 * if it responds on another connection meanwhile, `closeTimeout` (2 000). Events: 'connection' and 'connect' (socket),
 * 'disconnect' (error, if there was one; its code is SILENT if the server sent nothing), 'reconnect' (0, pause) before
 * the first retry, 'retry' (number from 0, pause), 'fail' (error).
 */
module.exports = function reconnectWs(options, onConnection) {
  if (typeof options === 'function') return reconnectWs({}, options);
  const { failAfter = Number.POSITIVE_INFINITY, initialDelay = 25, maxDelay = 1_000 } = options ?? {};
  const { handshakeTimeout = 2_500, closeTimeout = 2_000 } = options ?? {};
  const { heartbeatInterval = 500, silenceTimeout = 1_900, busyTimeout = 10_000 } = options ?? {};
  const times = {
    initialDelay,
    maxDelay,
    handshakeTimeout,
    closeTimeout,
    heartbeatInterval,
    silenceTimeout,
    busyTimeout,
  };
  const socket = new ReconnectingSocket({ failAfter, ...times });
  if (onConnection) socket.on('connection', onConnection);
  return socket;
};
