'use strict';

const { WebSocket } = require('ws');

/*
 * A WebSocket for JSON-RPC 2.0 (https://www.jsonrpc.org/specification) that knows which requests are unanswered.
 * It does for kurento-client what that cannot do from inside: end requests whose answer will never come, and ask the
 * server for signs of life outside of the client's queue, which a slow release may hold up for many seconds.
 */

const heartbeatIdPrefix = 'pulse-';

class RequestSocket extends WebSocket {
  /** When the server last said anything, by `performance.now()`. */
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

  /** Asks for a sign of life. `ping` belongs to the protocol, and takes the way of every other request. */
  sendHeartbeat() {
    this.#heartbeats += 1;
    super.send(JSON.stringify({ jsonrpc: '2.0', id: `${heartbeatIdPrefix}${this.#heartbeats}`, method: 'ping' }));
  }

  /** Notes what comes in; the answer to a pulse is of no interest to listeners, who never asked. */
  emit(event, ...args) {
    if (event !== 'message') return super.emit(event, ...args);
    // What still comes on a socket that is being closed has had its answer.
    if (this.#abandoned) return true;
    this.heardAt = performance.now();
    const { id, method } = read(args[0]);
    if (method === undefined) this.#unanswered.delete(id);
    if (typeof id === 'string' && id.startsWith(heartbeatIdPrefix)) return true;
    return this.#deliver(...args);
  }

  /**
   * A frame of which kurento-client can make nothing is lost, and nothing else: an exception would leave the socket in
   * the middle of its reading, deaf to all that follows, and end the process if nobody caught it.
   */
  #deliver(...args) {
    try {
      return super.emit('message', ...args);
    } catch (error) {
      process.emitWarning(`kurento-client could not read what the media server said: ${error?.stack ?? error}`);
      return true;
    }
  }

  /**
   * Answers in the server's place, once it cannot: every request fails at once. kurento-client would wait for its
   * timeout, and with a release among them keep back all later requests for as long. Its own pings succeed instead,
   * because it prints each failure and stops pinging.
   */
  abandon() {
    this.#abandoned = true;
    const error = { code: -32000, message: 'Connection error: it broke before the answer came' };
    for (const [id, method] of this.#unanswered) {
      const outcome = method === 'ping' ? { result: { value: 'pong' } } : { error };
      this.#deliver(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, ...outcome })), false);
    }
  }
}

/** What matters of a frame; nothing, if it is no object of JSON. */
function read(frame) {
  try {
    return Object(JSON.parse(String(frame)));
  } catch {
    return {};
  }
}

/**
 * The heartbeat of an open socket: asks when the server has been quiet for about `interval`, and calls `silent` once it
 * has said nothing for `limit` (ms). Kurento answers the requests of one connection in order, so a slow one keeps back
 * the answer to a ping too. Half-way to the limit a socket that `openProbe` makes asks as well: while the server
 * answers there it is only busy, for which it has `busyTimeout` (ms). Time in which this process was held up does not
 * count: words may wait unread.
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
    // A server whose workers are all stuck still shakes hands: nothing is heard before an answer.
    opened.heardAt = socket.heardAt;
    opened.on('open', () => opened.sendHeartbeat());
    // Where it cannot be opened, the silence goes on.
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
