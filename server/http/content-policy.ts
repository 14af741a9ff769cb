import type { EmbedOrigins } from '../../lib/embed-api.ts';

/** Only addresses that are certainly the player may be framed. */
const embedPath = /^\/embed\/[a-z0-9-]{1,64}(?:\?|$)/;

/** Whether an address, which may include a query, is that of the player for other sites' pages. */
export function isEmbedPage(url: string): boolean {
  return embedPath.test(url);
}

/**
 * The style sheets that the toasts (sonner) insert when they are loaded: an empty one, which they fill then. The test
 * beside this file compares the second one with the installed version.
 */
export const toastStyles = [
  'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY=',
] as const;

/**
 * The Content-Security-Policy of a page (https://www.w3.org/TR/CSP3/). Scripts run only if they carry the nonce, or are
 * loaded by one that does. Only styles in attributes are free, as they can load and run nothing.
 * @param host the host that was requested, for browsers whose `'self'` does not include sockets (Safari before 15.4)
 * @param mediaOrigins further origins from which recordings are played
 * @param dev the development server of Next evaluates code, and inserts styles without a nonce
 */
export function contentPolicy(page: {
  nonce: string;
  host: string;
  url: string;
  embedOrigins: EmbedOrigins;
  mediaOrigins: readonly string[];
  dev: boolean;
}): string {
  const { nonce, host, url, embedOrigins, mediaOrigins, dev } = page;
  const sockets = /^[a-z0-9.:[\]-]+$/i.test(host) ? ` ws://${host} wss://${host}` : '';
  const styles = dev ? "'unsafe-inline'" : `'nonce-${nonce}' ${toastStyles.map((hash) => `'${hash}'`).join(' ')}`;
  const directives = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${styles}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    ["media-src 'self' blob:", ...mediaOrigins].join(' '),
    "font-src 'self'",
    `connect-src 'self'${sockets}`,
    // The picture is composed in a worker whose code is a blob.
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors(url, embedOrigins)}`,
  ];
  return directives.join('; ');
}

/** The sites that may frame the page at an address, which may include a query. */
export function frameAncestors(url: string, origins: EmbedOrigins): string {
  if (!isEmbedPage(url)) return "'none'";
  return origins === '*' ? '*' : ["'self'", ...origins].join(' ');
}
