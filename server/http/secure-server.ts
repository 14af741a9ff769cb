import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { CertificateSource } from '../tls/certificate-source.ts';
import type { ServerCertificate } from '../tls/server-certificate.ts';
import { refuseBadAddress } from './bad-address.ts';

/** The first byte of TLS, the type of its handshake records: https://www.rfc-editor.org/rfc/rfc8446#section-5.1 */
const handshake = 0x16;
/** How long a connection may take to show what it speaks, and then to finish its handshake, in milliseconds. */
const handshakeMs = 10_000;
/** How long a connection over plain HTTP may last; all it gets is a redirect. */
const plainMs = 10_000;

/**
 * A web server for HTTPS that also answers plain HTTP on the same port, as people type addresses without `https://`. It
 * looks at the first byte of each connection, and hands plain ones to `answerPlain`. Malformed addresses are answered
 * with 400, as by AddressCheckingServer. New certificates are used from the next connection on.
 */
export class SecureServer extends Server {
  readonly #root: string;
  readonly #plain: HttpServer;
  /** All connections. The server itself knows only those that have finished their handshake. */
  readonly #sockets = new Set<Socket>();

  /** @param root the project's folder, which contains the texts for people */
  constructor(root: string, certificates: CertificateSource, answerPlain: RequestListener) {
    super({ ...contextOf(certificates.current), handshakeTimeout: handshakeMs });
    this.#root = root;
    this.#plain = createServer(answerPlain);
    certificates.onChanged((certificate) => this.setSecureContext(contextOf(certificate)));
  }

  override emit(event: string, ...values: unknown[]): boolean {
    if (event === 'connection') {
      this.#accept(values[0] as Socket);
      return true;
    }
    return refuseBadAddress(this.#root, event, values) || super.emit(event, ...values);
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Hands the connection on once its first byte is there. */
  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const timer = setTimeout(() => socket.destroy(), handshakeMs);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
    });
    socket.once('readable', () => {
      clearTimeout(timer);
      const first: Buffer | null = socket.read(1);
      // The other side closed without a word.
      if (first === null) return void socket.destroy();
      socket.unshift(first);
      if (first[0] === handshake) super.emit('connection', socket);
      else this.#answerPlainly(socket);
    });
  }

  #answerPlainly(socket: Socket): void {
    const timer = setTimeout(() => socket.destroy(), plainMs);
    socket.once('close', () => clearTimeout(timer));
    this.#plain.emit('connection', socket);
  }
}

function contextOf({ key, chain }: ServerCertificate) {
  return { key, cert: chain };
}
