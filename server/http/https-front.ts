import { createServer, type Server, type ServerResponse } from 'node:http';
import type { ChallengeAnswers } from '../tls/acme-order.ts';
import type { CertificateSource } from '../tls/certificate-source.ts';
import { coversHost } from '../tls/server-certificate.ts';
import { listen } from './listening.ts';
import { answerPlainHttp } from './plain-server.ts';
import { SecureServer } from './secure-server.ts';

/** What a server needs for HTTPS. */
export type Secure = {
  certificates: CertificateSource;
  /** The answers to a certificate authority's questions. */
  answers: ChallengeAnswers;
  /** The port on which plain HTTP is redirected, besides the one for HTTPS; `null` means none. */
  httpPort: number | null;
};

type HttpsFrontParts = Secure & {
  /** The project's folder. */
  root: string;
  publicUrl: string | null;
};

/**
 * How long browsers remember that this server has HTTPS, in seconds: half a year.
 * https://www.rfc-editor.org/rfc/rfc6797#section-6.1.1
 */
const rememberS = 15_552_000;

/** A server's ports, its certificate and its headers, if it serves its pages over HTTPS. */
export class HttpsFront {
  readonly server: SecureServer;
  readonly #parts: HttpsFrontParts;
  #plain: Server | null = null;

  constructor(parts: HttpsFrontParts) {
    this.#parts = parts;
    this.server = new SecureServer(parts.root, parts.certificates, this.#answerer(null));
  }

  /**
   * Listens for plain HTTP too, if there is a port for that, and begins to watch over the certificate.
   * @param port the port for HTTPS, which is open already
   * @throws StartError if it cannot listen on the port for plain HTTP
   */
  async listen(port: number, host: string | null): Promise<void> {
    const { httpPort, certificates } = this.#parts;
    if (httpPort !== null) {
      this.#plain = createServer(this.#answerer(port));
      await listen(this.#plain, { port: httpPort, host, setting: 'HTTP_PORT' });
    }
    certificates.start();
  }

  /** With a self-signed certificate, browsers must go on asking people whether they accept it. */
  setHeaders(response: ServerResponse): void {
    if (this.#parts.certificates.current.vouchedFor === 'nobody') return;
    response.setHeader('Strict-Transport-Security', `max-age=${rememberS}`);
  }

  /** Ends plain HTTP and the renewal of the certificate; closing `server` is up to its owner. */
  async close(): Promise<void> {
    this.#parts.certificates.close();
    const plain = this.#plain;
    if (plain?.listening !== true) return;
    const closed = new Promise<void>((resolve) => void plain.close(() => resolve()));
    plain.closeAllConnections();
    await closed;
  }

  #answerer(port: number | null) {
    const { publicUrl, certificates, answers } = this.#parts;
    return answerPlainHttp({ publicUrl, port, covers: (host) => coversHost(certificates.current, host) }, answers);
  }
}
