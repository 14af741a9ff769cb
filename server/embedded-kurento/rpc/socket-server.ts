import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { urlHost } from '../../platform/host-address.ts';
import type { Log } from '../media/log.ts';
import type { ClientConnection } from './session-registry.ts';

/** An offer has some kilobytes; no message of a client is anywhere near this limit. */
const maxFrameBytes = 4 * 1024 * 1024;
/** How often sockets must answer a ping. */
const heartbeatMs = 30_000;

/** Receives the frames and the ends of connections. */
export type SocketListener = {
  /** Answers a frame; must not reject. */
  message(connection: ClientConnection, frame: string): Promise<string>;
  closed(connection: ClientConnection): void;
};

/** A server that accepts clients. */
export type SocketServer = {
  readonly url: string;
  /** How many clients are connected. */
  connectionCount(): number;
  /** Disconnects all clients and frees the port. */
  close(): Promise<void>;
};

/** Where a server listens, and the secret that clients must know; `null` lets in everyone who reaches it. */
export type SocketAddress = { host: string; port: number; secret: string | null };

/**
 * Listens for WebSockets at `/kurento`, or with a secret at `/kurento?secret=…`.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function openSocketServer(
  address: SocketAddress,
  listener: SocketListener,
  log: Log,
): Promise<SocketServer> {
  const http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('This is a media server: connect by WebSocket.\n');
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, clientTracking: true });
  const alive = new WeakSet<WebSocket>();
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (request.headers.origin !== undefined) return refuse(socket, '403 Forbidden');
    if (!knowsSecret(request, address.secret)) return refuse(socket, '401 Unauthorized');
    sockets.handleUpgrade(request, socket, head, (client) => {
      alive.add(client);
      client.on('pong', () => alive.add(client));
      serve(client, request, listener, log);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(address.port, address.host, resolve);
  });
  http.on('error', (error) => log('error', 'The socket server has a fault', { error }));
  const heartbeat = setInterval(() => beat(sockets, alive), heartbeatMs).unref();
  return {
    url: urlOf(http.address(), address),
    connectionCount: () => sockets.clients.size,
    close: async () => {
      clearInterval(heartbeat);
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/**
 * Refuses a socket: of a web page, because any page that is open on this machine could otherwise reach this server and
 * make it write files (programs send no `Origin`, RFC 6454 §7), or of a program that does not know the secret.
 */
function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Compares in constant time, whatever the lengths are. */
function knowsSecret(request: IncomingMessage, secret: string | null): boolean {
  if (secret === null) return true;
  const query = (request.url ?? '').split('?').slice(1).join('?');
  const given = new URLSearchParams(query).get('secret') ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function serve(client: WebSocket, request: IncomingMessage, listener: SocketListener, log: Log): void {
  client.on('error', (error) => log('debug', 'A client socket had a fault', { error }));
  const path = (request.url ?? '/').split('?')[0];
  if (path !== '/kurento') {
    client.close(1002, 'Invalid path');
    return;
  }
  const connection: ClientConnection = {
    send: (frame) => {
      if (client.readyState === WebSocket.OPEN) client.send(frame);
    },
  };
  client.on('message', (data) => {
    listener.message(connection, frameText(data)).then(connection.send, (error: unknown) => {
      log('error', 'A frame could not be answered', { error });
    });
  });
  client.on('close', () => listener.closed(connection));
}

/** Ends sockets that did not answer the last ping: otherwise a machine that vanished would keep its session. */
function beat(sockets: WebSocketServer, alive: WeakSet<WebSocket>): void {
  for (const client of sockets.clients) {
    if (!alive.delete(client)) client.terminate();
    else client.ping();
  }
}

function frameText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}

function urlOf(address: AddressInfo | string | null, { host, secret }: SocketAddress): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `ws://${urlHost(host)}:${port}/kurento${secret === null ? '' : `?secret=${encodeURIComponent(secret)}`}`;
}
