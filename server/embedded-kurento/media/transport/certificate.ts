import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';

/** A certificate and its key, both as PEM, and the certificate's SHA-256 fingerprint in SDP notation. */
export type Certificate = { certificatePem: string; keyPem: string; fingerprint: string };

const sequenceTag = 0x30;
const setTag = 0x31;
const integerTag = 0x02;
const bitStringTag = 0x03;
const objectIdentifierTag = 0x06;
const utf8StringTag = 0x0c;
const utcTimeTag = 0x17;

const ecdsaWithSha256 = Buffer.from('2a8648ce3d040302', 'hex');
const commonName = Buffer.from('550403', 'hex');
const dayMs = 86_400_000;

/** One element in the distinguished encoding of https://www.itu.int/rec/T-REC-X.690. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(utcTimeTag, Buffer.from(`${digits}Z`, 'latin1'));
}

function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  // Positive, and without a leading zero byte, as DER requires.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return der(integerTag, bytes);
}

function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function selfSigned(publicKey: KeyObject, privateKey: KeyObject, now: number): Buffer {
  const algorithm = der(sequenceTag, der(objectIdentifierTag, ecdsaWithSha256));
  const name = der(
    sequenceTag,
    der(setTag, der(sequenceTag, der(objectIdentifierTag, commonName), der(utf8StringTag, Buffer.from('WebRTC')))),
  );
  // Version 1 (the default, hence omitted) is enough, as there are no extensions: RFC 5280 §4.1.
  const toBeSigned = der(
    sequenceTag,
    serialNumber(),
    algorithm,
    name,
    der(sequenceTag, utcTime(now - dayMs), utcTime(now + 3650 * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', toBeSigned, { key: privateKey, dsaEncoding: 'der' });
  return der(sequenceTag, toBeSigned, algorithm, der(bitStringTag, Buffer.from([0]), signature));
}

/**
 * Makes a self-signed P-256 certificate, valid for ten years, for the DTLS handshakes of one process. Peers recognize
 * it by the fingerprint in the SDP (https://www.rfc-editor.org/rfc/rfc8122), so it needs no signature of an authority.
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
