import { createCipheriv } from 'node:crypto';
import { type SrtpSuiteName, srtpMasterKeyBytes } from './rtp-link-types.ts';

const SALT_BYTES = 14;
const AUTHENTICATION_KEY_BYTES = 20;

/** How a suite is named in SDP, and how it protects packets. */
export type SrtpSuite = {
  readonly sdpName: string;
  /** For node:crypto: AES in counter mode, by the length of its key. */
  readonly cipher: 'aes-128-ctr' | 'aes-256-ctr';
  /** Length of the tag behind an RTP packet; RTCP has the long one in any case. */
  readonly rtpTagBytes: 4 | 10;
};

/** https://www.rfc-editor.org/rfc/rfc4568#section-6.2 and https://www.rfc-editor.org/rfc/rfc6188#section-4.1 */
const SUITES: Readonly<Record<SrtpSuiteName, SrtpSuite>> = {
  AES_128_CM_HMAC_SHA1_32: { sdpName: 'AES_CM_128_HMAC_SHA1_32', cipher: 'aes-128-ctr', rtpTagBytes: 4 },
  AES_128_CM_HMAC_SHA1_80: { sdpName: 'AES_CM_128_HMAC_SHA1_80', cipher: 'aes-128-ctr', rtpTagBytes: 10 },
  AES_256_CM_HMAC_SHA1_32: { sdpName: 'AES_256_CM_HMAC_SHA1_32', cipher: 'aes-256-ctr', rtpTagBytes: 4 },
  AES_256_CM_HMAC_SHA1_80: { sdpName: 'AES_256_CM_HMAC_SHA1_80', cipher: 'aes-256-ctr', rtpTagBytes: 10 },
};

/** The keys that one kind of packets is protected with. */
export type SessionKeys = { readonly encryption: Buffer; readonly authentication: Buffer; readonly salt: Buffer };

export function suiteOf(name: SrtpSuiteName): SrtpSuite {
  return SUITES[name];
}

/** Derives the keys for RTP or RTCP from a master key with its salt: https://www.rfc-editor.org/rfc/rfc3711#section-4.3 */
export function deriveKeys(name: SrtpSuiteName, masterKey: Buffer, purpose: 'rtp' | 'rtcp'): SessionKeys {
  const { cipher } = SUITES[name];
  const keyBytes = masterKey.length - SALT_BYTES;
  const firstLabel = purpose === 'rtp' ? 0 : 3;
  const derive = (label: number, bytes: number): Buffer => {
    const counter = Buffer.alloc(16);
    masterKey.copy(counter, 0, keyBytes);
    // The label stands seven bytes before the salt's end, as keys are derived but once.
    counter[SALT_BYTES - 7] = (counter[SALT_BYTES - 7] ?? 0) ^ label;
    return createCipheriv(cipher, masterKey.subarray(0, keyBytes), counter).update(Buffer.alloc(bytes));
  };
  return {
    encryption: derive(firstLabel, keyBytes),
    authentication: derive(firstLabel + 1, AUTHENTICATION_KEY_BYTES),
    salt: derive(firstLabel + 2, SALT_BYTES),
  };
}

/** The value of an `a=crypto` line: https://www.rfc-editor.org/rfc/rfc4568#section-9.1 */
export function writeCrypto(tag: number, suite: SrtpSuiteName, masterKey: Buffer): string {
  return `${tag} ${SUITES[suite].sdpName} inline:${masterKey.toString('base64')}`;
}

/**
 * Reads the key out of an `a=crypto` line of SDP.
 * @param config the part behind the suite's name
 * @param sessionConfig the parameters of the session, if there are any
 * @returns null for another suite, and for what is not understood, which must not be guessed at
 */
export function readCrypto(
  suite: SrtpSuiteName,
  { suite: sdpName, config, sessionConfig }: { suite: string; config: string; sessionConfig?: string },
): Buffer | null {
  if (sdpName !== SUITES[suite].sdpName || (sessionConfig ?? '').trim() !== '') return null;
  // A lifetime may follow. A key identifier may not, for it would stand in each packet.
  const base64 = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|(?:2\^)?\d+)?$/.exec(config)?.[1];
  if (base64 === undefined) return null;
  const masterKey = Buffer.from(base64, 'base64');
  return masterKey.length === srtpMasterKeyBytes[suite] ? masterKey : null;
}
