import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRelayedByStream, RelayGate } from './relay-gate.ts';
import { ConnectivityCheck } from './stun-check.ts';
import { findAttribute, hasIntegrity, signAgain } from './stun-message.ts';

const localPwd = 'our-own-password-22-ch';
const controlled = 0x8029;

describe('a gate for a relayed peer', () => {
  /** The link's native connection, the peer's relay, and someone else. */
  let native: Socket;
  let relay: Socket;
  let stranger: Socket;
  let gate: RelayGate;

  const bound = async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
  };
  const next = async (socket: Socket): Promise<Buffer> => ((await once(socket, 'message')) as [Buffer])[0];
  const gatePort = () => Number(gate.candidates[0]?.split(' ')[5]);
  const send = (from: Socket, packet: Buffer) => from.send(packet, gatePort(), '127.0.0.1');

  /** A check of the peer, signed with our password, as Chromium sends it: optionally with a tiebreaker of zero. */
  const checkWith = (tiebreaker: bigint) => {
    const { request } = new ConnectivityCheck({ localUfrag: 'their', remoteUfrag: 'ours', remotePwd: localPwd });
    const role = findAttribute(request, controlled);
    request.writeBigUInt64BE(tiebreaker, role?.at);
    signAgain(request, localPwd);
    return request;
  };

  beforeEach(async () => {
    [native, relay, stranger] = [await bound(), await bound(), await bound()];
    const peer = { address: '127.0.0.1', port: relay.address().port };
    gate = await RelayGate.open({ bindIp: '127.0.0.1', port: native.address().port, peer, localPwd });
  });
  afterEach(() => {
    gate.close();
    for (const socket of [native, relay, stranger]) socket.close();
  });

  it('R176: replaces a tiebreaker of zero, and signs the check again', async () => {
    send(relay, checkWith(0n));
    const arrived = await next(native);
    expect(arrived.readBigUInt64BE(findAttribute(arrived, controlled)?.at)).toBe(1n);
    expect(hasIntegrity(arrived, localPwd)).toBe(true);
    // Its fingerprint is right, too: signing it again changes nothing.
    const again = Buffer.from(arrived);
    signAgain(again, localPwd);
    expect(again).toEqual(arrived);
  });

  it('R176: changes nothing else', async () => {
    const forged = checkWith(0n);
    signAgain(forged, 'another password');
    for (const packet of [checkWith(7n), forged, Buffer.from([0x80, 96, 1, 2, 3]), Buffer.from('')]) {
      send(relay, packet);
      expect(await next(native)).toEqual(packet);
    }
  });

  it('R176: shows the peer its own address in the answer', async () => {
    send(relay, checkWith(0n));
    const [request, from] = (await once(native, 'message')) as [Buffer, { port: number; address: string }];
    // A success with the loopback address of the gate: https://www.rfc-editor.org/rfc/rfc8489#section-14.2
    const header = Buffer.from(request.subarray(0, 20));
    header.writeUInt16BE(0x0101, 0);
    header.writeUInt16BE(36, 2);
    const mapped = Buffer.from('0020000800010000000000000008001400000000000000000000000000000000000000ff', 'hex');
    const answer = Buffer.concat([header, mapped]);
    signAgain(answer, localPwd);
    native.send(answer, from.port, from.address);
    const arrived = await next(relay);
    expect(arrived.readUInt16BE(26) ^ 0x2112).toBe(relay.address().port);
    expect((arrived.readUInt32BE(28) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
    expect(hasIntegrity(arrived, localPwd)).toBe(true);
    const media = Buffer.from([0x80, 96, 0, 1]);
    native.send(media, from.port, from.address);
    expect(await next(relay)).toEqual(media);
  });

  it('R176: lets nobody else through', async () => {
    send(stranger, checkWith(0n));
    send(relay, checkWith(9n));
    const arrived = await next(native);
    expect(arrived.readBigUInt64BE(findAttribute(arrived, controlled)?.at)).toBe(9n);
  });

  it('R176: has a candidate at each address, and one that stands for the peer', () => {
    expect(gate.candidates).toEqual([expect.stringMatching(/^candidate:G1 1 UDP \d+ 127\.0\.0\.1 \d+ typ host$/)]);
    expect(gate.isPeerOf(gate.peerCandidate)).toBe(true);
    expect(gate.isPeerOf('candidate:1 1 UDP 1 127.0.0.1 1 typ host')).toBe(false);
    gate.close();
    gate.close();
  });
});

describe('candidates that are relayed over TCP or TLS', () => {
  it.each([
    // As Chromium writes those of relays that it reaches over UDP, TCP and TLS.
    ['candidate:1 1 UDP 41885695 198.51.100.1 56322 typ relay', false],
    ['candidate:1 1 UDP 25043199 198.51.100.1 56322 typ relay', true],
    ['candidate:1 1 UDP 8265727 198.51.100.1 49273 typ relay', true],
    ['candidate:1 1 UDP 2122194687 198.51.100.1 56238 typ host', false],
    ['candidate:1 1 UDP 100 198.51.100.1 56238 typ srflx', false],
  ])('R176: are known by their priority: %s', (candidate, expected) => {
    expect(isRelayedByStream(candidate)).toBe(expected);
  });
});
