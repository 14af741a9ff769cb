import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A private key and its certificate, ready to be served. */
export type ServerCertificate = Readonly<{
  /** The private key as PEM. */
  key: string;
  /** The certificate, followed by those of its issuers, as PEM. */
  chain: string;
  /** The first and the last moment at which it is valid, in milliseconds since the epoch. */
  validFromMs: number;
  expiresAtMs: number;
  /** `nobody` if it is self-signed: browsers then warn of it until the person accepts it. */
  vouchedFor: 'nobody' | 'issuer';
}>;

/** A key and a certificate cannot be used. The message says why, and does not contain the key. */
export class CertificateError extends Error {
  override name = 'CertificateError';
}

/**
 * Checks a key and a certificate, as PEM.
 * @throws CertificateError if either cannot be read, or if they do not belong together
 */
export function readServerCertificate(key: string, chain: string): ServerCertificate {
  const certificate = attempt(() => new X509Certificate(chain), 'The certificate is not a readable PEM file.');
  const secret = readKey(key);
  if (!certificate.checkPrivateKey(secret)) {
    throw new CertificateError('The private key does not belong to the certificate.');
  }
  return Object.freeze({
    key,
    chain,
    validFromMs: Date.parse(certificate.validFrom),
    expiresAtMs: Date.parse(certificate.validTo),
    vouchedFor: certificate.verify(certificate.publicKey) ? 'nobody' : 'issuer',
  });
}

/** Whether the certificate is valid for this host, a domain name or an IP address without brackets. */
export function coversHost({ chain }: ServerCertificate, host: string): boolean {
  const certificate = new X509Certificate(chain);
  if (isIP(host) !== 0) return certificate.checkIP(host) !== undefined;
  // A host that is no name at all, such as one with a NUL character, is covered by no certificate.
  return /^[\w.-]+$/.test(host) && certificate.checkHost(host) !== undefined;
}

function readKey(key: string): KeyObject {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw new CertificateError('The private key is encrypted. Please store it without a passphrase.');
  }
  return attempt(() => createPrivateKey(key), 'The private key is not a readable PEM file.');
}

function attempt<T>(read: () => T, sentence: string): T {
  try {
    return read();
  } catch (error) {
    throw new CertificateError(sentence, { cause: error });
  }
}
