import { randomUUID } from 'node:crypto';

/** One socket of a client. */
export interface ClientConnection {
  /** Sends a frame; does nothing when the socket has closed meanwhile. */
  send(frame: string): void;
}

type Session = {
  /** The open sockets that use the session; the last one gets its events. */
  connections: Set<ClientConnection>;
  /** Created by `connect`, so it is valid although it holds nothing. */
  connected: boolean;
  /** Used since the last sweep. */
  touched: boolean;
};

/**
 * Which sockets use which sessions. A session is only a name that clients choose: any name is accepted, it may move
 * from socket to socket, and it ends some time after its last socket has closed.
 */
export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  readonly #bound = new Map<ClientConnection, string>();
  /** Sockets that have closed; requests still running for them must not keep sessions forever. */
  readonly #gone = new WeakSet<ClientConnection>();

  get size(): number {
    return this.#sessions.size;
  }

  /** The session that this socket used last. */
  boundTo(connection: ClientConnection): string | undefined {
    return this.#bound.get(connection);
  }

  /** Opens a session for a socket that has none. */
  open(connection: ClientConnection): string {
    const sessionId = randomUUID();
    this.bind(sessionId, connection);
    return sessionId;
  }

  /** Notes that a socket uses a session; from now on it gets the session's events. */
  bind(sessionId: string, connection: ClientConnection): void {
    const session = this.#keep(sessionId);
    if (this.#gone.has(connection)) return;
    // Sets keep the order of insertion, and the last one counts.
    session.connections.delete(connection);
    session.connections.add(connection);
    this.#bound.set(connection, sessionId);
  }

  /**
   * Notes that a session holds something. It may have ended while a request for it was being carried out; then it is
   * opened again, because objects that no known session holds would never be released.
   */
  holds(sessionId: string): void {
    this.#keep(sessionId);
  }

  /** Notes that a client got the session from `connect`. */
  markConnected(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) session.connected = true;
  }

  /** True for a session that was created by `connect`. */
  isConnected(sessionId: string): boolean {
    return this.#sessions.get(sessionId)?.connected === true;
  }

  /** Keeps a session alive until the next sweep but one. */
  touch(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) session.touched = true;
  }

  /** Sends a frame to the socket that used the session last; without one the frame is lost. */
  deliver(sessionId: string, frame: string): void {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) [...session.connections].at(-1)?.send(frame);
  }

  /** Removes a socket that has closed; its sessions live on for a while. */
  leave(connection: ClientConnection): void {
    this.#bound.delete(connection);
    this.#gone.add(connection);
    for (const session of this.#sessions.values()) session.connections.delete(connection);
  }

  /** Removes a session. Sockets that used it keep its name, and so open it again with their next request. */
  end(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  /** Returns the sessions that had neither a socket nor a message since the last sweep. */
  sweep(): string[] {
    const expired: string[] = [];
    for (const [sessionId, session] of this.#sessions) {
      if (session.connections.size > 0) session.touched = true;
      else if (session.touched) session.touched = false;
      else expired.push(sessionId);
    }
    return expired;
  }

  #keep(sessionId: string): Session {
    const session = this.#sessions.get(sessionId) ?? { connections: new Set(), connected: false, touched: true };
    session.touched = true;
    this.#sessions.set(sessionId, session);
    return session;
  }
}
