import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listeningPort } from './listening-port.ts';

/** For tests: a TCP connection to a server, which counts what is sent through it, and can stop to pass it on. */
export class CountingLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #events = new EventEmitter();
  #limitBytes = Number.POSITIVE_INFINITY;
  /** The bytes that clients sent and that were passed on. */
  sentBytes = 0;
  /** The bytes that clients got. */
  receivedBytes = 0;

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, '127.0.0.1');
      for (const socket of [client, target]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          target.destroy();
        });
      }
      target.on('data', (bytes: Buffer) => {
        this.receivedBytes += bytes.length;
      });
      target.pipe(client);
      client.on('data', (bytes: Buffer) => {
        if (this.sentBytes + bytes.length > this.#limitBytes) {
          client.pause();
          this.#events.emit('stopped');
          return;
        }
        this.sentBytes += bytes.length;
        if (target.write(bytes)) return;
        client.pause();
        target.once('drain', () => client.resume());
      });
    });
  }

  static async open(targetPort: number): Promise<CountingLink> {
    const link = new CountingLink(targetPort);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return listeningPort(this.#server);
  }

  /** Resolves when `bytes` have been passed on; nothing more is then, as if the network stood still. */
  async stopAfter(bytes: number): Promise<void> {
    this.#limitBytes = bytes;
    await once(this.#events, 'stopped');
  }

  /** Breaks all connections, and counts from zero; new ones are passed on without a limit. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#limitBytes = Number.POSITIVE_INFINITY;
    this.sentBytes = 0;
    this.receivedBytes = 0;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}
