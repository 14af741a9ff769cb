import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A load balancer, as simple as it can be: each connection goes to one of the web servers, in turn, and stays there. A
 * connection to a web server that is gone is closed, so that the browser makes another one.
 */
export class LoadBalancer {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #targets: readonly string[] = [];
  #next = 0;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
    server.on('connection', (client) => this.#pass(client));
  }

  static async start(): Promise<LoadBalancer> {
    const server = createServer({ allowHalfOpen: false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LoadBalancer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** New connections go to these web servers from now on; present ones stay. */
  to(...urls: readonly string[]): void {
    this.#targets = urls;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const target = this.#targets[this.#next % this.#targets.length];
    this.#next += 1;
    if (target === undefined) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(target);
    const upstream = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        // What was on its way still arrives.
        other.destroySoon();
      });
      socket.pipe(other);
    }
  }
}
