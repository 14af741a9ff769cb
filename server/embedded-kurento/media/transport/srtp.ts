import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { sequenceDistance } from '../rtp/rtp-packet.ts';
import { type SrtpCrypto, type SrtpSuiteName, srtpMasterKeyBytes } from '../rtp-link-types.ts';

const saltBytes = 14;
const authenticationKeyBytes = 20;

/** The name of a suite in SDP, and how it protects packets. */
type SrtpSuite = {
  readonly sdpName: string;
  /** For node:crypto: AES in counter mode, with the key length. */
  readonly cipher: 'aes-128-ctr' | 'aes-256-ctr';
  /** The length of the tag after an RTP packet; RTCP always has the long one. */
  readonly rtpTagBytes: 4 | 10;
};

/** https://www.rfc-editor.org/rfc/rfc4568#section-6.2 and https://www.rfc-editor.org/rfc/rfc6188#section-4.1 */
const suites: Readonly<Record<SrtpSuiteName, SrtpSuite>> = {
  AES_128_CM_HMAC_SHA1_32: { sdpName: 'AES_CM_128_HMAC_SHA1_32', cipher: 'aes-128-ctr', rtpTagBytes: 4 },
  AES_128_CM_HMAC_SHA1_80: { sdpName: 'AES_CM_128_HMAC_SHA1_80', cipher: 'aes-128-ctr', rtpTagBytes: 10 },
  AES_256_CM_HMAC_SHA1_32: { sdpName: 'AES_256_CM_HMAC_SHA1_32', cipher: 'aes-256-ctr', rtpTagBytes: 4 },
  AES_256_CM_HMAC_SHA1_80: { sdpName: 'AES_256_CM_HMAC_SHA1_80', cipher: 'aes-256-ctr', rtpTagBytes: 10 },
};

/** The keys that protect one kind of packet. */
type SessionKeys = { readonly encryption: Buffer; readonly authentication: Buffer; readonly salt: Buffer };

export function suiteOf(name: SrtpSuiteName): SrtpSuite {
  return suites[name];
}

/** Derives the RTP or RTCP keys from a master key and salt: https://www.rfc-editor.org/rfc/rfc3711#section-4.3 */
export function deriveKeys(name: SrtpSuiteName, masterKey: Buffer, purpose: 'rtp' | 'rtcp'): SessionKeys {
  const { cipher } = suites[name];
  const keyBytes = masterKey.length - saltBytes;
  const firstLabel = purpose === 'rtp' ? 0 : 3;
  const derive = (label: number, bytes: number): Buffer => {
    const counter = Buffer.alloc(16);
    masterKey.copy(counter, 0, keyBytes);
    // The label is seven bytes before the salt's end, as keys are derived only once.
    counter[saltBytes - 7] = (counter[saltBytes - 7] ?? 0) ^ label;
    return createCipheriv(cipher, masterKey.subarray(0, keyBytes), counter).update(Buffer.alloc(bytes));
  };
  return {
    encryption: derive(firstLabel, keyBytes),
    authentication: derive(firstLabel + 1, authenticationKeyBytes),
    salt: derive(firstLabel + 2, saltBytes),
  };
}

/** The value of an `a=crypto` line: https://www.rfc-editor.org/rfc/rfc4568#section-9.1 */
export function writeCrypto(tag: number, suite: SrtpSuiteName, masterKey: Buffer): string {
  return `${tag} ${suites[suite].sdpName} inline:${masterKey.toString('base64')}`;
}

/**
 * Reads the key from an `a=crypto` line of SDP.
 * @param config the part after the suite's name
 * @param sessionConfig the parameters of the session, if there are any
 * @returns null for another suite, and for anything unknown, which must not be guessed
 */
export function readCrypto(
  suite: SrtpSuiteName,
  { suite: sdpName, config, sessionConfig }: { suite: string; config: string; sessionConfig?: string },
): Buffer | null {
  if (sdpName !== suites[suite].sdpName || (sessionConfig ?? '').trim() !== '') return null;
  // A lifetime may follow. A key identifier must not, as each packet would then contain it.
  const base64 = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|(?:2\^)?\d+)?$/.exec(config)?.[1];
  if (base64 === undefined) return null;
  const masterKey = Buffer.from(base64, 'base64');
  return masterKey.length === srtpMasterKeyBytes[suite] ? masterKey : null;
}

const fixedHeaderBytes = 12;
/** The part of an RTCP packet that is not encrypted. */
const rtcpHeaderBytes = 8;
const rtcpIndexBytes = 4;
/** https://www.rfc-editor.org/rfc/rfc4568#section-6.2.2: RTCP keeps the long tag even where RTP has the short one. */
const rtcpTagBytes = 10;
const lastRtcpIndex = 0x7fffffff;
/** How many packets late a packet may arrive. */
const windowPackets = 1024;
/** The number of streams that are remembered per peer; it has two, and a new one after each restart. */
const maxStreams = 16;

/** Protects the packets that are sent with one master key: https://www.rfc-editor.org/rfc/rfc3711 */
export class SrtpSender {
  readonly #cipher: string;
  readonly #rtpTagBytes: number;
  readonly #rtp: SessionKeys;
  readonly #rtcp: SessionKeys;
  /** The highest index of each stream; RTP indices include the rollovers. */
  readonly #rtpIndices = new Map<number, number>();
  #rtcpIndex = 0;

  constructor({ suite, masterKey }: SrtpCrypto) {
    this.#cipher = suiteOf(suite).cipher;
    this.#rtpTagBytes = suiteOf(suite).rtpTagBytes;
    this.#rtp = deriveKeys(suite, masterKey, 'rtp');
    this.#rtcp = deriveKeys(suite, masterKey, 'rtcp');
  }

  /**
   * Returns the protected packet in a buffer of its own; `packet` is not changed. Returns null for a packet from before
   * the stream's first one if that had one of the lowest numbers: there is no index for it.
   */
  protectRtp(packet: Buffer): Buffer | null {
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    const highest = this.#rtpIndices.get(ssrc) ?? sequence;
    const index = guessIndex(highest, sequence);
    if (index < 0) return null;
    this.#rtpIndices.set(ssrc, Math.max(highest, index));
    const headerBytes = rtpHeaderBytes(packet);
    const counter = counterOf(this.#rtp.salt, ssrc, index);
    const payload = crypt(this.#cipher, this.#rtp, counter, packet.subarray(headerBytes));
    const header = packet.subarray(0, headerBytes);
    const tag = tagOf(this.#rtp, this.#rtpTagBytes, header, payload, rolloverOf(index));
    return Buffer.concat([header, payload, tag]);
  }

  /** The same for a compound RTCP packet; null at the end of the key's life, after 68 years at one packet a second. */
  protectRtcp(packet: Buffer): Buffer | null {
    if (this.#rtcpIndex > lastRtcpIndex) return null;
    const counter = counterOf(this.#rtcp.salt, packet.readUInt32BE(4), this.#rtcpIndex);
    const payload = crypt(this.#cipher, this.#rtcp, counter, packet.subarray(rtcpHeaderBytes));
    const index = Buffer.alloc(rtcpIndexBytes);
    // The first bit marks the packet as encrypted.
    index.writeUInt32BE((0x80000000 | this.#rtcpIndex) >>> 0);
    this.#rtcpIndex += 1;
    const header = packet.subarray(0, rtcpHeaderBytes);
    return Buffer.concat([header, payload, index, tagOf(this.#rtcp, rtcpTagBytes, header, payload, index)]);
  }
}

/** Decrypts the packets that are protected with one master key, and detects forged and replayed ones. */
export class SrtpReceiver {
  readonly #cipher: string;
  readonly #rtpTagBytes: number;
  readonly #rtp: SessionKeys;
  readonly #rtcp: SessionKeys;
  readonly #rtpStreams = new Map<number, ReplayWindow>();
  readonly #rtcpStreams = new Map<number, ReplayWindow>();

  constructor({ suite, masterKey }: SrtpCrypto) {
    this.#cipher = suiteOf(suite).cipher;
    this.#rtpTagBytes = suiteOf(suite).rtpTagBytes;
    this.#rtp = deriveKeys(suite, masterKey, 'rtp');
    this.#rtcp = deriveKeys(suite, masterKey, 'rtcp');
  }

  /** Returns the plain packet in a buffer of its own; null when it must not be used. */
  unprotectRtp(packet: Buffer): Buffer | null {
    const end = packet.length - this.#rtpTagBytes;
    if (end < fixedHeaderBytes) return null;
    const headerBytes = rtpHeaderBytes(packet);
    if (headerBytes > end) return null;
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    const stream = this.#rtpStreams.get(ssrc);
    const index = guessIndex(stream?.highest ?? sequence, sequence);
    if (stream?.has(index) ?? index < 0) return null;
    const tag = tagOf(this.#rtp, this.#rtpTagBytes, packet.subarray(0, end), rolloverOf(index));
    if (!timingSafeEqual(tag, packet.subarray(end))) return null;
    // Only now is it certain that the stream exists.
    (stream ?? addStream(this.#rtpStreams, ssrc)).add(index);
    const counter = counterOf(this.#rtp.salt, ssrc, index);
    const payload = crypt(this.#cipher, this.#rtp, counter, packet.subarray(headerBytes, end));
    return Buffer.concat([packet.subarray(0, headerBytes), payload]);
  }

  /** The same for a compound RTCP packet. */
  unprotectRtcp(packet: Buffer): Buffer | null {
    const indexAt = packet.length - rtcpTagBytes - rtcpIndexBytes;
    if (indexAt < rtcpHeaderBytes) return null;
    const end = indexAt + rtcpIndexBytes;
    const tag = tagOf(this.#rtcp, rtcpTagBytes, packet.subarray(0, end));
    if (!timingSafeEqual(tag, packet.subarray(end))) return null;
    const ssrc = packet.readUInt32BE(4);
    const index = packet.readUInt32BE(indexAt) & lastRtcpIndex;
    const stream = this.#rtcpStreams.get(ssrc) ?? addStream(this.#rtcpStreams, ssrc);
    if (stream.has(index)) return null;
    stream.add(index);
    const isEncrypted = ((packet[indexAt] ?? 0) & 0x80) !== 0;
    const body = packet.subarray(rtcpHeaderBytes, indexAt);
    const plain = isEncrypted ? crypt(this.#cipher, this.#rtcp, counterOf(this.#rtcp.salt, ssrc, index), body) : body;
    return Buffer.concat([packet.subarray(0, rtcpHeaderBytes), plain]);
  }
}

/** Which of the last packets of a stream have arrived: https://www.rfc-editor.org/rfc/rfc3711#section-3.3.2 */
class ReplayWindow {
  highest = -1;
  readonly #seen = new Float64Array(windowPackets).fill(-1);

  /** Also true for packets that are too old to know. */
  has(index: number): boolean {
    return index < 0 || index <= this.highest - windowPackets || this.#seen[index % windowPackets] === index;
  }

  add(index: number): void {
    this.#seen[index % windowPackets] = index;
    if (index > this.highest) this.highest = index;
  }
}

function addStream(streams: Map<number, ReplayWindow>, ssrc: number): ReplayWindow {
  const oldest = streams.keys().next();
  if (streams.size >= maxStreams && oldest.done !== true) streams.delete(oldest.value);
  const added = new ReplayWindow();
  streams.set(ssrc, added);
  return added;
}

/** The length of the header including its extensions; beyond the packet's end when lengths are inconsistent. */
function rtpHeaderBytes(packet: Buffer): number {
  const first = packet[0] ?? 0;
  const bytes = fixedHeaderBytes + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return bytes;
  return bytes + 4 + ((packet[bytes + 2] ?? 0) * 256 + (packet[bytes + 3] ?? 0)) * 4;
}

/** The index closest to the highest one: https://www.rfc-editor.org/rfc/rfc3711#section-3.3.1 */
function guessIndex(highest: number, sequence: number): number {
  return highest + sequenceDistance(highest % 0x10000, sequence);
}

function rolloverOf(index: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Math.floor(index / 0x10000) >>> 0);
  return bytes;
}

/** The initial counter of a packet's key stream: https://www.rfc-editor.org/rfc/rfc3711#section-4.1.1 */
function counterOf(salt: Buffer, ssrc: number, index: number): Buffer {
  const counter = Buffer.alloc(16);
  salt.copy(counter);
  counter.writeUInt32BE((counter.readUInt32BE(4) ^ ssrc) >>> 0, 4);
  counter.writeUInt32BE((counter.readUInt32BE(8) ^ Math.floor(index / 0x10000)) >>> 0, 8);
  counter.writeUInt16BE(counter.readUInt16BE(12) ^ (index % 0x10000), 12);
  return counter;
}

/** Encryption and decryption are the same operation. */
function crypt(cipher: string, keys: SessionKeys, counter: Buffer, text: Buffer): Buffer {
  return createCipheriv(cipher, keys.encryption, counter).update(text);
}

function tagOf(keys: SessionKeys, bytes: number, ...parts: readonly Buffer[]): Buffer {
  const hmac = createHmac('sha1', keys.authentication);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, bytes);
}
