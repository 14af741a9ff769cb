import { readFile } from 'node:fs/promises';
import type { Logger } from '../logger.ts';
import type { CertificateSource } from './certificate-source.ts';
import { CertificateError, readServerCertificate, type ServerCertificate } from './server-certificate.ts';

/** The files with a certificate that somebody else renews. */
export type CertificatePaths = { certPath: string; keyPath: string };

/** How often the files are read again, in milliseconds. Watching them would miss a symbolic link that is replaced. */
const readEveryMs = 10_000;

/**
 * Reads a certificate from the owner's files, and reads it again whenever they change.
 * @throws CertificateError if the files cannot be read or used
 */
export async function openWatchedCertificate(
  paths: CertificatePaths,
  logger: Logger,
  everyMs = readEveryMs,
): Promise<CertificateSource> {
  const texts = await readTexts(paths);
  const source = new WatchedCertificate(paths, texts, logger, everyMs);
  warnOfEnd(source.current, logger);
  return source;
}

type Texts = { key: string; chain: string };

class WatchedCertificate implements CertificateSource {
  readonly #paths: CertificatePaths;
  readonly #logger: Logger;
  readonly #everyMs: number;
  readonly #listeners = new Set<(certificate: ServerCertificate) => void>();
  #current: ServerCertificate;
  /** What was read last, whether it can be used or not. */
  #lastSeen: string;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(paths: CertificatePaths, texts: Texts, logger: Logger, everyMs: number) {
    this.#paths = paths;
    this.#logger = logger;
    this.#everyMs = everyMs;
    this.#current = readServerCertificate(texts.key, texts.chain);
    this.#lastSeen = JSON.stringify(texts);
  }

  get current(): ServerCertificate {
    return this.#current;
  }

  onChanged(listener: (certificate: ServerCertificate) => void): void {
    this.#listeners.add(listener);
  }

  start(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#look().then(() => this.start()), this.#everyMs);
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** Two files cannot be replaced at the same moment, so a pair that does not fit is read again later. */
  async #look(): Promise<void> {
    const seen = await readTexts(this.#paths).catch((error: unknown) => error);
    const isError = seen instanceof Error;
    const text = isError ? seen.message : JSON.stringify(seen);
    if (this.#closed || text === this.#lastSeen) return;
    this.#lastSeen = text;
    try {
      if (isError) throw seen;
      const { key, chain } = seen as Texts;
      this.#current = readServerCertificate(key, chain);
      this.#logger.info({ expiresAt: new Date(this.#current.expiresAtMs) }, 'The changed certificate is in use');
      warnOfEnd(this.#current, this.#logger);
      for (const listener of this.#listeners) listener(this.#current);
    } catch (error) {
      this.#logger.warn({ err: error }, 'The changed certificate cannot be used; the server keeps the former one');
    }
  }
}

async function readTexts({ certPath, keyPath }: CertificatePaths): Promise<Texts> {
  const [key, chain] = await Promise.all([readText(keyPath), readText(certPath)]);
  return { key, chain };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'does not exist',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a folder',
    };
    throw new CertificateError(`The file ${path} ${reasons[code ?? ''] ?? 'cannot be read'}.`, { cause: error });
  }
}

const noticeMs = 7 * 86_400_000;

function warnOfEnd({ expiresAtMs }: ServerCertificate, logger: Logger): void {
  const leftMs = expiresAtMs - Date.now();
  if (leftMs > noticeMs) return;
  const expiresAt = new Date(expiresAtMs);
  const state = leftMs > 0 ? 'expires soon' : 'has expired';
  logger.warn(
    { expiresAt },
    `The certificate in TLS_CERT ${state}: please renew it. It is read again when it changes.`,
  );
}
