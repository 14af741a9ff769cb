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
