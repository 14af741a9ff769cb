import type { ServerCertificate } from './server-certificate.ts';

/** Where the server gets its certificate from, now and after each renewal. */
export interface CertificateSource {
  readonly current: ServerCertificate;
  /** Calls `listener` with every later certificate. */
  onChanged(listener: (certificate: ServerCertificate) => void): void;
  /** Begins to watch over the certificate. The server's ports are open by then. */
  start(): void;
  /** Ends that. Nobody is called any more. */
  close(): void;
}
