import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';

/** A certificate and its key, both PEM, and the certificate's SHA-256 fingerprint as SDP writes it. */
export type Certificate = { certificatePem: string; keyPem: string; fingerprint: string };

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;

const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const DAY_MS = 86_400_000;

/** One element of https://www.itu.int/rec/T-REC-X.690 in its distinguished encoding. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`, 'latin1'));
}

function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  // Positive, and with no leading zero byte, as DER wants it.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return der(INTEGER, bytes);
}

function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function selfSigned(publicKey: KeyObject, privateKey: KeyObject, now: number): Buffer {
  const algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_IDENTIFIER, COMMON_NAME), der(UTF8_STRING, Buffer.from('WebRTC')))),
  );
  // Version 1 (the default, hence unwritten) is enough: there are no extensions. RFC 5280 §4.1.
  const toBeSigned = der(
    SEQUENCE,
    serialNumber(),
    algorithm,
    name,
    der(SEQUENCE, utcTime(now - DAY_MS), utcTime(now + 3650 * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', toBeSigned, { key: privateKey, dsaEncoding: 'der' });
  return der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, Buffer.from([0]), signature));
}

/**
 * Makes a self-signed P-256 certificate, valid for ten years, for the DTLS handshakes of one process. Peers know it
 * by the fingerprint in the SDP (https://www.rfc-editor.org/rfc/rfc8122), so nobody needs to have signed it.
 */
export function makeCertificate(now = Date.now()): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificatePem = toPem('CERTIFICATE', selfSigned(publicKey, privateKey, now));
  return {
    certificatePem,
    fingerprint: new X509Certificate(certificatePem).fingerprint256,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
