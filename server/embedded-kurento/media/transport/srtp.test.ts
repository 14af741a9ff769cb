import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProtectionProfileAes128CmHmacSha1_80, RtpHeader, SrtcpSession, SrtpSession } from 'werift-rtp';
import { pictureLossIndication, receiverReport } from '../rtcp/rtcp.ts';
import { type SrtpCrypto, type SrtpSuiteName, srtpMasterKeyBytes } from '../rtp-link-types.ts';
import { rtp } from '../testing/test-packets.ts';
import { deriveKeys, readCrypto, SrtpReceiver, SrtpSender, suiteOf, writeCrypto } from './srtp.ts';

const suites = Object.keys(srtpMasterKeyBytes).filter((name): name is SrtpSuiteName => name in srtpMasterKeyBytes);

function makeMasterKey(suite: SrtpSuiteName): Buffer {
  return randomBytes(srtpMasterKeyBytes[suite]);
}

function pair(suite: SrtpSuiteName = 'AES_128_CM_HMAC_SHA1_80'): { sender: SrtpSender; receiver: SrtpReceiver } {
  const crypto: SrtpCrypto = { suite, masterKey: makeMasterKey(suite) };
  return { sender: new SrtpSender(crypto), receiver: new SrtpReceiver(crypto) };
}

function protect(sender: SrtpSender, packet: Buffer): Buffer {
  return sender.protectRtp(packet) ?? expect.fail('The packet cannot be sent');
}

function protectRtcp(sender: SrtpSender, packet: Buffer): Buffer {
  return sender.protectRtcp(packet) ?? expect.fail('The packet cannot be sent');
}

describe('keys', () => {
  it('are derived as in the example of RFC 3711', () => {
    const masterKey = Buffer.from('E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6', 'hex');
    const keys = deriveKeys('AES_128_CM_HMAC_SHA1_80', masterKey, 'rtp');
    expect(keys.encryption.toString('hex')).toBe('c61e7a93744f39ee10734afe3ff7a087');
    expect(keys.salt.toString('hex')).toBe('30cbbc08863d8c85d49db34a9ae1');
    expect(keys.authentication.toString('hex')).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
  });

  it('are derived as in the example of RFC 6188', () => {
    const master = 'f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6';
    const masterKey = Buffer.from(`${master}3b04803de51ee7c96423ab5b78d2`, 'hex');
    const keys = deriveKeys('AES_256_CM_HMAC_SHA1_80', masterKey, 'rtp');
    expect(keys.encryption.toString('hex')).toBe('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4');
    expect(keys.salt.toString('hex')).toBe('fa31791685ca444a9e07c6c64e93');
    expect(keys.authentication.toString('hex')).toBe('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05');
  });

  it.each(suites)('of %s can be written to SDP and read back', (suite) => {
    const masterKey = makeMasterKey(suite);
    const [tag, name, config] = writeCrypto(3, suite, masterKey).split(' ');
    expect([tag, name]).toEqual(['3', suiteOf(suite).sdpName]);
    expect(readCrypto(suite, { suite: name ?? '', config: config ?? '' })).toEqual(masterKey);
    expect(readCrypto(suite, { suite: name ?? '', config: `${config}|2^20` })).toEqual(masterKey);
  });

  it('in an unknown form are not accepted', () => {
    const suite = 'AES_128_CM_HMAC_SHA1_80';
    const [, name = '', config = ''] = writeCrypto(1, suite, makeMasterKey(suite)).split(' ');
    const read = (changes: { suite?: string; config?: string; sessionConfig?: string }) =>
      readCrypto(suite, { suite: name, config, ...changes });
    expect(read({ suite: 'AES_CM_128_HMAC_SHA1_32' })).toBeNull();
    expect(read({ config: `${config}|2^20|1:4` })).toBeNull();
    expect(read({ config: 'inline:c2hvcnQ=' })).toBeNull();
    expect(read({ config: 'uri:https://example.org' })).toBeNull();
    expect(read({ sessionConfig: 'UNENCRYPTED_SRTP' })).toBeNull();
  });
});

describe('packets', () => {
  it.each(suites)('in %s are the same after decryption', (suite) => {
    const { sender, receiver } = pair(suite);
    const packet = rtp({ sequenceNumber: 7 });
    const safe = protect(sender, packet);
    expect(safe.length).toBe(packet.length + suiteOf(suite).rtpTagBytes);
    expect(safe.subarray(12, packet.length)).not.toEqual(packet.subarray(12));
    expect(receiver.unprotectRtp(safe)).toEqual(packet);
    const report = receiverReport(1111, []);
    const request = pictureLossIndication(1111, 2222);
    for (const plain of [report, request]) {
      expect(receiver.unprotectRtcp(protectRtcp(sender, plain))).toEqual(plain);
    }
  });

  it('are understood by another implementation, and its packets here', () => {
    const suite = 'AES_128_CM_HMAC_SHA1_80';
    const [ours, theirs] = [makeMasterKey(suite), makeMasterKey(suite)];
    const config = {
      keys: {
        localMasterKey: theirs.subarray(0, 16),
        localMasterSalt: theirs.subarray(16),
        remoteMasterKey: ours.subarray(0, 16),
        remoteMasterSalt: ours.subarray(16),
      },
      profile: ProtectionProfileAes128CmHmacSha1_80,
    } as const;
    const other = new SrtpSession(config);
    const sender = new SrtpSender({ suite, masterKey: ours });
    const receiver = new SrtpReceiver({ suite, masterKey: theirs });
    for (const sequenceNumber of [65_534, 65_535, 0, 1]) {
      const packet = rtp({ sequenceNumber });
      expect(other.decrypt(protect(sender, packet))).toEqual(packet);
      const header = RtpHeader.deSerialize(packet);
      expect(receiver.unprotectRtp(other.encrypt(packet.subarray(12), header))).toEqual(packet);
    }
    const otherRtcp = new SrtcpSession(config);
    const report = Buffer.concat([receiverReport(1111, []), pictureLossIndication(1111, 2222)]);
    expect(otherRtcp.decrypt(protectRtcp(sender, report))).toEqual(report);
    expect(receiver.unprotectRtcp(otherRtcp.encrypt(report))).toEqual(report);
  });

  it('keep their index across the wrap-around of sequence numbers, however many are lost there', () => {
    const { sender, receiver } = pair();
    for (let number = 60_000; number < 500_000; number += 30_000) {
      const packet = rtp({ sequenceNumber: number & 0xffff, timestamp: number });
      expect(receiver.unprotectRtp(protect(sender, packet))).toEqual(packet);
    }
  });

  it('may arrive late, but each only once', () => {
    const { sender, receiver } = pair();
    const packets = Array.from({ length: 2_000 }, (_, number) => protect(sender, rtp({ sequenceNumber: number })));
    const opens = (number: number) => receiver.unprotectRtp(packets[number] ?? Buffer.alloc(0)) !== null;
    expect([opens(1_000), opens(1_000), opens(400), opens(400), opens(1_001)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(opens(1_999)).toBe(true);
    // Too old to know whether it has arrived before.
    expect(opens(900)).toBe(false);
    const report = protectRtcp(sender, receiverReport(1, []));
    expect(receiver.unprotectRtcp(report)).not.toBeNull();
    expect(receiver.unprotectRtcp(report)).toBeNull();
  });

  it('are the same as before when they are retransmitted', () => {
    const { sender } = pair();
    const first = protect(sender, rtp({ sequenceNumber: 65_535 }));
    protect(sender, rtp({ sequenceNumber: 0 }));
    expect(protect(sender, rtp({ sequenceNumber: 65_535 }))).toEqual(first);
  });

  it('from before the lowest possible index are not sent', () => {
    const { sender } = pair();
    protect(sender, rtp({ sequenceNumber: 3 }));
    expect(sender.protectRtp(rtp({ sequenceNumber: 65_530 }))).toBeNull();
    expect(sender.protectRtp(rtp({ sequenceNumber: 1 }))).not.toBeNull();
  });

  it('are refused with another key, modified, or truncated', () => {
    const { sender, receiver } = pair();
    const safe = protect(sender, rtp({}));
    const report = protectRtcp(sender, receiverReport(1, []));
    expect(pair().receiver.unprotectRtp(safe)).toBeNull();
    expect(pair().receiver.unprotectRtcp(report)).toBeNull();
    for (let at = 0; at < safe.length; at += 1) {
      const changed = Buffer.from(safe);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(receiver.unprotectRtp(changed)).toBeNull();
      expect(receiver.unprotectRtp(safe.subarray(0, at))).toBeNull();
    }
    for (let at = 0; at < report.length; at += 1) {
      const changed = Buffer.from(report);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(receiver.unprotectRtcp(changed)).toBeNull();
      expect(receiver.unprotectRtcp(report.subarray(0, at))).toBeNull();
    }
    expect(receiver.unprotectRtp(safe)).not.toBeNull();
  });
});
