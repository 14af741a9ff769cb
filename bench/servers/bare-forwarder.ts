import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Audio, PeerConnection, type Track, Video } from 'node-datachannel';
import { Server, type Socket } from 'socket.io';
import type { ErrorBody } from '../../lib/errors.ts';
import {
  type BroadcastView,
  type Candidate,
  type ClientToServerEvents,
  type ServerToClientEvents,
  signalingPath,
} from '../../lib/signaling.ts';
import { payloadTypes } from '../load/offering-peer.ts';
import type { MediaKind } from '../media/reference-stream.ts';
import { asksForKeyframe, pictureLossIndication } from '../media/rtcp.ts';
import { isRtcp } from '../media/rtp.ts';
import { benchBroadcast } from './bench-broadcast.ts';

type Peer = { connection: PeerConnection; tracks: Partial<Record<MediaKind, Track>>; early: Candidate[] };
type PeerSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** The sender report without the rest: libdatachannel drops it together with a name that belongs to another source. */
const senderReportBytes = 28;
const ssrcs = { audio: 1001, video: 1002 } as const;
const notLive: ErrorBody = { code: 'not-live', message: 'No one is presenting.' };

/**
 * A minimal media server: it copies every packet of one presenter to every viewer, and does nothing else. It speaks
 * enough of the signalling for the load client, so the peers can be tested without the application, and its figures
 * show what the transport alone costs.
 */
export class BareForwarder {
  readonly #http = createServer();
  readonly #io: Server<ClientToServerEvents, ServerToClientEvents>;
  readonly #viewers = new Map<string, Peer>();
  readonly #bindAddress = '127.0.0.1';
  #presenter: Peer | null = null;
  #broadcast: BroadcastView | null = null;

  private constructor() {
    this.#io = new Server(this.#http, { path: signalingPath, serveClient: false, transports: ['websocket'] });
    this.#io.on('connection', (socket) => this.#greet(socket));
  }

  /** Listens on a free port of the loopback interface. */
  static async start(): Promise<BareForwarder> {
    const forwarder = new BareForwarder();
    await new Promise<void>((resolve) => forwarder.#http.listen(0, forwarder.#bindAddress, resolve));
    return forwarder;
  }

  /** The address at which it listens, `http://host:port`. */
  get url(): string {
    // A server that listens on a TCP port has an address of this type.
    const { port } = this.#http.address() as AddressInfo;
    return `http://${this.#bindAddress}:${port}`;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    for (const peer of [...this.#viewers.values(), this.#presenter]) peer?.connection.close();
    this.#viewers.clear();
    this.#presenter = null;
    await this.#io.close();
  }

  #greet(socket: PeerSocket): void {
    let peer: Peer | null = null;
    socket.on('broadcast:start', async (body, reply) => {
      peer = this.#openPresenter(socket);
      const { channel, title } = body;
      const broadcast = benchBroadcast({ channel, title, phase: 'live' });
      this.#broadcast = broadcast;
      const sdpAnswer = await answer(peer, body.sdpOffer);
      reply({ ok: true, data: { broadcast, sdpAnswer, maxVideoKbps: 2_500, resumeToken: 'nothing can be resumed' } });
    });
    socket.on('channel:follow', ({ channel }, reply) => {
      reply({ ok: true, data: { channel, broadcast: this.#broadcast, upcoming: null } });
    });
    socket.on('viewer:join', async (body, reply) => {
      if (this.#broadcast === null) {
        reply({ ok: false, error: notLive });
        return;
      }
      peer = this.#openViewer(socket);
      reply({ ok: true, data: { broadcast: this.#broadcast, sdpAnswer: await answer(peer, body.sdpOffer) } });
    });
    socket.on('candidate:add', (candidate, reply) => {
      if (peer !== null)
        addCandidate(peer, { candidate: candidate.candidate, sdpMid: candidate.sdpMid ?? null, sdpMLineIndex: null });
      reply({ ok: true, data: {} });
    });
    socket.on('disconnect', () => {
      if (peer === null) return;
      peer.connection.close();
      this.#viewers.delete(socket.id);
      if (this.#presenter === peer) this.#presenter = null;
    });
  }

  #openPresenter(socket: PeerSocket): Peer {
    const peer = openPeer(socket, this.#bindAddress);
    this.#presenter = peer;
    peer.connection.onTrack((track) => {
      const kind = track.type() === 'audio' ? 'audio' : 'video';
      peer.tracks[kind] = track;
      track.onMessage((packet) => {
        const passed = isRtcp(packet) ? packet.subarray(0, senderReportBytes) : packet;
        passed.writeUInt32BE(ssrcs[kind], isRtcp(packet) ? 4 : 8);
        for (const viewer of this.#viewers.values()) {
          const outgoing = viewer.tracks[kind];
          if (outgoing?.isOpen()) outgoing.sendMessageBinary(passed);
        }
      });
    });
    return peer;
  }

  #openViewer(socket: PeerSocket): Peer {
    const peer = openPeer(socket, this.#bindAddress);
    const audio = new Audio('0', 'SendOnly');
    audio.addOpusCodec(payloadTypes.opus);
    audio.addSSRC(ssrcs.audio, 'bare', 'bare', 'audio');
    const video = new Video('1', 'SendOnly');
    video.addVP8Codec(payloadTypes.vp8);
    video.addSSRC(ssrcs.video, 'bare', 'bare', 'video');
    peer.tracks.audio = peer.connection.addTrack(audio);
    peer.tracks.video = peer.connection.addTrack(video);
    peer.tracks.video.onOpen(() => this.#requestKeyframe());
    peer.tracks.video.onMessage((packet) => {
      if (isRtcp(packet) && asksForKeyframe(packet, ssrcs.video)) this.#requestKeyframe();
    });
    this.#viewers.set(socket.id, peer);
    return peer;
  }

  /** The SSRC of the presenter's video, as in the offer. */
  get #presentedSsrc(): number {
    const sdp = this.#presenter?.connection.remoteDescription()?.sdp ?? '';
    const video = sdp.slice(Math.max(0, sdp.indexOf('m=video')));
    return Number(/a=ssrc:(\d+)/.exec(video)?.[1] ?? 0);
  }

  #requestKeyframe(): void {
    const video = this.#presenter?.tracks.video;
    if (video?.isOpen()) video.sendMessageBinary(pictureLossIndication(1, this.#presentedSsrc));
  }
}

function openPeer(socket: PeerSocket, bindAddress: string): Peer {
  const connection = new PeerConnection('bare', { iceServers: [], bindAddress });
  connection.onLocalCandidate((candidate, mid) => {
    socket.emit('candidate:found', { candidate: candidate.replace(/^a=/, ''), sdpMid: mid, sdpMLineIndex: null });
  });
  return { connection, tracks: {}, early: [] };
}

async function answer(peer: Peer, sdpOffer: string): Promise<string> {
  const described = new Promise<string>((resolve) => peer.connection.onLocalDescription(resolve));
  peer.connection.setRemoteDescription(sdpOffer, 'offer');
  for (const candidate of peer.early.splice(0)) addCandidate(peer, candidate);
  return described;
}

function addCandidate(peer: Peer, candidate: Candidate): void {
  if (candidate.candidate === '') return;
  if (peer.connection.remoteDescription() === null) peer.early.push(candidate);
  else peer.connection.addRemoteCandidate(candidate.candidate, candidate.sdpMid ?? '0');
}
