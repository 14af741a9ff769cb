import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import type { Reply } from '../../lib/signaling.ts';
import type { RostrumServer } from './rostrum-server.ts';

/** How a request to the server ended. */
export type Answer = { status: number; text: string };

/** Somebody at one address of this machine who means harm, and sends whatever bytes they like. */
export class Attacker {
  readonly #host = '127.0.0.1';
  readonly #port: number;
  readonly #url: string;
  readonly #from: string;
  readonly #sockets: Socket[] = [];

  /** @param from an address of the loopback network, so that limits tell attackers from honest people */
  constructor(server: RostrumServer, from = '127.0.0.66') {
    this.#port = Number(new URL(server.url).port);
    this.#url = `http://${this.#host}:${this.#port}`;
    this.#from = from;
  }

  /** Opens a connection, and sends nothing. */
  dial(): TcpSocket {
    const socket = connect({ host: this.#host, port: this.#port, localAddress: this.#from });
    socket.on('error', () => undefined);
    return socket;
  }

  /** Sends the head of a request exactly as given; reads until the server closes or `forMs` have passed. */
  async send(head: string, forMs = 5_000): Promise<Answer> {
    const socket = this.dial();
    let text = '';
    socket.on('data', (data: Buffer) => {
      if (text.length < 100_000) text += data.toString('latin1');
    });
    socket.write(head, 'latin1');
    const timer = setTimeout(() => socket.destroy(), forMs);
    await once(socket, 'close');
    clearTimeout(timer);
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
  }

  /** A request without a body, with further lines in its head. */
  request(line: string, ...headers: string[]): Promise<Answer> {
    const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: ${this.#host}:${this.#port}`];
    return this.send([`${line} HTTP/1.1`, ...host, 'Connection: close', ...headers, '', ''].join('\r\n'));
  }

  /**
   * Uploads a body as long as the server reads it.
   * @returns the status, and how many bytes the connection took
   */
  async upload(head: string, megabytes: number): Promise<{ status: number; megabytesTaken: number }> {
    const socket = this.dial();
    let text = '';
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
    });
    const closed = once(socket, 'close');
    socket.write(head);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let sent = 0; sent < megabytes && !socket.destroyed && socket.writable; sent += 1) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), closed]).catch(() => undefined);
    }
    const megabytesTaken = Math.round(socket.bytesWritten / 2 ** 20);
    socket.end();
    const timer = setTimeout(() => socket.destroy(), 5_000);
    await closed.catch(() => undefined);
    clearTimeout(timer);
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), megabytesTaken };
  }

  /** Opens a socket; `null` if the server refuses it. */
  async socket(headers: Record<string, string> = {}): Promise<Socket | null> {
    const socket = io(this.#url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
      // Engine.IO passes it on to the `ws` package.
      ...{ localAddress: this.#from },
    });
    this.#sockets.push(socket);
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', () => resolve(null));
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }
}

/** Sends a request over a socket; the reply's error code, `ok`, or `gone` if the socket closed before a reply. */
export async function tryRequest(socket: Socket, name: string, body: unknown): Promise<string> {
  if (!socket.connected) return 'gone';
  const gone = new Promise<null>((resolve) => void socket.once('disconnect', () => resolve(null)));
  const asked: Promise<unknown> = socket.timeout(15_000).emitWithAck(name, body);
  // The contract says what a reply is; an attacker may get anything.
  const reply = (await Promise.race([asked, gone]).catch(() => null)) as Reply<unknown> | null;
  if (reply === null) return 'gone';
  return reply.ok ? 'ok' : reply.error.code;
}

/** The ways to write a path to a file outside of a folder, encoded once, twice, too long, and with other separators. */
export function traversals(file: string): string[] {
  const up = ['../../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..\\', '..%5c', '%2e%2e%5c', '....//', '..;/', '.%2e/'];
  const twice = ['%252e%252e%252f', '..%252f', '%c0%ae%c0%ae%c0%af', '..%c0%af', '%e0%80%ae%e0%80%ae/', '..%u2215'];
  const paths = [...up, ...twice].map((step) => step.repeat(8) + file);
  return [...paths, `/${file}`, `//${file}`, `%2f${file}`, `file:///${file}`, `..%00/${file}`, `${file}%00.webm`];
}
