import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type DescriptionType, PeerConnection, Video } from 'node-datachannel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openMediaEngine } from '../media-engine.ts';
import { silentListener } from '../testing/test-listener.ts';

/*
 * A libdatachannel peer that announces its candidates immediately, learns the server's somewhat later, and whose checks
 * take some time. A relay between the two observes which packet comes first.
 */

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  closing.push(socket);
  await once(socket, 'listening');
  return socket;
}

/** A DTLS record with a handshake message of type ClientHello: https://www.rfc-editor.org/rfc/rfc6347#section-4.1 */
const isClientHello = (packet: Buffer): boolean => packet[0] === 22 && packet[13] === 1;

/** A Binding request: https://www.rfc-editor.org/rfc/rfc8489#section-5 */
const isCheck = (packet: Buffer): boolean => packet.readUInt16BE(0) === 0x0001;
/** A Binding success response. */
const isAnswer = (packet: Buffer): boolean => packet.readUInt16BE(0) === 0x0101;

/** Longer than it takes to connect for a server that checks immediately, and less than the wait for a check. */
function later(action: () => void): void {
  const timer = setTimeout(action, 100);
  closing.push({ close: () => clearTimeout(timer) });
}

const portOf = (candidate: string): number => Number(candidate.split(' ')[5]);
const at = (candidate: string, port: number): string =>
  candidate.split(' ').with(4, '127.0.0.1').with(5, `${port}`).join(' ');

/** Less than the time for which a server waits for a peer's check. */
const quickMs = 400;

/** Like `connect`, but tried again if this machine was so busy that the peer was too late. */
async function sentFirst(showOffer: (offer: string) => string = (offer) => offer): Promise<string | undefined> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const { first, waitedMs } = await connect(showOffer);
    if (waitedMs < quickMs) return first;
  }
  throw new Error('This machine is too busy to determine which packet would have been first.');
}

/**
 * Connects the peer; resolves to the first packet that the server sends it (the start of the handshake, or the answer
 * to a check, after which the peer knows that it is connected), and to the server's wait for a check. `showOffer`
 * changes the peer's offer on the way.
 */
async function connect(showOffer: (offer: string) => string): Promise<{ first: string | undefined; waitedMs: number }> {
  const engine = openMediaEngine({ log: () => undefined, bindIp: '127.0.0.1' });
  closing.push(engine);
  const connection = new PeerConnection('peer', {
    iceServers: [],
    disableAutoNegotiation: true,
    bindAddress: '127.0.0.1',
  });
  closing.push(connection);
  const media = new Video('0', 'RecvOnly');
  media.addVP8Codec(96);
  const track = connection.addTrack(media);
  closing.push(track);
  const connected = new Promise<void>((resolve) => track.onOpen(resolve));
  // The peer as the server sees it, and the server as the peer sees it.
  const [peerEnd, serverEnd] = [await openSocket(), await openSocket()];
  let [serverPort, peerPort] = [0, 0];
  const sent: string[] = [];
  let [gatheredAt, checkedAt] = [0, 0];
  peerEnd.on('message', (packet, { port }) => {
    serverPort = port;
    if (isClientHello(packet)) sent.push('ClientHello');
    if (isAnswer(packet)) sent.push('answer to a check');
    serverEnd.send(packet, peerPort, '127.0.0.1');
  });
  serverEnd.on('message', (packet) => {
    const pass = () => peerEnd.send(packet, serverPort, '127.0.0.1');
    if (!isCheck(packet)) return pass();
    later(() => {
      checkedAt ||= performance.now();
      pass();
    });
  });

  connection.setLocalDescription('offer' as DescriptionType);
  const sdp = connection.localDescription()?.sdp ?? '';
  const own = /candidate:.* typ host/.exec(sdp)?.[0] ?? '';
  peerPort = portOf(own);
  let serverCandidate = '';
  const link = engine.openPeerLink({
    ...silentListener,
    candidateFound: ({ candidate }) => {
      serverCandidate = candidate;
    },
  });
  const answer = await link.processOffer(showOffer(sdp.replaceAll(/^a=(candidate|end-of-candidates).*\r\n/gm, '')));
  connection.setRemoteDescription(answer, 'answer' as DescriptionType);
  link.addCandidate({ candidate: at(own, peerEnd.address().port), sdpMid: '0', sdpMLineIndex: 0 });
  gatheredAt = performance.now();
  link.gatherCandidates();
  await expect.poll(() => serverCandidate, { interval: 5 }).not.toBe('');
  serverPort = portOf(serverCandidate);
  later(() => connection.addRemoteCandidate(at(serverCandidate, serverEnd.address().port), '0'));
  await connected;
  return { first: sent[0], waitedMs: checkedAt - gatheredAt };
}

describe('the DTLS handshake with a peer that needs some time', () => {
  it('R175: begins when the peer knows that it is connected', async () => {
    expect(await sentFirst()).toBe('answer to a check');
  });

  it('R175: begins immediately with libwebrtc, which keeps messages that arrive too early', async () => {
    // This peer only claims to be libwebrtc.
    const asChrome = (offer: string) =>
      offer.replace(/^a=msid-semantic.*$/m, 'a=msid-semantic: WMS\r\na=extmap-allow-mixed');
    await vi.waitFor(async () => expect(await sentFirst(asChrome)).toBe('ClientHello'), 15_000);
  });
});
