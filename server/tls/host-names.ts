import type { NetworkInterfaceInfo } from 'node:os';
import { networkAddresses } from '../platform/network-addresses.ts';

/**
 * The names and addresses for which this host makes itself a certificate.
 * @param hostName the host's own name
 * @param interfaces as returned by `os.networkInterfaces()`
 * @param more further ones, such as the host of the public address
 */
export function certificateHosts(
  hostName: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  more: readonly string[],
): string[] {
  const name = hostName.toLowerCase();
  const isName = /^[a-z0-9][a-z0-9.-]*$/.test(name);
  // Multicast DNS announces a name without a dot in the network: https://www.rfc-editor.org/rfc/rfc6762#section-3
  const names = isName ? [name, ...(name.includes('.') ? [] : [`${name}.local`])] : [];
  return [...new Set(['localhost', ...names, '127.0.0.1', '::1', ...networkAddresses(interfaces), ...more])];
}
