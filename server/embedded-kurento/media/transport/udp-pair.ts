import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

/** The addresses and ports that the sockets may use. */
export type UdpPairOptions = {
  ipv6: boolean;
  /** Of the same family; all addresses when absent. */
  bindIp: string | undefined;
  portRange: { min: number; max: number } | undefined;
};

/** Called with each packet that arrives. */
export type Arrival = (packet: Buffer, from: RemoteInfo) => void;

/** The address of a peer's port: a numeric address, never a name. */
export type UdpAddress = { readonly address: string; readonly port: number };

/** A keyframe arrives all at once; the system reduces the size to what it allows. */
const socketBufferBytes = 1 << 20;
/** This many bytes may wait in the process while the system accepts nothing. */
const maxWaitingBytes = 1 << 20;
const attempts = 32;

/** Two sockets on neighbouring ports, for RTP and RTCP: https://www.rfc-editor.org/rfc/rfc3550#section-11 */
export class UdpPair {
  /** The even port; RTCP uses the next one. */
  readonly port: number;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #closed = false;

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.port = rtp.address().port;
  }

  /**
   * Finds two neighbouring ports.
   * @throws Error with the system's reason when there are none
   */
  static async open(options: UdpPairOptions): Promise<UdpPair> {
    let reason: unknown = new Error('The port range has no even port with an odd one after it');
    for (const port of portsToTry(options.portRange)) {
      try {
        return await UdpPair.#openAt(options, port);
      } catch (error) {
        reason = error;
        if (!isTaken(error)) break;
      }
    }
    throw reason;
  }

  static async #openAt(options: UdpPairOptions, port: number): Promise<UdpPair> {
    const first = await bind(options, port);
    const found = first.address().port;
    try {
      // If the system chose the port, either neighbour will do.
      const second = await bind(options, found % 2 === 0 ? found + 1 : found - 1);
      return found % 2 === 0 ? new UdpPair(first, second) : new UdpPair(second, first);
    } catch (error) {
      first.close();
      throw error;
    }
  }

  listen(rtp: Arrival, rtcp: Arrival, failed: (error: Error) => void): void {
    this.#rtp.on('message', rtp);
    this.#rtcp.on('message', rtcp);
    for (const socket of [this.#rtp, this.#rtcp]) socket.on('error', failed);
  }

  /** Sends from the RTP port; returns false when too much is waiting. `packet` must not change afterwards. */
  sendRtp(packet: Buffer, { address, port }: UdpAddress): boolean {
    if (this.#closed || this.#rtp.getSendQueueSize() > maxWaitingBytes) return false;
    this.#rtp.send(packet, port, address);
    return true;
  }

  /** Sends from the RTCP port; returns false when the pair is closed. */
  sendRtcp(packet: Buffer, { address, port }: UdpAddress): boolean {
    if (this.#closed) return false;
    this.#rtcp.send(packet, port, address);
    return true;
  }

  /** Releases both ports; packets sent before still leave. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of [this.#rtp, this.#rtcp]) {
      socket.removeAllListeners('message');
      // A socket sends a moment after `send()` was called.
      setImmediate(() => socket.close());
    }
  }
}

/** The even ports of the range, from a random start; or 0 several times, for which the system chooses a port. */
function portsToTry(range: UdpPairOptions['portRange']): number[] {
  if (range === undefined) return new Array<number>(attempts).fill(0);
  const ports: number[] = [];
  for (let port = range.min + (range.min % 2); port < range.max; port += 2) ports.push(port);
  const start = Math.floor(Math.random() * ports.length);
  return [...ports.slice(start), ...ports.slice(0, start)];
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function bind({ ipv6, bindIp }: UdpPairOptions, port: number): Promise<Socket> {
  const socket = createSocket({
    type: ipv6 ? 'udp6' : 'udp4',
    ipv6Only: ipv6,
    recvBufferSize: socketBufferBytes,
    sendBufferSize: socketBufferBytes,
    // Addresses are numeric; without this, each packet would cause a lookup.
    lookup: (address, _options, answer) => answer(null, address, ipv6 ? 6 : 4),
  });
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', refuse);
    socket.once('listening', () => {
      socket.off('error', refuse);
      resolve(socket);
    });
    socket.bind({ port, exclusive: true, ...(bindIp === undefined ? {} : { address: bindIp }) });
  });
}
