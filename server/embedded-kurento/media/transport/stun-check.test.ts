import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testSeed } from '../../../codecs/testing/test-seed.ts';
import { Mutations } from '../../testing/mutations.ts';
import { ConnectivityCheck } from './stun-check.ts';
import { hasIntegrity } from './stun-message.ts';

/** https://www.rfc-editor.org/rfc/rfc5769#section-2, all signed with the same password. */
const testPassword = 'VOkJxbRl1RmTxUk/WvJxBt';
const samples = {
  request:
    '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b1' +
    '51263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  'IPv4 response':
    '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599' +
    'fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
} as const;

const credentials = { localUfrag: 'ours', remoteUfrag: 'their', remotePwd: 'the-password-of-the-peer' };

/** The peer's answer to a request, signed with `password`. */
function answer(request: Buffer, password: string, type = 0x0101): Buffer {
  const header = Buffer.from(request.subarray(0, 20));
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(24, 2);
  const integrity = createHmac('sha1', password).update(header).digest();
  return Buffer.concat([header, Buffer.from([0, 8, 0, 20]), integrity]);
}

describe(`a connectivity check (FUZZ_SEED=${testSeed})`, () => {
  it.each(Object.entries(samples))('R102: verifies the signature of RFC 5769’s %s', (_name, hex) => {
    const message = Buffer.from(hex, 'hex');
    expect(hasIntegrity(message, testPassword)).toBe(true);
    expect(hasIntegrity(message, `${testPassword}x`)).toBe(false);
    message.writeUInt8(message.readUInt8(21) ^ 1, 21);
    expect(hasIntegrity(message, testPassword)).toBe(false);
  });

  it('R102: names both sides and is signed with the peer’s password', () => {
    const { request } = new ConnectivityCheck(credentials);
    expect(request.readUInt16BE(0)).toBe(1);
    expect(request.readUInt16BE(2)).toBe(request.length - 20);
    expect(request.includes('their:ours')).toBe(true);
    expect(hasIntegrity(request, credentials.remotePwd)).toBe(true);
  });

  it('R102: is answered only by the agent that has the password and was asked, even with an error', () => {
    const check = new ConnectivityCheck(credentials);
    const other = new ConnectivityCheck(credentials);
    expect(check.isAnsweredBy(answer(check.request, credentials.remotePwd))).toBe(true);
    expect(check.isAnsweredBy(answer(check.request, credentials.remotePwd, 0x0111))).toBe(true);
    expect(check.isAnsweredBy(answer(check.request, 'the-password-of-another'))).toBe(false);
    expect(check.isAnsweredBy(answer(other.request, credentials.remotePwd))).toBe(false);
    // A peer that echoes returns our own request.
    expect(check.isAnsweredBy(check.request)).toBe(false);
    expect(check.isAnsweredBy(answer(check.request, credentials.remotePwd).subarray(0, 20))).toBe(false);
  });

  it('R102: is not answered by noise, and survives it', () => {
    const mutations = new Mutations(testSeed);
    const check = new ConnectivityCheck(credentials);
    const whole = answer(check.request, credentials.remotePwd);
    for (let round = 0; round < 20_000; round += 1) {
      const noise = Buffer.from(
        whole.subarray(0, mutations.happens(0.5) ? whole.length : mutations.below(whole.length)),
      );
      for (let times = 1 + mutations.below(4); times > 0 && noise.length > 0; times -= 1) {
        const at = mutations.below(noise.length);
        noise[at] = (noise[at] ?? 0) ^ (1 + mutations.below(255));
      }
      if (!noise.equals(whole)) expect(check.isAnsweredBy(noise), noise.toString('hex')).toBe(false);
    }
  });
});
