import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import createNextServer from 'next';
import type { EmbedOrigins } from '../../lib/embed-api.ts';
import { type IceServersHint, iceServersHeader } from '../../lib/ice-servers.ts';
import type { Logger } from '../logger.ts';
import { StartError } from '../start-messages.ts';
import { AddressCheckingServer } from './bad-address.ts';
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
  /** Whether browsers are granted STUN and TURN servers; pages are told so. */
  iceServers: IceServersHint;
  routes: readonly Route[];
  logger: Logger;
}): Promise<OpenHttpServer> {
  const { host, logger } = options;
  const server = new AddressCheckingServer(options.root);
  // Next attaches its own upgrade handler to this server, for hot reload; Socket.IO coexists with it.
  const pages = createNextServer({ dev: options.dev, dir: options.root, httpServer: server, quiet: true });
  await pages.prepare();
  const showPage = pages.getRequestHandler();
  server.on('request', (request, response) => {
    setSecurityHeaders(request, response, options.embedOrigins);
    request.headers[iceServersHeader] = options.iceServers;
    try {
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
      await listen(server, options.port, host);
      return (server.address() as AddressInfo).port;
    },
    async close() {
      if (!server.listening) return await pages.close();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, pages.close()]);
    },
  };
}

function listen(server: Server, port: number, host: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    // Without a host, Node listens on ::, which takes IPv4 as well, or on 0.0.0.0 where there is no IPv6.
    server.listen({ port, ...(host === null ? {} : { host }) }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string | null): unknown {
  const sentences: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program: please stop that program, or set PORT to another number.`,
    EACCES: `This user is not allowed to listen on port ${port}: please set PORT to a number above 1023.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}: please correct HOST.`,
  };
  const sentence = sentences[error.code ?? ''];
  return sentence === undefined ? error : new StartError(sentence, { cause: error });
}
