'use strict';

const { WebSocket } = require('ws');

/*
 * A WebSocket for JSON-RPC 2.0 (https://www.jsonrpc.org/specification) that knows which requests are unanswered. It
 * does two things for kurento-client that the client cannot do itself: it ends requests whose response will never
 * arrive, and it sends heartbeats outside of the client's queue, which a slow release may block for many seconds.
 */

const heartbeatIdPrefix = 'pulse-';

class RequestSocket extends WebSocket {
  /** When the server last sent anything, by `performance.now()`. */
  heardAt = performance.now();
  #unanswered = new Map();
  #heartbeats = 0;
  #abandoned = false;

  /** Sends a frame, and notes the request in it. */
  send(frame, ...rest) {
    const { id, method } = read(frame);
    if (id !== undefined && method !== undefined) this.#unanswered.set(id, method);
    super.send(frame, ...rest);
  }

  /** Sends a heartbeat. `ping` is part of the protocol, and the server handles it like every other request. */
  sendHeartbeat() {
    this.#heartbeats += 1;
    super.send(JSON.stringify({ jsonrpc: '2.0', id: `${heartbeatIdPrefix}${this.#heartbeats}`, method: 'ping' }));
  }

  /** Notes each message. The response to a heartbeat is not passed to listeners, which did not ask for it. */
  emit(event, ...args) {
    if (event !== 'message') return super.emit(event, ...args);
    // The requests of a socket that is being closed have already been answered.
    if (this.#abandoned) return true;
    this.heardAt = performance.now();
    const { id, method } = read(args[0]);
    if (method === undefined) this.#unanswered.delete(id);
    if (typeof id === 'string' && id.startsWith(heartbeatIdPrefix)) return true;
    return this.#deliver(...args);
  }

  /**
   * If kurento-client cannot process a frame, only that frame is lost. An exception would leave the socket in the
   * middle of a read, so that it receives nothing further, and would end the process if it were not caught.
   */
  #deliver(...args) {
    try {
      return super.emit('message', ...args);
    } catch (error) {
      process.emitWarning(`kurento-client could not process a message of the media server: ${error?.stack ?? error}`);
      return true;
    }
  }

  /**
   * Responds in place of a server that no longer can: every request fails immediately. kurento-client would wait for
   * its timeout, and with a release among them hold back all later requests for that long. Its own pings succeed
   * instead, because it prints each failure and stops pinging.
   */
  abandon() {
    this.#abandoned = true;
    const error = { code: -32000, message: 'Connection error: it broke before the response arrived' };
    for (const [id, method] of this.#unanswered) {
      const outcome = method === 'ping' ? { result: { value: 'pong' } } : { error };
      this.#deliver(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, ...outcome })), false);
    }
  }
}

/** The JSON object in a frame; an empty object if there is none. */
function read(frame) {
  try {
    return Object(JSON.parse(String(frame)));
  } catch {
    return {};
  }
}

/**
 * The heartbeat of an open socket: sends a ping when the server has been silent for about `interval`, and calls
 * `silent` once it has sent nothing for `limit` (ms). Kurento answers the requests of one connection in order, so a
 * slow one also delays the response to a ping. Halfway to the limit a second socket, created by `openProbe`, sends
 * pings as well: while the server responds there it is only busy, and `busyTimeout` (ms) applies. Time in which this
 * process was blocked does not count: messages may be waiting unread.
 */
function startHeartbeat(socket, { interval, limit, busyTimeout }, openProbe, silent) {
  const period = interval / 2;
  let probe = null;
  let dueAt = performance.now() + period;
  const stopProbing = () => {
    probe?.terminate();
    probe = null;
  };
  const startProbing = () => {
    const opened = openProbe();
    probe = opened;
    // A server whose workers are all stuck still completes the handshake, so only a response counts.
    opened.heardAt = socket.heardAt;
    opened.on('open', () => opened.sendHeartbeat());
    // If the socket cannot be opened, the silence goes on.
    opened.on('error', () => {});
    opened.on('close', () => {
      if (probe === opened) probe = null;
    });
  };
  const beat = setInterval(() => {
    const now = performance.now();
    const lateMs = now - dueAt;
    dueAt = now + period;
    if (lateMs > period / 2) {
      for (const it of [socket, probe]) if (it !== null) it.heardAt = Math.min(now, it.heardAt + lateMs);
    }
    const quietMs = now - socket.heardAt;
    const heardAt = Math.max(socket.heardAt, probe?.heardAt ?? 0);
    if (now - heardAt >= limit || quietMs >= busyTimeout) {
      silent();
      return;
    }
    if (quietMs > period) socket.sendHeartbeat();
    if (quietMs <= limit / 2) stopProbing();
    else if (probe === null) startProbing();
    else if (probe.readyState === WebSocket.OPEN) probe.sendHeartbeat();
  }, period);
  beat.unref();
  socket.heardAt = performance.now();
  socket.on('close', () => {
    clearInterval(beat);
    stopProbing();
  });
}

module.exports = { RequestSocket, startHeartbeat };
