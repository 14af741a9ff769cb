import type { IncomingMessage } from 'node:http';
import type { ClientAddresses } from './client-address.ts';

/** Whether a request comes from one of our own pages, or from no page at all. */
export type OriginCheck = (request: IncomingMessage) => boolean;

/**
 * Recognises requests that a browser sends on behalf of another site's page. `Sec-Fetch-Site` decides
 * (https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header); older browsers send `Origin` on sockets and on whatever
 * may change something (RFC 6454 §7). No page can forge or suppress either. A request with neither comes from a program,
 * which has no cookies of a visitor to abuse.
 * @param publicUrl the address at which people reach this server, where a proxy hides it
 */
export function createOriginCheck({
  publicUrl,
  addresses,
}: {
  publicUrl: string | null;
  addresses: ClientAddresses;
}): OriginCheck {
  const publicOrigin = publicUrl === null ? null : new URL(publicUrl).origin;
  return (request) => {
    const site = request.headers['sec-fetch-site'];
    if (site === 'same-origin' || site === 'none') return true;
    const { origin } = request.headers;
    if (origin === undefined) return site === undefined;
    if (origin === publicOrigin) return true;
    // A proxy that ends TLS hides the scheme, so only hosts are compared.
    return URL.canParse(origin) && hosts(new URL(origin)).includes(addresses.hostOf(request));
  };
}

/** The ways to write the host of an origin; the port is left out if it is the scheme's own. */
function hosts({ protocol, host, port }: URL): string[] {
  if (protocol !== 'http:' && protocol !== 'https:') return [];
  return port === '' ? [host, `${host}:${protocol === 'https:' ? 443 : 80}`] : [host];
}
