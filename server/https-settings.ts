import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

/** How the server comes by its certificate. Paths are absolute. */
export type CertificateOrigin =
  | { readonly from: 'self-signed' }
  | { readonly from: 'files'; readonly certPath: string; readonly keyPath: string }
  | {
      readonly from: 'acme';
      /** The domain name that the certificate is for. */
      readonly domain: string;
      /** The address that the certificate authority may write to. */
      readonly email: string;
      /** The directory of the certificate authority: https://www.rfc-editor.org/rfc/rfc8555#section-7.1.1 */
      readonly directoryUrl: string;
    };

/** The settings of a server that serves its pages over HTTPS. */
export type HttpsSettings = Readonly<{
  certificate: CertificateOrigin;
  /** The port on which plain HTTP is redirected, besides the one for HTTPS; `null` means none. */
  httpPort: number | null;
}>;

/** The names of these settings. */
export const httpsNames = ['HTTPS', 'HTTP_PORT', 'TLS_CERT', 'TLS_KEY', 'ACME_EMAIL', 'ACME_DIRECTORY_URL'] as const;

type SetTexts = Record<string, string | undefined>;

const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';
/** HTTP-01 always begins at this port: https://www.rfc-editor.org/rfc/rfc8555#section-8.3 */
const httpPortOfAcme = 80;

/**
 * Parses the settings for HTTPS, which depend on each other.
 * @param set the values that were set, of all settings
 * @returns the settings, `null` for plain HTTP; the port if `PORT` is not set; and a sentence for each fault
 */
export function readHttpsSettings(set: SetTexts): {
  https: HttpsSettings | null;
  defaultPort: number;
  faults: readonly string[];
} {
  const faults: string[] = [];
  const certificate = readOrigin(set, faults);
  const httpPort = readHttpPort(set, certificate?.from === 'acme' ? httpPortOfAcme : null, faults);
  const defaultPort = certificate?.from === 'acme' ? portOf(set.PUBLIC_URL) : 3_000;
  if (httpPort !== null && httpPort === Number(set.PORT ?? defaultPort)) {
    faults.push(`HTTP_PORT: ${httpPort} is the port for HTTPS: choose another one, or leave it out.`);
  }
  return { https: certificate === null ? null : Object.freeze({ certificate, httpPort }), defaultPort, faults };
}

function readOrigin(set: SetTexts, faults: string[]): CertificateOrigin | null {
  const { HTTPS: mode, TLS_CERT: certPath, TLS_KEY: keyPath } = set;
  if (mode !== undefined && mode !== 'self-signed' && mode !== 'acme') {
    faults.push(`HTTPS: “${mode}” is not a kind of certificate: use self-signed or acme, or set TLS_CERT and TLS_KEY.`);
    return null;
  }
  if (certPath !== undefined || keyPath !== undefined) {
    if (mode !== undefined) faults.push(`TLS_CERT: Please leave out HTTPS=${mode}, or TLS_CERT and TLS_KEY.`);
    if (certPath !== undefined && keyPath !== undefined) {
      return { from: 'files', certPath: resolve(certPath), keyPath: resolve(keyPath) };
    }
    const [missing, given] = certPath === undefined ? ['TLS_CERT', 'TLS_KEY'] : ['TLS_KEY', 'TLS_CERT'];
    faults.push(`${missing}: Please set it too, or leave out ${given}: they belong together.`);
    return null;
  }
  if (mode === 'acme') return readAcme(set, faults);
  return mode === undefined ? null : { from: mode };
}

function readAcme(set: SetTexts, faults: string[]): CertificateOrigin {
  const { PUBLIC_URL: publicUrl = '', ACME_EMAIL: email = '', ACME_DIRECTORY_URL: directoryUrl = letsEncrypt } = set;
  const site = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  const domain = site?.hostname ?? '';
  // A value that is no address at all is reported with the other settings.
  if (publicUrl === '' || (site !== null && (site.protocol !== 'https:' || !isDomain(domain)))) {
    faults.push('PUBLIC_URL: HTTPS=acme needs the https address of your domain, such as https://live.example.org.');
  }
  if (!z.email().safeParse(email).success) {
    faults.push(
      'ACME_EMAIL: HTTPS=acme needs an e-mail address for the certificate authority, such as you@example.org.',
    );
  }
  if (!z.url({ protocol: /^https$/ }).safeParse(directoryUrl).success) {
    faults.push(`ACME_DIRECTORY_URL: “${directoryUrl}” is not an https address such as ${letsEncrypt}.`);
  }
  return { from: 'acme', domain, email, directoryUrl };
}

/** Certificate authorities issue certificates for public domain names only, which have a dot. */
function isDomain(host: string): boolean {
  return isIP(host) === 0 && !host.startsWith('[') && host.includes('.');
}

function readHttpPort(set: SetTexts, standard: number | null, faults: string[]): number | null {
  const text = set.HTTP_PORT;
  if (text === undefined) return standard;
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  faults.push(`HTTP_PORT: “${text}” is not a port: give a number from 1 to 65535.`);
  return standard;
}

function portOf(url: string | undefined): number {
  const port = url !== undefined && URL.canParse(url) ? new URL(url).port : '';
  return port === '' ? 443 : Number(port);
}
