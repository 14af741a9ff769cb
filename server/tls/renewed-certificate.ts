import type { Logger } from '../logger.ts';
import type { CertificateSource } from './certificate-source.ts';
import type { ServerCertificate } from './server-certificate.ts';

/** Timers are at most this long, so that a machine that slept renews soon after: they do not run meanwhile. */
const longestTimerMs = 3_600_000;

/** Renewed at most this long before the end. */
const renewedBeforeMs = 30 * 86_400_000;

/**
 * When a certificate is to be renewed, in milliseconds since the epoch: 30 days before it expires, or after two thirds
 * of its lifetime if that is later, as Let's Encrypt recommends (https://letsencrypt.org/docs/integration-guide/).
 */
export function renewalTime({ validFromMs, expiresAtMs }: ServerCertificate): number {
  return expiresAtMs - Math.min(renewedBeforeMs, (expiresAtMs - validFromMs) / 3);
}

/**
 * The pauses after failures in a row, in milliseconds; the last one is repeated. Let's Encrypt allows five failed
 * validations of a name in an hour (https://letsencrypt.org/docs/rate-limits/); these are three.
 */
export const retryPausesMs: readonly number[] = [5, 15, 60, 180, 360, 720].map((minutes) => minutes * 60_000);

export type RenewedCertificateParts = {
  /** The certificate to begin with. */
  current: ServerCertificate;
  /** When that one is to be renewed; by default in good time before it expires. `at once` means at the start. */
  firstRenewal?: 'at once' | 'in time';
  /** Obtains the next certificate, and keeps it for later starts. */
  renew: () => Promise<ServerCertificate>;
  /** What the server does with the certificate that it has while renewing fails, as the end of a sentence. */
  meanwhile: string;
  logger: Logger;
  /** The pauses after failures in a row, in milliseconds; the last one is repeated. */
  pausesMs?: readonly number[];
};

/** A certificate that is renewed before it expires. A renewal that fails is tried again after growing pauses. */
export class RenewedCertificate implements CertificateSource {
  readonly #parts: RenewedCertificateParts;
  readonly #pausesMs: readonly number[];
  readonly #listeners = new Set<(certificate: ServerCertificate) => void>();
  #current: ServerCertificate;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: RenewedCertificateParts) {
    this.#parts = parts;
    this.#pausesMs = parts.pausesMs ?? retryPausesMs;
    this.#current = parts.current;
  }

  get current(): ServerCertificate {
    return this.#current;
  }

  onChanged(listener: (certificate: ServerCertificate) => void): void {
    this.#listeners.add(listener);
  }

  start(): void {
    if (this.#parts.firstRenewal === 'at once') void this.#renew(0);
    else this.#renewAt(renewalTime(this.#current), 0);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #renewAt(dueMs: number, failures: number): void {
    if (this.#closed) return;
    const waitMs = Math.min(Math.max(dueMs - Date.now(), 0), longestTimerMs);
    this.#timer = setTimeout(() => {
      if (Date.now() < dueMs) this.#renewAt(dueMs, failures);
      else void this.#renew(failures);
    }, waitMs);
    this.#timer.unref();
  }

  async #renew(failures: number): Promise<void> {
    const { renew, meanwhile, logger } = this.#parts;
    try {
      const next = await renew();
      if (this.#closed) return;
      this.#current = next;
      logger.info({ expiresAt: new Date(next.expiresAtMs) }, 'The server has a new certificate');
      for (const listener of this.#listeners) listener(next);
      this.#renewAt(renewalTime(next), 0);
    } catch (error) {
      if (this.#closed) return;
      const pauseMs = this.#pausesMs[failures] ?? this.#pausesMs.at(-1) ?? 0;
      const reason = error instanceof Error ? error.message : String(error);
      const minutes = Math.round(pauseMs / 60_000);
      logger.error(
        { err: error, nextTryMs: pauseMs },
        `No certificate could be obtained: ${reason} ${meanwhile} The next attempt is in ${minutes} minutes.`,
      );
      this.#renewAt(Date.now() + pauseMs, failures + 1);
    }
  }
}
