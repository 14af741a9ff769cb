import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EmbedOrigins, embedOriginsHeader, writeEmbedOrigins } from '../../lib/embed-api.ts';

/** Only what certainly is the player may be framed by others; every other address is for our own pages. */
const embedPath = /^\/embed\/[a-z0-9-]{1,64}(?:\?|$)/;

/**
 * Sets the headers that every response has. One says who may hold a page in a frame
 * (https://www.w3.org/TR/CSP3/#directive-frame-ancestors), and the page is told what was said, so that it speaks to
 * nobody else; what a browser claims in that place is overwritten.
 */
export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse, origins: EmbedOrigins): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin');
  response.setHeader('Content-Security-Policy', `frame-ancestors ${frameAncestors(request.url ?? '', origins)}`);
  request.headers[embedOriginsHeader] = writeEmbedOrigins(origins);
}

/** The sources of the directive for an address, with its query. */
export function frameAncestors(url: string, origins: EmbedOrigins): string {
  if (!embedPath.test(url)) return "'self'";
  return origins === '*' ? '*' : ["'self'", ...origins].join(' ');
}
