import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { singleHost } from './host-address.ts';

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Networks between containers and virtual machines on this host, which nobody else can reach. */
const virtual = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|podman|cni|lxc|lxd)/;
/** Addresses that a host gives itself: https://www.rfc-editor.org/rfc/rfc3927 and rfc4291#section-2.5.6 */
const linkLocal = /^(?:169\.254\.|fe[89ab])/i;

/**
 * The addresses at which other machines in the network may reach this host. IPv6 addresses are used only where there is
 * no IPv4: many hosts change them daily (https://www.rfc-editor.org/rfc/rfc8981).
 * @param interfaces as returned by `os.networkInterfaces()`
 */
export function networkAddresses(interfaces: Interfaces): string[] {
  const addresses = Object.entries(interfaces)
    .filter(([name]) => !virtual.test(name))
    .flatMap(([, entries]) => entries ?? [])
    .filter(({ internal, address }) => !internal && !linkLocal.test(address))
    .map(({ address }) => address);
  const ipv4 = addresses.filter((address) => isIP(address) === 4);
  return [...new Set(ipv4.length > 0 ? ipv4 : addresses)];
}

/**
 * The addresses at which a server that listens on `host` can be reached from the network, the most likely one first.
 * @param host the local address or name; `null` means all addresses
 */
export async function addressesOfServer(host: string | null): Promise<string[]> {
  const all = networkAddresses(networkInterfaces());
  const single = singleHost(host);
  if (single !== null) return all.filter((address) => address === single);
  const outward = await outwardAddress();
  return all.toSorted((one, other) => Number(other === outward) - Number(one === outward));
}

/** The address from which this host reaches others; `null` if it has no network. Nothing is sent. */
function outwardAddress(): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (address: string | null) => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => finish(null));
    // Any address elsewhere will do; this one is for documentation: https://www.rfc-editor.org/rfc/rfc5737
    socket.connect(9, '192.0.2.1', () => finish(socket.address().address));
  });
}
