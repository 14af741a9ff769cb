import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { interfaceAddresses, singleHost } from '../../../platform/host-address.ts';
import { withFreePort } from './port-pool.ts';
import {
  bindingRequest,
  bindingSuccess,
  findAttribute,
  hasIntegrity,
  isStun,
  magicCookie,
  signAgain,
} from './stun-message.ts';

/** https://www.rfc-editor.org/rfc/rfc8445#section-16.1 */
const roleAttributes = [0x8029, 0x802a] as const;
/** https://www.rfc-editor.org/rfc/rfc8489#section-14.2 */
const mappedAddressAttribute = 0x0020;
/** Of host candidates, but below all others, so that a peer that gets through on its own prefers that. */
const preference = 110 * 2 ** 24;
const mostAddresses = 8;

/** An address and a port. */
type Place = { address: string; port: number };

/**
 * Whether a candidate is relayed by a server that its owner reaches over TCP or TLS. Browsers rank these below those
 * that they reach over UDP: libwebrtc by the preference 2 for UDP, 1 for TCP and 0 for TLS, Firefox by 5 and 0.
 * @param candidate as written by `readRemoteCandidate`
 */
export function isRelayedByStream(candidate: string): boolean {
  const [, , , priority, , , , type] = candidate.split(' ');
  return type === 'relay' && Math.floor(Number(priority) / 2 ** 24) < 2;
}

type RelayGateParts = {
  /** The local address and the UDP ports for media. */
  bindIp?: string | undefined;
  portRange?: { readonly min: number; readonly max: number } | undefined;
  /** The port of the link's native connection. */
  port: number;
  /** The relayed address of the peer. */
  peer: Place;
  /** Our ICE password. */
  localPwd: string;
};

/**
 * A way for a peer at a relayed address to its link's native connection, whose ICE takes a tiebreaker of zero for a
 * missing attribute and refuses the check (https://github.com/paullouisageneau/libjuice/issues/355). Chromium sends
 * such checks from every relay that it reaches over TCP or TLS, although zero is valid
 * (https://www.rfc-editor.org/rfc/rfc8445#section-16.1). The gate has a port of its own. It passes all packets on, from
 * a loopback address that stands for the peer; it only replaces tiebreakers of zero, and in the answers the loopback
 * address by the peer's. Packets from anyone else are dropped.
 */
export class RelayGate {
  readonly #outer: Socket;
  readonly #inner: Socket;
  readonly #parts: RelayGateParts;
  #closed = false;

  private constructor(parts: RelayGateParts, sockets: { outer: Socket; inner: Socket }) {
    this.#parts = parts;
    this.#outer = sockets.outer;
    this.#inner = sockets.inner;
    this.#outer.on('message', (packet, from) => {
      if (from.port !== parts.peer.port || from.address !== parts.peer.address) return;
      this.#inner.send(fixRequest(packet, parts.localPwd), () => undefined);
    });
    this.#inner.on('message', (packet) => {
      this.#outer.send(fixAnswer(packet, parts), parts.peer.port, parts.peer.address, () => undefined);
    });
  }

  /** @throws Error with the system's reason when there is no port */
  static async open(parts: RelayGateParts): Promise<RelayGate> {
    const v6 = isIPv6(parts.peer.address);
    // As the system writes it, for comparisons.
    const address = v6 ? new URL(`http://[${parts.peer.address}]`).hostname.slice(1, -1) : parts.peer.address;
    const peer = { ...parts.peer, address };
    const outer = await openOuter(parts, v6);
    const inner = createSocket(v6 ? 'udp6' : 'udp4');
    // What a socket cannot send or receive is lost, as on any network.
    for (const socket of [outer, inner]) socket.on('error', () => undefined);
    try {
      await new Promise<void>((resolve, reject) => {
        inner.once('error', reject);
        inner.connect(parts.port, singleHost(parts.bindIp) ?? (v6 ? '::1' : '127.0.0.1'), () => resolve());
      });
    } catch (error) {
      for (const socket of [outer, inner]) socket.close();
      throw error;
    }
    return new RelayGate({ ...parts, peer }, { outer, inner });
  }

  /** Our candidates at which the peer's relay reaches the gate. */
  get candidates(): string[] {
    const { port } = this.#outer.address();
    return ownAddresses(isIPv6(this.#parts.peer.address), this.#parts.bindIp).map(
      (address, index) =>
        `candidate:G${index + 1} 1 UDP ${preference + (65_535 - index) * 2 ** 8 + 255} ${address} ${port} typ host`,
    );
  }

  /** The candidate that stands for the peer. */
  get peerCandidate(): string {
    const { address, port } = this.#inner.address();
    return `candidate:G 1 UDP 255 ${address} ${port} typ relay`;
  }

  /** Whether the peer of a pair is the gate. */
  isPeerOf(remoteCandidate: string): boolean {
    if (this.#closed) return false;
    const { address, port } = this.#inner.address();
    return remoteCandidate.includes(` ${address} ${port} `);
  }

  /** May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outer.close();
    this.#inner.close();
  }
}

/** One of the ports for media, or any other if none of them is free: a relay is a server, often near, not a browser. */
async function openOuter({ bindIp, portRange }: RelayGateParts, v6: boolean): Promise<Socket> {
  const request = { ...(bindIp !== undefined && { bindIp }), ...(portRange !== undefined && { portRange }) };
  const bind = (port: number) =>
    new Promise<Socket>((resolve, reject) => {
      const socket = createSocket(v6 ? 'udp6' : 'udp4');
      socket.once('error', reject);
      socket.bind({ port, exclusive: true, ...(bindIp !== undefined && { address: bindIp }) }, () => resolve(socket));
    });
  try {
    return await (await withFreePort(request, (port) => ({ opening: bind(port) }))).opening;
  } catch {
    return await bind(0);
  }
}

function ownAddresses(v6: boolean, bindIp: string | undefined): string[] {
  const bound = singleHost(bindIp);
  if (bound !== null) return [bound];
  const suited = interfaceAddresses(networkInterfaces()).filter(
    ({ family, address }) => (family === 'IPv6') === v6 && !/^fe80:/i.test(address),
  );
  const external = suited.filter(({ internal }) => !internal);
  return (external.length > 0 ? external : suited).slice(0, mostAddresses).map(({ address }) => address);
}

/** A connectivity check with a tiebreaker other than zero; any other packet as it is. */
function fixRequest(packet: Buffer, localPwd: string): Buffer {
  if (!isStun(packet) || packet.readUInt16BE(0) !== bindingRequest) return packet;
  for (const type of roleAttributes) {
    const role = findAttribute(packet, type);
    if (role?.length !== 8 || packet.readBigUInt64BE(role.at) !== 0n || !hasIntegrity(packet, localPwd)) continue;
    packet.writeBigUInt64BE(1n, role.at);
    signAgain(packet, localPwd);
  }
  return packet;
}

/** An answer to a check that shows the peer its own address; any other packet as it is. */
function fixAnswer(packet: Buffer, { peer, localPwd }: RelayGateParts): Buffer {
  if (!isStun(packet) || packet.readUInt16BE(0) !== bindingSuccess) return packet;
  const mapped = findAttribute(packet, mappedAddressAttribute);
  const bytes = ipaddr.parse(peer.address).toByteArray();
  if (mapped?.length !== 4 + bytes.length) return packet;
  // https://www.rfc-editor.org/rfc/rfc8489#section-14.2: XORed with the cookie, and IPv6 with the transaction id as well.
  packet.writeUInt16BE(peer.port ^ (magicCookie >>> 16), mapped.at + 2);
  for (const [index, byte] of bytes.entries()) packet[mapped.at + 4 + index] = byte ^ (packet[4 + index] ?? 0);
  signAgain(packet, localPwd);
  return packet;
}
