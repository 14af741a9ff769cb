import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type CheckCredentials, ConnectivityCheck } from './stun-check.ts';

/** A first check may come before the peer is ready for any; later ones are as frequent as ICE's own. */
const FIRST_WAITS_MS = [100, 200, 400] as const;
const WAIT_MS = 1000;
/** Consent to send to a peer that does not answer is over by then (RFC 7675 §5.1), so nothing remains to be claimed. */
const LONGEST_MS = 40_000;

/**
 * Finds out whether a peer is at the address that it names, while packets from there still go to another link.
 * Checks are sent from a socket of their own, because answers to the shared one go to that other link as well. Only
 * the peer itself can answer them: it has the password, and must be reachable where it says it is.
 */
export class AddressClaim {
  readonly #check: ConnectivityCheck;
  readonly #socket: Socket;
  readonly #waits: number[] = [...FIRST_WAITS_MS];
  readonly #endsAt = performance.now() + LONGEST_MS;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param bindAddress where media is bound to; all addresses when undefined
   * @param proved called once, when the peer has answered from there; the claim has ended then
   */
  constructor(
    remote: { address: string; port: number },
    credentials: CheckCredentials,
    bindAddress: string | undefined,
    proved: () => void,
  ) {
    this.#check = new ConnectivityCheck(credentials);
    const isV6 = isIPv6(remote.address);
    this.#socket = createSocket(isV6 ? 'udp6' : 'udp4');
    // An address that cannot be reached from here cannot be proved.
    this.#socket.on('error', () => this.close());
    this.#socket.on('message', (datagram, { port }) => {
      if (this.#closed || port !== remote.port || !this.#check.isAnsweredBy(datagram)) return;
      this.close();
      proved();
    });
    const isSuited = bindAddress !== undefined && isIPv6(bindAddress) === isV6;
    this.#socket.bind({ port: 0, ...(isSuited && { address: bindAddress }) }, () => this.#send(remote));
  }

  /** Gives the claim up; may be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #send(remote: { address: string; port: number }): void {
    if (this.#closed) return;
    if (performance.now() > this.#endsAt) {
      this.close();
      return;
    }
    this.#socket.send(this.#check.request, remote.port, remote.address, () => undefined);
    this.#timer = setTimeout(() => this.#send(remote), this.#waits.shift() ?? WAIT_MS);
  }
}
