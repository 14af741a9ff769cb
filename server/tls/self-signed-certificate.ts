import { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { networkAddresses } from '../platform/network-addresses.ts';
import { readServerCertificate, type ServerCertificate } from './server-certificate.ts';

/** Apple's systems accept a server's certificate for at most 398 days: https://support.apple.com/102028 */
const lifetimeMs = 397 * 86_400_000;
/** A certificate is valid from an hour ago, as clocks in a network differ. */
const toleranceMs = 3_600_000;

/**
 * Makes a private key (P-256) and a certificate that it signs itself.
 * @param hosts the domain names and IP addresses that it is for; the first one is its common name
 * @param validity for tests; 397 days from an hour ago by default
 */
export async function makeSelfSignedCertificate(
  hosts: readonly string[],
  validity: { fromMs: number; toMs: number } = { fromMs: Date.now() - toleranceMs, toMs: Date.now() + lifetimeMs },
): Promise<ServerCertificate> {
  // Loaded only where it is needed: servers without HTTPS do not pay for it.
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host }));
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [hosts[0] ?? 'localhost'] }, { O: ['Rostrum'] }],
    notBefore: new Date(validity.fromMs),
    notAfter: new Date(validity.toMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return readServerCertificate(String(key), `${certificate.toString('pem')}\n`);
}

/**
 * The names and addresses for which this host makes itself a certificate.
 * @param hostName the host's own name
 * @param interfaces as returned by `os.networkInterfaces()`
 * @param more further ones, such as the host of the public address
 */
export function certificateHosts(
  hostName: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  more: readonly string[],
): string[] {
  const name = hostName.toLowerCase();
  const isName = /^[a-z0-9][a-z0-9.-]*$/.test(name);
  // Multicast DNS announces a name without a dot in the network: https://www.rfc-editor.org/rfc/rfc6762#section-3
  const names = isName ? [name, ...(name.includes('.') ? [] : [`${name}.local`])] : [];
  return [...new Set(['localhost', ...names, '127.0.0.1', '::1', ...networkAddresses(interfaces), ...more])];
}
