import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How a proxy treats WebSockets; a number is the status with which it refuses them. */
export type UpgradeTreatment = 'pass' | 400 | 502 | 'swallow' | { cutAfterMs: number };

/**
 * A reverse proxy between browsers and the server, like those of companies, schools and providers: it forwards pages,
 * and treats other requests as configured.
 */
export class MeddlingProxy {
  readonly url: string;
  upgrades: UpgradeTreatment = 'pass';
  /** `refuse` answers 403 to long polling too. */
  polling: 'pass' | 'refuse' = 'pass';
  /** How many requests of each kind it received. */
  readonly seen = { upgrades: 0, polls: 0 };
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Duplex>();

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = new URL(target);
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, response) => {
      const isPoll = incoming.url?.startsWith('/socket.io/') === true;
      if (isPoll) this.seen.polls += 1;
      if (isPoll && this.polling === 'refuse') {
        response.writeHead(403).end('Not on this network.');
        return;
      }
      const { method, url, headers } = incoming;
      const outgoing = request(new URL(url ?? '/', this.#target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      outgoing.on('error', () => response.destroy());
      response.on('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    });
    server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head));
  }

  /** Opens a proxy in front of the server at `target`. */
  static async open(target: string): Promise<MeddlingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MeddlingProxy(server, target);
  }

  /** Breaks every connection, as a restart of the proxy would. */
  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.breakAll();
    await closed;
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.seen.upgrades += 1;
    this.#keep(socket);
    const treatment = this.upgrades;
    if (treatment === 'swallow') return;
    if (typeof treatment === 'number') {
      socket.end(`HTTP/1.1 ${treatment} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const onward: Socket = connect(Number(this.#target.port), this.#target.hostname, () => {
      const headers = incoming.rawHeaders.flatMap((text, index, all) =>
        index % 2 === 0 ? [`${text}: ${all[index + 1] ?? ''}`] : [],
      );
      onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    this.#keep(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    if (typeof treatment === 'object') setTimeout(() => socket.destroy(), treatment.cutAfterMs);
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
