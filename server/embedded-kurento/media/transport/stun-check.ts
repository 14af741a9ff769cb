import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** The credentials that two ICE agents have exchanged in their descriptions. */
export type CheckCredentials = { localUfrag: string; remoteUfrag: string; remotePwd: string };

const headerBytes = 20;
const magicCookie = 0x2112a442;
/** https://www.rfc-editor.org/rfc/rfc8489#section-5: the method Binding as a request, a success and an error. */
const bindingRequest = 0x0001;
const bindingAnswers: readonly number[] = [0x0101, 0x0111];
/** https://www.rfc-editor.org/rfc/rfc8489#section-18.3 and https://www.rfc-editor.org/rfc/rfc8445#section-16.1 */
const usernameAttribute = 0x0006;
const messageIntegrityAttribute = 0x0008;
const priorityAttribute = 0x0024;
const fingerprintAttribute = 0x8028;
const iceControlledAttribute = 0x8029;
const integrityBytes = 20;
const fingerprintXor = 0x5354554e;
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
    fingerprint.writeUInt32BE((crc32(checked) ^ fingerprintXor) >>> 0);
    this.request = Buffer.concat([checked, attribute(fingerprintAttribute, fingerprint)]);
  }

  /** Whether a datagram answers this particular check, and comes from an agent that has the remote password. */
  isAnsweredBy(datagram: Buffer): boolean {
    if (datagram.length < headerBytes || !bindingAnswers.includes(datagram.readUInt16BE(0))) return false;
    if (datagram.readUInt16BE(2) !== datagram.length - headerBytes) return false;
    if (datagram.readUInt32BE(4) !== magicCookie) return false;
    return datagram.subarray(8, headerBytes).equals(this.#transactionId) && hasIntegrity(datagram, this.#remotePwd);
  }
}

/** Whether a STUN message is signed with this password: https://www.rfc-editor.org/rfc/rfc8489#section-14.5 */
export function hasIntegrity(message: Buffer, password: string): boolean {
  for (let at = headerBytes; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    const end = at + 4 + length;
    if (end > message.length) return false;
    if (message.readUInt16BE(at) === messageIntegrityAttribute) {
      // Attributes after the signature, such as a fingerprint, are not part of the signed text.
      const signed = withLength(Buffer.from(message.subarray(0, at)), 4 + integrityBytes);
      return length === integrityBytes && timingSafeEqual(message.subarray(at + 4, end), integrityOf(signed, password));
    }
    at = end + padding(length);
  }
  return false;
}

/** An attribute is padded to a multiple of four bytes. */
function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc(padding(value.length))]);
}

function padding(length: number): number {
  return (4 - (length % 4)) % 4;
}

/** Writes the length of a message that will be `more` bytes longer than it is now. */
function withLength(message: Buffer, more: number): Buffer {
  message.writeUInt16BE(message.length - headerBytes + more, 2);
  return message;
}

function integrityOf(signed: Buffer, password: string): Buffer {
  return createHmac('sha1', password).update(signed).digest();
}

/** As in ISO/IEC 3309; not every supported Node has `zlib.crc32`. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
  }
  return ~crc >>> 0;
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
