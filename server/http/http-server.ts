import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import createNextServer from 'next';
import type { EmbedOrigins } from '../../lib/embed-api.ts';
import { conversationHeader, type IceServersHint, iceServersHeader } from '../../lib/page-headers.ts';
import type { Gates } from '../gates/gates.ts';
import { limitConnections } from '../gates/socket-limits.ts';
import type { Logger } from '../logger.ts';
import { AddressCheckingServer } from './bad-address.ts';
import { HttpsFront, type Secure } from './https-front.ts';
import { listen } from './listening.ts';
import { refuseRequest } from './request-gate.ts';
import { setSecureOrigin } from './secure-origin.ts';
import { setSecurityHeaders } from './security-headers.ts';

/** Answers a request and returns true, or returns false to leave it to the next route. */
export type Route = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A web server that is ready, and starts to listen on request. */
export interface OpenHttpServer {
  readonly server: Server;
  /**
   * Starts to listen, and returns the port. Handlers must be attached to the server before: an upgrade request without
   * a handler would never be answered.
   * @throws StartError if it cannot listen on the port
   */
  listen(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Prepares the pages. Requests go to `routes` in order and then to Next.
 * @throws Error if the pages have not been built
 */
export async function openHttpServer(options: {
  port: number;
  /** The local address or name; `null` means all addresses, of both families if the machine has both. */
  host: string | null;
  root: string;
  dev: boolean;
  /** The sites whose pages may embed the player in a frame. */
  embedOrigins: EmbedOrigins;
  /** The origins, in addition to this server's own, from which recordings are played. */
  mediaOrigins: readonly string[];
  /** The address at which people reach the server; `null` if it is the machine's own. */
  publicUrl: string | null;
  /** What HTTPS needs; `null` for plain HTTP. */
  secure: Secure | null;
  gates: Gates;
  /** Whether browsers are granted STUN and TURN servers; pages are informed. */
  iceServers: IceServersHint;
  /** Whether shows have a conversation; pages are informed. */
  conversation: 'on' | 'off';
  routes: readonly Route[];
  logger: Logger;
}): Promise<OpenHttpServer> {
  const { host, logger } = options;
  const front = options.secure === null ? null : new HttpsFront({ ...options, ...options.secure });
  const server = front?.server ?? new AddressCheckingServer(options.root);
  // Next attaches its own upgrade handler to this server, for hot reload; Socket.IO coexists with it.
  const pages = createNextServer({ dev: options.dev, dir: options.root, httpServer: server, quiet: true });
  await pages.prepare();
  const showPage = pages.getRequestHandler();
  server.on('request', (request, response) => {
    setSecurityHeaders(request, response, options);
    setSecureOrigin(request, options.publicUrl, host);
    request.headers[iceServersHeader] = options.iceServers;
    request.headers[conversationHeader] = options.conversation;
    front?.setHeaders(response);
    try {
      if (refuseRequest(request, response, options.gates, options.dev)) return;
      if (options.routes.some((route) => route(request, response))) return;
    } catch (error) {
      logger.error({ err: error, path: request.url?.split('?')[0] }, 'A route failed');
      response.writeHead(500).end();
      return;
    }
    showPage(request, response).catch((error: unknown) => {
      logger.error({ err: error, path: request.url?.split('?')[0] }, 'A page failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  return {
    server,
    async listen() {
      limitConnections(server, options.gates.settings.socketsPerAddress, options.gates.addresses);
      const port = await listen(server, { port: options.port, host, setting: 'PORT' });
      await front?.listen(port, host);
      return port;
    },
    async close() {
      await front?.close();
      if (!server.listening) return await pages.close();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, pages.close()]);
    },
  };
}
