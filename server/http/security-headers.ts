import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EmbedOrigins, embedOriginsHeader, writeEmbedOrigins } from '../../lib/embed-api.ts';
import { nonceHeader } from '../../lib/page-headers.ts';
import { contentPolicy, isEmbedPage } from './content-policy.ts';

/** The devices that pages of this site may use; everything else that a page could ask for is switched off. */
const permissions = [
  'camera=(self)',
  'microphone=(self)',
  'display-capture=(self)',
  ...['accelerometer', 'geolocation', 'gyroscope', 'hid', 'magnetometer', 'midi', 'payment', 'serial', 'usb'].map(
    (name) => `${name}=()`,
  ),
].join(', ');

/**
 * Sets the headers that every response has. Pages get the policy, its nonce and the sites that may embed the player in
 * headers of the request: a page and the server share no modules. Such headers from the browser are overwritten.
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  options: { embedOrigins: EmbedOrigins; mediaOrigins: readonly string[]; dev: boolean },
): void {
  const { url = '', headers } = request;
  const { embedOrigins } = options;
  const nonce = randomBytes(16).toString('base64');
  const policy = contentPolicy({ ...options, nonce, host: headers.host ?? '', url });
  for (const [name, value] of Object.entries(responseHeaders(url, embedOrigins))) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', policy);
  // Next finds the nonce for its own scripts in the policy.
  headers['content-security-policy'] = policy;
  delete headers['content-security-policy-report-only'];
  headers[nonceHeader] = nonce;
  headers[embedOriginsHeader] = writeEmbedOrigins(embedOrigins);
}

function responseHeaders(url: string, embedOrigins: EmbedOrigins): Record<string, string> {
  const isEmbed = isEmbedPage(url);
  // Recordings may be played in pages of other sites: anyone with the address of one may watch it.
  const isShared = isEmbed || url.startsWith('/api/recordings/');
  return {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': permissions,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': isShared ? 'cross-origin' : 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'X-Permitted-Cross-Domain-Policies': 'none',
    // For browsers that do not know `frame-ancestors`; it cannot name other sites.
    ...(!isEmbed && { 'X-Frame-Options': 'DENY' }),
    ...(isEmbed && embedOrigins.length === 0 && { 'X-Frame-Options': 'SAMEORIGIN' }),
  };
}
