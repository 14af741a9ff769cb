import type { NetworkInterfaceInfo } from 'node:os';

/** Addresses that are routed everywhere: https://www.rfc-editor.org/rfc/rfc4291#section-2.4 */
const GLOBAL_IPV6 = /^[23]/;

/**
 * Where media is bound to when nobody says so. A socket for both families costs half a microsecond more for each
 * packet than one for IPv4 alone, so it is taken only where IPv6 may lead somewhere: on a host with an address that
 * is valid in the whole internet, or without any other.
 * @param interfaces as `os.networkInterfaces()` gives them
 * @returns an address, or undefined for all addresses of both families
 */
export function defaultBindAddress(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string | undefined {
  const external = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal);
  const hasIpv4 = external.some(({ family }) => family === 'IPv4');
  const hasGlobalIpv6 = external.some(({ family, address }) => family === 'IPv6' && GLOBAL_IPV6.test(address));
  return hasIpv4 && !hasGlobalIpv6 ? '0.0.0.0' : undefined;
}

/**
 * The address of this host that a peer without ICE is told, for it takes but one.
 * @param bindAddress where media is bound to; all addresses when it is undefined or unspecified
 * @returns the loopback when the host has no other address of that family
 */
export function reachableAddress(
  ipv6: boolean,
  bindAddress: string | undefined,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): string {
  if (bindAddress !== undefined && bindAddress !== (ipv6 ? '::' : '0.0.0.0')) return bindAddress;
  const addresses = Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family }) => !internal && family === (ipv6 ? 'IPv6' : 'IPv4'))
    .map(({ address }) => address)
    .filter((address) => !/^fe80:/i.test(address));
  return addresses.find((address) => GLOBAL_IPV6.test(address) && ipv6) ?? addresses[0] ?? (ipv6 ? '::1' : '127.0.0.1');
}
