import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApplication } from '../../application.ts';
import { Closer } from '../../closer.ts';
import { readConfig } from '../../config.ts';
import type { OpenHttpServer } from '../../http/http-server.ts';
import { openLogger } from '../../logger.ts';
import { endInOrder } from '../../process-end.ts';

/*
 * A web server of the application without its pages, for tests: everything else is the same. Its argument is its
 * settings, as JSON. It tells its parent the port.
 */
const config = readConfig(JSON.parse(process.argv[2] ?? '{}'));
const logger = openLogger(config.logLevel);
const [closer, rescue] = [new Closer(), new Closer()];
endInOrder({ closer, rescue, logger });

const openHttp = async ({ routes }: Parameters<typeof import('../../http/http-server.ts').openHttpServer>[0]) => {
  const server = createServer((request, response) => {
    if (!routes.some((route) => route(request, response))) response.writeHead(404).end();
  });
  const opened: OpenHttpServer = {
    server,
    listen: () =>
      new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return opened;
};

const { port } = await startApplication({ config, root: process.cwd(), dev: false, logger, closer, rescue, openHttp });
process.send?.({ type: 'listening', port });
