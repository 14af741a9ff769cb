import { isIP, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** Addresses that are routed everywhere: https://www.rfc-editor.org/rfc/rfc4291#section-2.4 */
const globalIpv6 = /^[23]/;
/** Addresses that are routed within a site, as private ones of IPv4 are: https://www.rfc-editor.org/rfc/rfc4193#section-3.1 */
const uniqueLocalIpv6 = /^f[cd]/i;

/**
 * Where media is bound to when nobody says so. A socket for both families costs half a microsecond more for each
 * packet than one for IPv4 alone, so it is taken only where IPv6 may lead somewhere: on a host with an address that
 * is valid in the whole internet or in its site, or without any other; or if an address of that family is announced.
 * @param interfaces as `os.networkInterfaces()` gives them
 * @returns an address, or undefined for all addresses of both families
 */
export function defaultBindAddress(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  announcedIps: readonly string[] = [],
): string | undefined {
  const external = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal);
  const hasIpv4 = external.some(({ family }) => family === 'IPv4');
  const hasRoutedIpv6 = external.some(
    ({ family, address }) => family === 'IPv6' && (globalIpv6.test(address) || uniqueLocalIpv6.test(address)),
  );
  return hasIpv4 && !hasRoutedIpv6 && !announcedIps.some(isIPv6) ? '0.0.0.0' : undefined;
}

/** Those addresses at which nobody gets through, as media is bound to the other family alone. */
export function unboundAddresses(announcedIps: readonly string[], bindIp: string | undefined): string[] {
  if (bindIp === undefined || bindIp === '::') return [];
  return announcedIps.filter((address) => isIP(address) !== isIP(bindIp));
}

/**
 * Reads IP addresses with commas between them; each is given once.
 * @throws Error with a sentence that says which one is wrong, and what would be right
 */
export function readAddressList(text: string): string[] {
  const addresses = text.split(',').map((part) => part.trim());
  const wrong = addresses.find((part) => isIP(part) === 0 || part.includes('%') || part === '0.0.0.0' || part === '::');
  if (wrong === undefined) return [...new Set(addresses)];
  throw new Error(`“${wrong}” is no IP address of a host: give one, or a list such as 203.0.113.7,2001:db8::7.`);
}

/**
 * The address of this host that a peer without ICE is told, for it takes but one.
 * @param bindIp where media is bound to; all addresses when it is undefined or unspecified
 * @returns the loopback when the host has no other address of that family
 */
export function reachableAddress(
  ipv6: boolean,
  bindIp: string | undefined,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): string {
  if (bindIp !== undefined && bindIp !== (ipv6 ? '::' : '0.0.0.0')) return bindIp;
  const addresses = Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family }) => !internal && family === (ipv6 ? 'IPv6' : 'IPv4'))
    .map(({ address }) => address)
    .filter((address) => !/^fe80:/i.test(address));
  return addresses.find((address) => globalIpv6.test(address) && ipv6) ?? addresses[0] ?? (ipv6 ? '::1' : '127.0.0.1');
}
