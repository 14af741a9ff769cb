import { isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** The one host that a server listens on; `null` if it listens on all addresses, as without a host. */
export function singleHost(host: string | null | undefined): string | null {
  return host === undefined || host === null || isUnspecified(host) ? null : host;
}

/** Whether an address is the unspecified one of its family: `0.0.0.0` (RFC 1122 §3.2.1.3) or `::` (RFC 4291 §2.5.2). */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** A host as URLs have it, with an IPv6 address in brackets: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2 */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** The reverse of {@link urlHost}. Any other host is returned as it is. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/**
 * The addresses of this host, of all interfaces.
 * @param interfaces as returned by `os.networkInterfaces()`
 */
export function interfaceAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): NetworkInterfaceInfo[] {
  return Object.values(interfaces).flatMap((addresses) => addresses ?? []);
}
