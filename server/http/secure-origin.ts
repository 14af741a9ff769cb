import type { IncomingMessage } from 'node:http';
import { secureOriginHeader } from '../../lib/page-headers.ts';
import { singleHost } from '../platform/host-address.ts';

/** What is known about a request that came without HTTPS. */
type Arrival = {
  remoteAddress: string | undefined;
  localAddress: string | undefined;
  localPort: number | undefined;
  /** Whether it came through a proxy, so that its sender may be anywhere. */
  forwarded: boolean;
};

const loopback = /^(?:127\.|::1$|::ffff:127\.|localhost$)/;

/** Tells the page where browsers open cameras. Any such header from the browser is removed. */
export function setSecureOrigin(request: IncomingMessage, publicUrl: string | null, host: string | null): void {
  const { headers, socket } = request;
  delete headers[secureOriginHeader];
  const { remoteAddress, localAddress, localPort } = socket;
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const origin = secureOrigin({ remoteAddress, localAddress, localPort, forwarded }, publicUrl, host);
  if (origin !== null) headers[secureOriginHeader] = origin;
}

/**
 * The origin at which the sender of a request can open a camera; `null` if the server has none.
 * https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy
 * @param host the address that the server listens on; `null` means all of them
 */
export function secureOrigin(arrival: Arrival, publicUrl: string | null, host: string | null): string | null {
  if (publicUrl?.startsWith('https:') === true) return new URL(publicUrl).origin;
  const { remoteAddress, localAddress, localPort, forwarded } = arrival;
  const isHere = remoteAddress !== undefined && (remoteAddress === localAddress || loopback.test(remoteAddress));
  const hasLocalhost = loopback.test(singleHost(host) ?? 'localhost');
  return isHere && !forwarded && hasLocalhost ? `http://localhost:${localPort}` : null;
}
