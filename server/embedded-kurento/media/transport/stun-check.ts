import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import {
  attribute,
  bindingError,
  bindingRequest,
  bindingSuccess,
  fingerprintAttribute,
  fingerprintOf,
  hasIntegrity,
  headerBytes,
  integrityBytes,
  integrityOf,
  isStun,
  magicCookie,
  messageIntegrityAttribute,
  withLength,
} from './stun-message.ts';

/** The credentials that two ICE agents have exchanged in their descriptions. */
export type CheckCredentials = { localUfrag: string; remoteUfrag: string; remotePwd: string };

const bindingAnswers: readonly number[] = [bindingSuccess, bindingError];
/** https://www.rfc-editor.org/rfc/rfc8489#section-18.3 and https://www.rfc-editor.org/rfc/rfc8445#section-16.1 */
const usernameAttribute = 0x0006;
const priorityAttribute = 0x0024;
const iceControlledAttribute = 0x8029;
/** Of a peer-reflexive candidate: https://www.rfc-editor.org/rfc/rfc8445#section-5.1.2 */
const peerReflexivePriority = 110 * 2 ** 24 + 65_535 * 2 ** 8 + 255;

/** One connectivity check of an ICE agent: https://www.rfc-editor.org/rfc/rfc8445#section-7.2.2 */
export class ConnectivityCheck {
  /** The datagram to send, as often as necessary. */
  readonly request: Buffer;
  readonly #transactionId = randomBytes(12);
  readonly #remotePwd: string;

  constructor({ localUfrag, remoteUfrag, remotePwd }: CheckCredentials) {
    this.#remotePwd = remotePwd;
    const priority = Buffer.alloc(4);
    priority.writeUInt32BE(peerReflexivePriority);
    const attributes = [
      attribute(usernameAttribute, Buffer.from(`${remoteUfrag}:${localUfrag}`)),
      attribute(priorityAttribute, priority),
      attribute(iceControlledAttribute, randomBytes(8)),
    ];
    const header = Buffer.alloc(headerBytes);
    header.writeUInt16BE(bindingRequest, 0);
    header.writeUInt32BE(magicCookie, 4);
    this.#transactionId.copy(header, 8);
    const signed = withLength(Buffer.concat([header, ...attributes]), 4 + integrityBytes);
    const whole = Buffer.concat([signed, attribute(messageIntegrityAttribute, integrityOf(signed, remotePwd))]);
    const checked = withLength(whole, 8);
    const fingerprint = Buffer.alloc(4);
    fingerprint.writeUInt32BE(fingerprintOf(checked));
    this.request = Buffer.concat([checked, attribute(fingerprintAttribute, fingerprint)]);
  }

  /** Whether a datagram answers this particular check, and comes from an agent that has the remote password. */
  isAnsweredBy(datagram: Buffer): boolean {
    if (!isStun(datagram) || !bindingAnswers.includes(datagram.readUInt16BE(0))) return false;
    return datagram.subarray(8, headerBytes).equals(this.#transactionId) && hasIntegrity(datagram, this.#remotePwd);
  }
}

/** A first check may arrive before the peer is ready; later ones are as frequent as ICE's own. */
const firstWaitsMs = [100, 200, 400] as const;
const lastDelayMs = 1000;
/** Consent to send to a peer that does not answer has expired by then (RFC 7675 §5.1), so nothing is left to claim. */
const checkTimeoutMs = 40_000;

/**
 * Verifies that a peer is at the address that it names, while packets from there still go to another link. Checks are
 * sent from their own socket, because answers to the shared one would go to that other link as well. Only the peer
 * itself can answer them: it has the password, and must be reachable at that address.
 */
export class AddressClaim {
  readonly #check: ConnectivityCheck;
  readonly #socket: Socket;
  readonly #waits: number[] = [...firstWaitsMs];
  readonly #endsAt = performance.now() + checkTimeoutMs;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param bindIp the address that media is bound to; all addresses when undefined
   * @param proved called once, when the peer has answered from there; the claim has then ended
   */
  constructor(
    remote: { address: string; port: number },
    credentials: CheckCredentials,
    bindIp: string | undefined,
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
    const isSuited = bindIp !== undefined && isIPv6(bindIp) === isV6;
    this.#socket.bind({ port: 0, ...(isSuited && { address: bindIp }) }, () => this.#send(remote));
  }

  /** Ends the claim; may be called twice. */
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
    this.#timer = setTimeout(() => this.#send(remote), this.#waits.shift() ?? lastDelayMs);
  }
}
