import { createSocket, type Socket } from 'node:dgram';
import { Audio, PeerConnection, type Track, Video } from 'node-datachannel';
import type { MediaEngine } from '../media-engine.ts';
import type { PeerLink } from '../media-types.ts';
import { splitCompound } from './test-listener.ts';

/** The other end of a link, for tests: a plain WebRTC peer that keeps everything it receives. */
export type TestPeer = {
  link: PeerLink;
  /** The answer of the link. */
  answer: string;
  audioSsrc: number;
  videoSsrc: number;
  /** The packets that arrived, in order. */
  audio: Buffer[];
  video: Buffer[];
  /** The events that the link reported to its listener: `ice CONNECTED`, `dtls CLOSED`, `gathering done`, `pair`. */
  told: string[];
  sendAudio(packet: Buffer): void;
  sendVideo(packet: Buffer): void;
  sendRtcp(packet: Buffer): void;
  /** The UDP port of the link. */
  enginePort(): number;
  /** The peer's address as the link sees it. */
  place(): { address: string; port: number };
  /** Ends the peer without notice; the link stays. */
  leave(): void;
  /** The RTCP packets of one type (and format) that arrived, extracted from their compounds. */
  rtcpOf(type: number, format?: number): Buffer[];
  close(): void;
};

/** Decides which of the large datagrams to a peer get lost. */
export type Loss = (index: number) => boolean;

/**
 * Connects a peer to a new link of the engine; resolves when both sides are connected. Rejects when the link refuses
 * the peer in the DTLS handshake.
 * @param loss puts a lossy network between the link and the peer
 * @param port the peer's own UDP port, which it announces to the link; any port, not announced, when absent
 * @param showOffer changes the peer's offer on its way to the link
 * @param takes which of the link's candidates the peer can reach
 */
export async function connectTestPeer(
  engine: MediaEngine,
  role: 'presenter' | 'viewer',
  loss?: Loss,
  port?: number,
  showOffer: (offer: string) => string = (offer) => offer,
  takes: (candidate: string) => boolean = () => true,
): Promise<TestPeer> {
  const relay = loss === undefined ? null : createSocket('udp4');
  const connection = new PeerConnection(role, {
    iceServers: [],
    disableAutoNegotiation: true,
    ...(port === undefined ? {} : { portRangeBegin: port, portRangeEnd: port }),
  });
  const told: string[] = [];
  let linkConnected = (): void => undefined;
  let linkRefused = (_reason: Error): void => undefined;
  const linkIsConnected = new Promise<void>((resolve, reject) => {
    linkConnected = resolve;
    linkRefused = reject;
  });
  const link = engine.openPeerLink({
    candidateFound: ({ candidate, sdpMid }) => {
      if (!takes(candidate)) return;
      if (relay === null || loss === undefined) connection.addRemoteCandidate(candidate, sdpMid);
      else if (sdpMid === '0' && !candidate.includes('::')) {
        relayTo(relay, candidate, loss, (relayed) => connection.addRemoteCandidate(relayed, sdpMid));
      }
    },
    gatheringDone: () => told.push('gathering done'),
    iceStateChanged: (state) => told.push(`ice ${state}`),
    candidatePairSelected: () => told.push('pair'),
    dtlsStateChanged: (state) => {
      told.push(`dtls ${state}`);
      if (state === 'CONNECTED') linkConnected();
      if (state === 'FAILED') linkRefused(new Error('The link refused the peer'));
    },
    dataChannelOpened: () => undefined,
    dataChannelClosed: () => undefined,
    dataReceived: () => undefined,
  });
  const audioSsrc = Math.floor(Math.random() * 0xffffffff);
  const videoSsrc = Math.floor(Math.random() * 0xffffffff);
  const direction = role === 'presenter' ? 'SendOnly' : 'RecvOnly';
  const audioMedia = new Audio('0', direction);
  audioMedia.addOpusCodec(111);
  const videoMedia = new Video('1', direction);
  videoMedia.addVP8Codec(96);
  if (role === 'presenter') {
    audioMedia.addSSRC(audioSsrc, 'test');
    videoMedia.addSSRC(videoSsrc, 'test');
  }
  const audioTrack = connection.addTrack(audioMedia);
  const videoTrack = connection.addTrack(videoMedia);
  const audio: Buffer[] = [];
  const video: Buffer[] = [];
  const rtcp: Buffer[] = [];
  const keep = (packet: Buffer): void => {
    const type = packet[1] ?? 0;
    if (type >= 192 && type <= 223) rtcp.push(...splitCompound(packet));
    else ((type & 0x7f) === 111 ? audio : video).push(packet);
  };
  audioTrack.onMessage(keep);
  videoTrack.onMessage(keep);
  const open = Promise.all([opened(audioTrack), opened(videoTrack)]);
  connection.setLocalDescription('offer');
  // The link learns of the peer only from the peer's own checks. If it had the peer's candidates, it might be ready
  // first, and libdatachannel as the offering side refuses a DTLS handshake that overtakes it, until it is repeated a
  // second later. The candidates would also reveal a path around a relay. If the address itself matters, they are sent
  // at the end.
  const [shownOffer, ...candidates] = splitCandidates(connection.localDescription()?.sdp ?? '');
  const answer = await link.processOffer(showOffer(shownOffer ?? ''));
  connection.setRemoteDescription(answer, 'answer');
  if (port !== undefined) {
    for (const candidate of candidates) link.addCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
  }
  link.gatherCandidates();
  // The link is connected a moment later than the peer, and packets sent before that would be lost.
  try {
    await Promise.race([linkIsConnected.then(() => open), open.then(() => linkIsConnected)]);
  } catch (error) {
    relay?.close();
    connection.close();
    link.close();
    throw error;
  }
  return {
    link,
    answer,
    audioSsrc,
    videoSsrc,
    audio,
    video,
    told,
    sendAudio: (packet) => audioTrack.sendMessageBinary(packet),
    sendVideo: (packet) => videoTrack.sendMessageBinary(packet),
    sendRtcp: (packet) => videoTrack.sendMessageBinary(packet),
    rtcpOf: (type, format) =>
      rtcp.filter((packet) => packet[1] === type && (format === undefined || ((packet[0] ?? 0) & 0x1f) === format)),
    enginePort: () => Number(connection.getSelectedCandidatePair()?.remote.port),
    place: () => {
      const { address = '', port: ownPort = 0 } = connection.getSelectedCandidatePair()?.local ?? {};
      return { address, port: ownPort };
    },
    leave: () => connection.close(),
    close: () => {
      relay?.close();
      connection.close();
      link.close();
    },
  };
}

function relayTo(relay: Socket, candidate: string, loss: Loss, relayed: (candidate: string) => void): void {
  const parts = candidate.split(' ');
  const enginePort = Number(parts[5]);
  const address = parts[4] ?? '';
  let peerPort = 0;
  let large = 0;
  relay.on('message', (datagram, { port }) => {
    if (port === enginePort) {
      if (datagram.length > 1000 && loss(large++)) return;
      if (peerPort > 0) relay.send(datagram, peerPort, address);
    } else {
      peerPort = port;
      relay.send(datagram, enginePort, address);
    }
  });
  relay.bind(0, () => relayed(parts.with(5, String(relay.address().port)).join(' ')));
}

/** The description without its candidates, then the candidates. */
function splitCandidates(sdp: string): string[] {
  const candidates = sdp.match(/^a=candidate:.*$/gm) ?? [];
  return [sdp.replaceAll(/^a=candidate:.*\r\n/gm, ''), ...candidates];
}

function opened(track: Track): Promise<void> {
  return new Promise((resolve) => track.onOpen(resolve));
}
