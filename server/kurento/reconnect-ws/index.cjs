'use strict';

const { EventEmitter } = require('node:events');
const { WebSocket } = require('ws');

/*
 * A WebSocket that comes back. kurento-client asks for a package of this name and shape; its own choice is a git
 * repository that cannot be installed without git and that stands on a WebSocket library of 2013. See README.md.
 */

class ReconnectingSocket extends EventEmitter {
  /** Whether the socket is open now; kurento-client reads it. */
  connected = false;
  /** Whether a lost socket is opened anew; kurento-client reads it. */
  reconnect = false;
  /** The open socket, for those who must cut it. */
  _connection = null;

  #options;
  #target = null;
  #retries = 0;
  // The next pause and the one after it, in milliseconds.
  #pauses = [0, 0];
  #retryTimer = null;
  // Each connect() and disconnect() starts an epoch; what a socket of an earlier one says is of no interest.
  #epoch = 0;

  constructor(options) {
    super();
    this.#options = options;
    // Every call that waits for the connection listens to it, and many may wait.
    this.setMaxListeners(0);
  }

  connect(url, socketOptions) {
    this.disconnect();
    this.reconnect = true;
    this.#target = { url, socketOptions };
    this.reset();
    // The first attempt is silent: kurento-client takes any 'reconnect' event for the return of a lost session.
    this.#attempt();
    return this;
  }

  listen(url, socketOptions) {
    return this.connect(url, socketOptions);
  }

  reset() {
    this.#retries = 0;
    // Two equal pauses to begin with: an outage no longer than a restart should be over in a blink.
    this.#pauses = [this.#options.initialDelay, this.#options.initialDelay];
  }

  disconnect() {
    this.reconnect = false;
    this.#epoch += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    const socket = this._connection;
    this._connection = null;
    this.connected = false;
    if (socket?.readyState === WebSocket.CONNECTING) socket.terminate();
    if (socket?.readyState !== WebSocket.OPEN) return this;
    socket.close();
    setTimeout(() => socket.terminate(), this.#options.closeTimeout).unref();
    this.emit('disconnect');
    return this;
  }

  #attempt() {
    const epoch = this.#epoch;
    const isCurrent = () => epoch === this.#epoch && this._connection === socket;
    const socket = new WebSocket(this.#target.url, {
      handshakeTimeout: this.#options.maxDelay,
      perMessageDeflate: false,
      ...this.#target.socketOptions,
    });
    this._connection = socket;
    // The transport of kurento-client knows the stream's name for closing.
    socket.end = socket.close;
    // The error goes with 'disconnect' and 'fail': an 'error' event would end the process, for nobody listens to it.
    let failure;
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      if (isCurrent()) this.#lose(failure);
    });
    socket.on('open', () => {
      if (!isCurrent()) return;
      watchPulse(socket, this.#options.heartbeatInterval);
      this.reset();
      this.connected = true;
      this.emit('connection', socket);
      if (isCurrent()) this.emit('connect', socket);
    });
  }

  #lose(error) {
    const epoch = this.#epoch;
    this.connected = false;
    this._connection = null;
    this.emit('disconnect', error);
    // A listener may have called connect() or disconnect().
    if (epoch !== this.#epoch) return;
    if (this.#retries >= this.#options.failAfter) {
      this.reconnect = false;
      this.emit('fail', error ?? new Error('The connection was closed.'));
      return;
    }
    const retry = this.#retries;
    const [pause, next] = this.#pauses;
    this.#retries += 1;
    this.#pauses = [next, Math.min(pause + next, this.#options.maxDelay)];
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      this.emit('reconnect', retry, pause);
      if (epoch === this.#epoch) this.#attempt();
    }, pause);
    this.#retryTimer.unref();
  }
}

/** A peer that vanished without a word never closes its socket; one that owes a pong for a whole beat has vanished. */
function watchPulse(socket, interval) {
  let owesPong = false;
  const beat = setInterval(() => {
    if (owesPong) {
      socket.terminate();
      return;
    }
    owesPong = true;
    socket.ping();
  }, interval);
  beat.unref();
  socket.on('pong', () => {
    owesPong = false;
  });
  socket.on('close', () => clearInterval(beat));
}

/**
 * Makes a reconnecting WebSocket; it opens with `connect(url, socketOptions)`.
 *
 * Options, times in milliseconds: `failAfter` retries (default: never), `initialDelay` (100) and `maxDelay` (10 000)
 * of the Fibonacci pauses between them, `heartbeatInterval` (15 000), `closeTimeout` (2 000). Events: 'connection' and 'connect' (socket),
 * 'disconnect' (error, if there was one), 'reconnect' (number of the retry from 0, pause), 'fail' (error).
 */
module.exports = function reconnectWs(options, onConnection) {
  if (typeof options === 'function') return reconnectWs({}, options);
  const { failAfter = Number.POSITIVE_INFINITY, initialDelay = 100, maxDelay = 10_000 } = options ?? {};
  const { heartbeatInterval = 15_000, closeTimeout = 2_000 } = options ?? {};
  const socket = new ReconnectingSocket({ failAfter, initialDelay, maxDelay, heartbeatInterval, closeTimeout });
  if (onConnection) socket.on('connection', onConnection);
  return socket;
};
