import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EmbedOrigins, embedOriginsHeader, writeEmbedOrigins } from '../../lib/embed-api.ts';

/** Only addresses that are certainly the player may be framed by other sites; all others only by our own pages. */
const embedPath = /^\/embed\/[a-z0-9-]{1,64}(?:\?|$)/;

/**
 * Sets the headers that every response has. One of them lists the sites that may frame the page
 * (https://www.w3.org/TR/CSP3/#directive-frame-ancestors). The page gets the same list in a request header, so that it
 * sends messages only to those sites. Any such header from the browser is overwritten.
 */
export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse, origins: EmbedOrigins): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin');
  response.setHeader('Content-Security-Policy', `frame-ancestors ${frameAncestors(request.url ?? '', origins)}`);
  request.headers[embedOriginsHeader] = writeEmbedOrigins(origins);
}

/** The sources of the directive for an address, which may include a query. */
export function frameAncestors(url: string, origins: EmbedOrigins): string {
  if (!embedPath.test(url)) return "'self'";
  return origins === '*' ? '*' : ["'self'", ...origins].join(' ');
}
