import { isIP } from 'node:net';

/** Of server-reflexive candidates, below those of all hosts: https://www.rfc-editor.org/rfc/rfc8445#section-5.1.2.2 */
const SERVER_REFLEXIVE_PREFERENCE = 100;

const CANDIDATE = /^(?:a=)?candidate:(\S+) (\d+) (\S+) (\d+) (\S+) (\d+) typ (host|srflx|prflx|relay)\b/i;

/**
 * Reads a candidate of a peer (https://www.rfc-editor.org/rfc/rfc8839#section-5.1) and writes it anew, so that
 * nothing else reaches native code.
 * @returns null for whatever is of no use: TCP, component 2, mDNS names, nonsense
 */
export function readRemoteCandidate(text: string): string | null {
  const match = CANDIDATE.exec(text.slice(0, 1000).trim());
  if (match === null) return null;
  const [, foundation = '', component, protocol = '', priorityDigits, address = '', portDigits, type = ''] = match;
  // As numbers, so that no row of zeros gets through.
  const [priority, port] = [Number(priorityDigits), Number(portDigits)];
  if (component !== '1' || protocol.toUpperCase() !== 'UDP') return null;
  if (isIP(address) === 0 || address.includes('%')) return null;
  if (port < 1 || port > 65_535 || priority > 0xffffffff) return null;
  // A foundation is 1 to 32 letters, digits, + or /; what is longer or else would only be refused.
  const safeFoundation = /^[A-Za-z0-9+/]{1,32}$/.test(foundation) ? foundation : '1';
  return `candidate:${safeFoundation} 1 UDP ${priority} ${address} ${port} typ ${type.toLowerCase()}`;
}

/**
 * Writes one of our candidates as Kurento does, in place of the host's own address the external one of its family.
 * @param localAddresses the host's addresses that may be told; all when null
 * @returns null when it is none that can be told
 */
export function writeLocalCandidate(
  text: string,
  external: Readonly<Partial<Record<4 | 6, string | null>>>,
  localAddresses: readonly string[] | null = null,
): string | null {
  const match = CANDIDATE.exec(text.trim());
  if (match === null) return null;
  const [, foundation, component, protocol = '', priority, address = '', port, type] = match;
  if (type === 'host' && localAddresses !== null && !localAddresses.includes(address)) return null;
  const family = isIP(address) === 6 ? 6 : 4;
  const told = (type === 'host' ? external[family] : undefined) ?? address;
  return `candidate:${foundation} ${component} ${protocol.toUpperCase()} ${priority} ${told} ${port} typ ${type}`;
}

/**
 * One of our host candidates as it is seen at an address of a NAT that maps one to one. It is server-reflexive, so that
 * peers who reach the host itself prefer that.
 * @param host as `writeLocalCandidate` writes it
 * @param index tells the announced addresses apart; the first is preferred
 * @returns null when `host` is no host candidate of the address's family
 */
export function writeAnnouncedCandidate(host: string, address: string, index: number): string | null {
  const [, component, protocol, , local = '', port, , type] = host.split(' ');
  if (type !== 'host' || isIP(local) !== isIP(address)) return null;
  const priority = SERVER_REFLEXIVE_PREFERENCE * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  const place = `${address} ${port} typ srflx raddr ${local} rport ${port}`;
  return `candidate:A${index + 1} ${component} ${protocol} ${priority} ${place}`;
}
