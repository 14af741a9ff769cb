import { isIP, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { interfaceAddresses, isUnspecified } from './host-address.ts';

/** Addresses that are routed everywhere: https://www.rfc-editor.org/rfc/rfc4291#section-2.4 */
const globalIpv6 = /^[23]/;
/** Addresses routed within a site, like private IPv4 addresses: https://www.rfc-editor.org/rfc/rfc4193#section-3.1 */
const uniqueLocalIpv6 = /^f[cd]/i;

/**
 * The address that media is bound to by default. A socket for both families costs half a microsecond more per packet
 * than one for IPv4 alone, so it is used only where IPv6 may be reachable: on a host that has an IPv6 address valid in
 * the whole internet or in its site, or that has no IPv4 address, or if an IPv6 address is announced.
 * @param interfaces as returned by `os.networkInterfaces()`
 * @returns an address, or undefined for all addresses of both families
 */
export function defaultBindAddress(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  announcedIps: readonly string[] = [],
): string | undefined {
  const external = interfaceAddresses(interfaces).filter(({ internal }) => !internal);
  const hasIpv4 = external.some(({ family }) => family === 'IPv4');
  const hasRoutedIpv6 = external.some(
    ({ family, address }) => family === 'IPv6' && (globalIpv6.test(address) || uniqueLocalIpv6.test(address)),
  );
  return hasIpv4 && !hasRoutedIpv6 && !announcedIps.some(isIPv6) ? '0.0.0.0' : undefined;
}

/** The announced addresses that cannot be reached, because media is bound to the other family only. */
export function unboundAddresses(announcedIps: readonly string[], bindIp: string | undefined): string[] {
  if (bindIp === undefined || bindIp === '::') return [];
  return announcedIps.filter((address) => isIP(address) !== isIP(bindIp));
}

/**
 * Parses a comma-separated list of IP addresses, and removes duplicates.
 * @throws Error with a sentence that says which one is wrong, and what would be right
 */
export function readAddressList(text: string): string[] {
  const addresses = text.split(',').map((part) => part.trim());
  const wrong = addresses.find((part) => isIP(part) === 0 || part.includes('%') || isUnspecified(part));
  if (wrong === undefined) return [...new Set(addresses)];
  throw new Error(`“${wrong}” is not an IP address of a host: give one, or a list such as 203.0.113.7,2001:db8::7.`);
}

/**
 * The address of this host that is given to a peer without ICE, which accepts only one.
 * @param bindIp the address that media is bound to; all addresses if it is undefined or unspecified
 * @returns the loopback address if the host has no other address of that family
 */
export function reachableAddress(
  ipv6: boolean,
  bindIp: string | undefined,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): string {
  if (bindIp !== undefined && bindIp !== (ipv6 ? '::' : '0.0.0.0')) return bindIp;
  const addresses = interfaceAddresses(interfaces)
    .filter(({ internal, family }) => !internal && family === (ipv6 ? 'IPv6' : 'IPv4'))
    .map(({ address }) => address)
    .filter((address) => !/^fe80:/i.test(address));
  return addresses.find((address) => globalIpv6.test(address) && ipv6) ?? addresses[0] ?? (ipv6 ? '::1' : '127.0.0.1');
}
