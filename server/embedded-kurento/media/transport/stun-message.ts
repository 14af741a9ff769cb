import { createHmac, timingSafeEqual } from 'node:crypto';

/** https://www.rfc-editor.org/rfc/rfc8489#section-5 */
export const headerBytes = 20;
export const magicCookie = 0x2112a442;
/** The method Binding as a request, a success and an error. */
export const bindingRequest = 0x0001;
export const bindingSuccess = 0x0101;
export const bindingError = 0x0111;
/** https://www.rfc-editor.org/rfc/rfc8489#section-18.3 */
export const messageIntegrityAttribute = 0x0008;
export const fingerprintAttribute = 0x8028;
export const integrityBytes = 20;
const fingerprintXor = 0x5354554e;

/** Whether a datagram has the header of a STUN message, and its length. */
export function isStun(datagram: Buffer): boolean {
  return (
    datagram.length >= headerBytes &&
    datagram.readUInt32BE(4) === magicCookie &&
    datagram.readUInt16BE(2) === datagram.length - headerBytes
  );
}

/** The position of an attribute's value in a message, and its length; `null` if the message has none. */
export function findAttribute(message: Buffer, type: number): { at: number; length: number } | null {
  for (let at = headerBytes; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    if (at + 4 + length > message.length) return null;
    if (message.readUInt16BE(at) === type) return { at: at + 4, length };
    at += 4 + length + padding(length);
  }
  return null;
}

/** Whether a STUN message is signed with this password: https://www.rfc-editor.org/rfc/rfc8489#section-14.5 */
export function hasIntegrity(message: Buffer, password: string): boolean {
  const signature = findAttribute(message, messageIntegrityAttribute);
  if (signature?.length !== integrityBytes) return false;
  const value = message.subarray(signature.at, signature.at + integrityBytes);
  return timingSafeEqual(value, integrityOf(signedPart(message, signature.at), password));
}

/** Signs a message again, in place, after a change of its attributes. It must have a signature, and may have a fingerprint. */
export function signAgain(message: Buffer, password: string): void {
  const signature = findAttribute(message, messageIntegrityAttribute);
  if (signature?.length !== integrityBytes) return;
  integrityOf(signedPart(message, signature.at), password).copy(message, signature.at);
  const fingerprint = findAttribute(message, fingerprintAttribute);
  if (fingerprint?.length !== 4) return;
  message.writeUInt32BE(fingerprintOf(message.subarray(0, fingerprint.at - 4)), fingerprint.at);
}

/** What a signature at this position signs: attributes after it, such as a fingerprint, are not part of it. */
function signedPart(message: Buffer, at: number): Buffer {
  return withLength(Buffer.from(message.subarray(0, at - 4)), 4 + integrityBytes);
}

/** An attribute is padded to a multiple of four bytes. */
export function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc(padding(value.length))]);
}

function padding(length: number): number {
  return (4 - (length % 4)) % 4;
}

/** Writes the length of a message that will be `more` bytes longer than it is now. */
export function withLength(message: Buffer, more: number): Buffer {
  message.writeUInt16BE(message.length - headerBytes + more, 2);
  return message;
}

/** The signature of a message that ends before it, and whose length includes it. */
export function integrityOf(signed: Buffer, password: string): Buffer {
  return createHmac('sha1', password).update(signed).digest();
}

/** The fingerprint of a message that ends before it, and whose length includes it. */
export function fingerprintOf(checked: Buffer): number {
  return (crc32(checked) ^ fingerprintXor) >>> 0;
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
