import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { withoutBrackets } from '../../platform/host-address.ts';
import type { LinkNetwork } from '../media/media-types.ts';

/** The properties of a WebRtcEndpoint that determine how its peer is reached. */
export type NetworkProperties = {
  stunServerAddress: string;
  stunServerPort: number;
  /** `user:password@address:port?transport=udp` */
  turnUrl: string;
  externalIPv4: string;
  externalIPv6: string;
  /** Names separated by commas; all interfaces when empty. */
  networkInterfaces: string;
};

/** A network, and one sentence for each setting that could not be applied. */
export type ReadNetwork = { network: LinkNetwork; problems: readonly string[] };

const turnUrlPattern = /^(?:turn:)?([^:@\s]+):([^@\s]*)@(\[[^\]]+\]|[^:?\s]+):(\d{1,5})(?:\?transport=(\w+))?$/;

/**
 * Reads the network properties of https://doc-kurento.readthedocs.io/en/latest/features/kurento_api.html as far as
 * they make sense. Invalid ones are left out and reported.
 * @param interfaces as returned by `os.networkInterfaces()`
 */
export function readNetwork(
  properties: NetworkProperties,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): ReadNetwork {
  const problems: string[] = [];
  const announced = {
    4: readAddress('externalIPv4', properties.externalIPv4, 4, problems),
    6: readAddress('externalIPv6', properties.externalIPv6, 6, problems),
  };
  return {
    network: {
      stunServer: readStunServer(properties, problems),
      turnServer: readTurnServer(properties.turnUrl, problems),
      announced,
      localAddresses: readInterfaces(properties.networkInterfaces, interfaces, problems),
    },
    problems,
  };
}

function readAddress(name: string, text: string, family: 4 | 6, problems: string[]): string | null {
  const address = text.trim();
  // Kurento's value for "discover it", which needs a STUN server; candidates contain the address anyway.
  if (address === '' || address === 'auto') return null;
  if (isIP(address) === family) return address;
  problems.push(`${name} '${address}' is not an IPv${family} address`);
  return null;
}

function readStunServer(properties: NetworkProperties, problems: string[]): LinkNetwork['stunServer'] {
  const address = properties.stunServerAddress.trim();
  if (address === '') return null;
  const port = properties.stunServerPort;
  if (isIP(address) !== 0 && isPort(port)) return { address, port };
  problems.push(`The STUN server ${address}:${port} is left out: give an IP address and a port`);
  return null;
}

function readTurnServer(text: string, problems: string[]): LinkNetwork['turnServer'] {
  const url = text.trim();
  if (url === '') return null;
  const [, username = '', password = '', host = '', portText = '', transport = 'udp'] = turnUrlPattern.exec(url) ?? [];
  const address = withoutBrackets(host);
  const port = Number(portText);
  if (isIP(address) === 0 || !isPort(port)) {
    problems.push('The TURN server is left out: give turnUrl as user:password@IP-address:port?transport=udp');
    return null;
  }
  if (transport !== 'udp') {
    problems.push(`The TURN server is left out: it can be reached over UDP only, not over ${transport}`);
    return null;
  }
  return { address, port, username, password };
}

function readInterfaces(
  text: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  problems: string[],
): readonly string[] | null {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return null;
  const addresses = names.flatMap((name) => interfaces[name] ?? []).map(({ address }) => address);
  if (addresses.length > 0) return addresses;
  problems.push(`None of the network interfaces ${names.join(', ')} exists here, so all are used`);
  return null;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
