import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { CertificateOrigin } from '../https-settings.ts';
import type { Logger } from '../logger.ts';
import { networkAddresses } from '../platform/network-addresses.ts';
import { type AcmeOrder, type ChallengeAnswers, orderCertificate } from './acme-order.ts';
import type { CertificateSource } from './certificate-source.ts';
import { keepCertificate, loadCertificate } from './kept-certificate.ts';
import { RenewedCertificate, renewalTime } from './renewed-certificate.ts';
import { certificateHosts, makeSelfSignedCertificate } from './self-signed-certificate.ts';
import { coversHost, type ServerCertificate } from './server-certificate.ts';
import { openWatchedCertificate } from './watched-certificate.ts';

export type CertificateParts = {
  origin: CertificateOrigin;
  /** Where certificates and keys are kept. */
  folder: string;
  /** Names and addresses of this server that the machine itself does not know. */
  hosts: readonly string[];
  /** The answers to a certificate authority's questions, which the web server serves. */
  answers: ChallengeAnswers;
  logger: Logger;
  /** The pauses after failed renewals in a row, in milliseconds; the last one is repeated. */
  pausesMs?: readonly number[];
};

/**
 * Opens the certificate that the settings ask for.
 * @throws CertificateError if the owner's files cannot be used; Error of node:fs if a new one cannot be kept
 */
export function openCertificate(parts: CertificateParts): Promise<CertificateSource> {
  const { origin, logger } = parts;
  switch (origin.from) {
    case 'files':
      return openWatchedCertificate(origin, logger);
    case 'self-signed':
      return openSelfSigned(parts);
    case 'acme':
      return openAcme(parts, origin);
  }
}

async function openSelfSigned({ folder, hosts, logger }: CertificateParts): Promise<CertificateSource> {
  const path = join(folder, 'self-signed.pem');
  const make = async () => {
    const fresh = await makeSelfSignedCertificate(certificateHosts(hostname(), networkInterfaces(), hosts));
    await keepCertificate(path, fresh);
    return fresh;
  };
  const kept = await loadCertificate(path);
  // Each new certificate has to be accepted by everyone again, so the former one is kept while it fits.
  const needed = [...networkAddresses(networkInterfaces()), ...hosts];
  const fits = kept !== null && Date.now() < renewalTime(kept) && needed.every((host) => coversHost(kept, host));
  const meanwhile = 'The server keeps the former certificate.';
  return new RenewedCertificate({ current: fits ? kept : await make(), renew: make, meanwhile, logger });
}

/** Until the authority has issued a certificate, the site works with a self-signed one. */
async function openAcme(
  parts: CertificateParts,
  { domain, email, directoryUrl }: Omit<AcmeOrder, 'folder' | 'answers'>,
): Promise<CertificateSource> {
  const { answers, logger, pausesMs } = parts;
  const folder = join(parts.folder, new URL(directoryUrl).host.replace(':', '_'));
  const path = join(folder, `${domain}.pem`);
  const renew = async (): Promise<ServerCertificate> => {
    const issued = await orderCertificate({ domain, email, directoryUrl, folder, answers });
    await keepCertificate(path, issued);
    return issued;
  };
  const kept = await loadCertificate(path);
  const current = kept ?? (await makeSelfSignedCertificate([domain, 'localhost']));
  return new RenewedCertificate({
    current,
    firstRenewal: kept === null ? 'at once' : 'in time',
    renew,
    meanwhile: `The server keeps its ${kept === null ? 'self-signed' : 'former'} certificate.`,
    logger,
    ...(pausesMs && { pausesMs }),
  });
}
