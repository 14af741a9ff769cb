import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import type { Config } from '../config.ts';
import { withoutBrackets } from '../platform/host-address.ts';
import { broken, type Finding, ok, open, reasonOf, risk } from './finding.ts';

const timeoutMs = 5_000;
const dayMs = 86_400_000;
/** Certificates are usually renewed a month before their end. */
const soonDays = 14;

/** Is there HTTPS at the address that people use, with a certificate that browsers accept? */
export async function checkCertificate({ publicUrl, https }: Config): Promise<Finding[]> {
  const origin = https?.certificate ?? null;
  if (publicUrl === null && origin?.from === 'files') return [await checkFile(origin.certPath)];
  if (publicUrl === null) {
    return [
      open(
        'PUBLIC_URL is not set, so there is no certificate to check.',
        'Browsers give cameras to pages on localhost or over HTTPS only.',
      ),
    ];
  }
  const { protocol, hostname, port } = new URL(publicUrl);
  const host = withoutBrackets(hostname);
  if (protocol === 'http:') {
    if (isLocal(host)) return [ok(`${publicUrl} needs no certificate.`)];
    return [
      broken(
        `${publicUrl} is not HTTPS, so browsers give it no camera.`,
        'Set HTTPS, or put a proxy with a certificate in front, and set PUBLIC_URL to the https:// address.',
      ),
    ];
  }
  try {
    const shown = await readCertificate(host, port === '' ? 443 : Number(port));
    if (origin?.from === 'self-signed' && shown.problem === selfSigned) {
      const text = `The certificate of ${host} is self-signed, so each browser warns of it once (HTTPS=self-signed).`;
      return [risk(text, 'With a domain name, HTTPS=acme gets one that browsers accept.')];
    }
    return [judge(host, shown)];
  } catch (error) {
    return [
      broken(
        `No HTTPS answers at ${publicUrl} ${reasonOf(error)}.`,
        'Start the server or proxy there, open its port (TCP) in the firewall, or correct PUBLIC_URL.',
      ),
    ];
  }
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.');
}

/** Is the owner's own certificate valid now? The server may not be running. */
async function checkFile(path: string): Promise<Finding> {
  try {
    const { validFrom, validTo } = new X509Certificate(await readFile(path));
    return judge(path, { certificate: { valid_from: validFrom, valid_to: validTo }, problem: null });
  } catch (error) {
    return broken(`The certificate ${path} cannot be read ${reasonOf(error)}.`, 'Correct TLS_CERT.');
  }
}

const selfSigned = 'DEPTH_ZERO_SELF_SIGNED_CERT';

type Shown = { certificate: Pick<PeerCertificate, 'valid_from' | 'valid_to'>; problem: string | null };

function readCertificate(host: string, port: number): Promise<Shown> {
  return new Promise((resolve, reject) => {
    // A certificate with a fault is read as well, to say what the fault is.
    const socket = connect({ host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) });
    socket.setTimeout(timeoutMs, () => socket.destroy(Object.assign(new Error(), { code: 'no answer' })));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      // Its type says Error, its value is a code.
      const code: unknown = socket.authorizationError;
      resolve({ certificate: socket.getPeerCertificate(), problem: socket.authorized ? null : nameOf(code) });
      socket.destroy();
    });
  });
}

function nameOf(problem: unknown): string {
  if (problem instanceof Error) return (problem as NodeJS.ErrnoException).code ?? problem.message;
  return String(problem);
}

function judge(host: string, { certificate, problem }: Shown): Finding {
  const [from, until] = [Date.parse(certificate.valid_from), Date.parse(certificate.valid_to)];
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const renew = 'Renew it, and see why it is not renewed automatically.';
  if (Date.now() > until) return broken(`The certificate of ${host} expired on ${day(until)}.`, renew);
  if (Date.now() < from) {
    return broken(`The certificate of ${host} is not valid before ${day(from)}.`, 'Check the clock of this machine.');
  }
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return broken(`The certificate is not for ${host}.`, 'Get one for that name, or correct PUBLIC_URL.');
  }
  if (problem !== null) {
    return broken(
      `Browsers do not accept the certificate of ${host} (${problem}).`,
      'Use one of a known authority, with the whole chain.',
    );
  }
  const days = Math.floor((until - Date.now()) / dayMs);
  const text = `The certificate of ${host} is valid until ${day(until)}.`;
  return days < soonDays ? risk(text, renew) : ok(text);
}
