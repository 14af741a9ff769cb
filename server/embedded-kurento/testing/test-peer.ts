import { Audio, type DataChannel, PeerConnection, type Track, Video } from 'node-datachannel';
import { EncodedVideo } from '../../codecs/testing/encoded-video.ts';
import { countKeyframeRequests, rtpPayload } from '../../codecs/testing/received-packets.ts';
import { encryptedStreamStart } from '../../codecs/testing/test-seed.ts';
import type { MediaKind } from '../media/media-types.ts';
import { splitCompound } from '../media/testing/test-listener.ts';
import { rtp } from '../media/testing/test-packets.ts';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import type { RawClient } from './raw-client.ts';

const payloadTypes = { audio: 111, video: 96 } as const;
const h264PayloadTypes = { H264: payloadTypes.video, 'VP8 or H264': 102 } as const;
const durations = { audio: 960, video: 1_800 } as const;
const directions = { presenter: 'SendOnly', viewer: 'RecvOnly', both: 'SendRecv' } as const;
const tickMs = 20;
const videoTicksPerMs = 90;

/** Pictures as a peer sends them: the payloads of one frame after the other. */
export type PictureSource = { next(): { payloads: readonly Buffer[] }; requestKeyframe(): void };

/** The options of a peer. */
export type TestPeerOptions = {
  role: 'presenter' | 'viewer' | 'both';
  video?: 'VP8' | 'H264' | 'VP8 or H264';
  /** Makes the peer reachable only through a relay of the endpoint, with this UDP port. */
  relayedPort?: number;
  /** Opens a data channel of this name. */
  dataLabel?: string;
  /** Loses one video packet out of this many, and never retransmits it. */
  losesEvery?: number;
  /** Adds this to the timestamp of every other video frame. */
  wobbleMs?: number;
  /** Other pictures than the usual ones, in the codec that `video` names. */
  picture?: PictureSource;
  /** Other Opus packets than silence, each of 20 ms. */
  sound?: () => Buffer;
};

type Stream = { track: Track; ssrc: number; sequenceNumber: number; timestamp: number; frames: number };
type Flaws = { losesEvery: number; wobbleMs: number };

const noFlaws: Flaws = { losesEvery: Number.POSITIVE_INFINITY, wobbleMs: 0 };

/**
 * For tests: a WebRTC peer in place of a browser. Unless it is a viewer, it sends both kinds as soon as it is
 * connected: 50 packets of silence and 50 pictures a second, from a real encoder, with a keyframe for every keyframe
 * request.
 */
export class TestPeer {
  /** Packets that arrived. */
  readonly received: Record<MediaKind, number> = { audio: 0, video: 0 };
  /** The payload types of the pictures that arrived: 96, or 102 for H264 that was offered in addition to VP8. */
  readonly videoPayloadTypes = new Set<number>();
  /** Bytes of payload that arrived. */
  readonly receivedBytes: Record<MediaKind, number> = { audio: 0, video: 0 };
  /** Packets, and bytes of their payload, that were sent. */
  readonly sent: Record<MediaKind, { packets: number; bytes: number; lost: number }> = {
    audio: { packets: 0, bytes: 0, lost: 0 },
    video: { packets: 0, bytes: 0, lost: 0 },
  };
  /** RTCP about the video, as single packets. */
  readonly rtcp: Buffer[] = [];
  /** Messages that arrived on any data channel. */
  readonly messages: (string | Buffer)[] = [];
  /** Every data channel, ours first. */
  readonly channels: DataChannel[] = [];
  readonly #connection: PeerConnection;
  readonly #streams: Record<MediaKind, Stream>;
  readonly #client: RawClient;
  readonly #endpoint: string;
  readonly #heldCandidates: JsonObject[] = [];
  readonly #isRelayed: boolean;
  readonly #video: PictureSource;
  readonly #sound: () => Buffer;
  readonly #flaws: Flaws;
  #unpaired: Buffer | null = null;
  #answered = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    client: RawClient,
    endpoint: string,
    {
      role,
      video = 'VP8',
      relayedPort,
      dataLabel,
      losesEvery = Number.POSITIVE_INFINITY,
      wobbleMs = 0,
      picture: ownPicture,
      sound = () => Buffer.from([0xf8, 0xff, 0xfe]),
    }: TestPeerOptions,
  ) {
    this.#client = client;
    this.#endpoint = endpoint;
    this.#isRelayed = relayedPort !== undefined;
    this.#video = ownPicture ?? new EncodedVideo(video === 'H264' ? 'H264' : 'VP8', endpoint);
    this.#sound = sound;
    this.#flaws = { losesEvery, wobbleMs };
    this.#connection = new PeerConnection(role, {
      iceServers: [],
      disableAutoNegotiation: true,
      ...(relayedPort === undefined ? {} : { portRangeBegin: relayedPort, portRangeEnd: relayedPort }),
    });
    const direction = directions[role];
    const audio = new Audio('0', direction);
    audio.addOpusCodec(payloadTypes.audio);
    const picture = new Video('1', direction);
    if (video !== 'H264') picture.addVP8Codec(payloadTypes.video);
    if (video !== 'VP8') picture.addH264Codec(h264PayloadTypes[video], 'profile-level-id=42e01f;packetization-mode=1');
    this.#streams = { audio: this.#addTrack('audio', audio, 1111), video: this.#addTrack('video', picture, 2222) };
    this.#connection.onLocalCandidate((candidate, sdpMid) => {
      const found = { candidate, sdpMid, sdpMLineIndex: 0 };
      if (this.#answered) this.#reportCandidate(found);
      else this.#heldCandidates.push(found);
    });
    if (dataLabel !== undefined) {
      this.#connection.onDataChannel((channel) => this.#addChannel(channel));
      this.#addChannel(this.#connection.createDataChannel(dataLabel));
    }
    this.#connection.onStateChange((state) => {
      if (state === 'connected' && role !== 'viewer') this.#timer ??= setInterval(() => this.#tick(), tickMs);
    });
  }

  /** Negotiates with an endpoint and exchanges candidates; media flows some time after. */
  static async join(client: RawClient, endpoint: string, options: TestPeerOptions): Promise<TestPeer> {
    const peer = new TestPeer(client, endpoint, options);
    await client.subscribe(endpoint, 'IceCandidateFound');
    peer.#connection.setLocalDescription('offer');
    // As the offerer, the library fails when it is reached before it has the answer, so its candidates are held back.
    const offer = (peer.#connection.localDescription()?.sdp ?? '').replace(
      /a=(candidate|end-of-candidates).*\r\n/g,
      '',
    );
    const answer = await client.invoke(endpoint, 'processOffer', { offer });
    peer.#connection.setRemoteDescription(String(answer), 'answer');
    peer.#answered = true;
    for (const candidate of peer.#heldCandidates) peer.#reportCandidate(candidate);
    await client.invoke(endpoint, 'gatherCandidates');
    const wanted = options.relayedPort === undefined ? 'typ ' : 'typ relay';
    await client.event('IceCandidateFound', ({ object, data }) => {
      return object === endpoint && isJsonObject(data.candidate) && String(data.candidate.candidate).includes(wanted);
    });
    for (const { object, type, data } of client.events) {
      if (object === endpoint && type === 'IceCandidateFound') peer.#addCandidate(data.candidate);
    }
    return peer;
  }

  /** Stops sending; the connection stays. */
  mute(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.mute();
    for (const { track } of Object.values(this.#streams)) track.close();
    this.#connection.close();
  }

  #addChannel(channel: DataChannel): void {
    this.channels.push(channel);
    channel.onMessage((message) => this.messages.push(message instanceof ArrayBuffer ? Buffer.from(message) : message));
  }

  #addTrack(kind: MediaKind, media: Audio | Video, ssrc: number): Stream {
    media.addSSRC(ssrc, 'test-peer', 'test-stream', kind);
    const track = this.#connection.addTrack(media);
    track.onMessage((packet) => {
      const second = packet[1] ?? 0;
      // RTCP shares the port and is distinguished by its type (RFC 5761 §4).
      if (second < 192 || second > 223) this.#count(kind, packet);
      else if (kind === 'video') this.#keepRtcp(packet);
    });
    return { track, ssrc, frames: 0, ...encryptedStreamStart(`test peer ${ssrc}`) };
  }

  #count(kind: MediaKind, packet: Buffer): void {
    this.received[kind] += 1;
    if (kind === 'video') this.videoPayloadTypes.add((packet[1] ?? 0) & 0x7f);
    this.receivedBytes[kind] += rtpPayload(packet).length;
  }

  /** The library delivers a compound once for each known SSRC in it, of sender and media. */
  #keepRtcp(compound: Buffer): void {
    const isSecond = this.#unpaired?.equals(compound) === true;
    this.#unpaired = isSecond ? null : compound;
    if (isSecond) return;
    this.rtcp.push(...splitCompound(compound));
    if (countKeyframeRequests(compound) > 0) this.#video.requestKeyframe();
  }

  #reportCandidate(found: JsonObject): void {
    // A relay admits only IP addresses that it was given, whatever the port; port 9 discards all packets.
    const parts = String(found.candidate).split(' ');
    const candidate = this.#isRelayed ? { ...found, candidate: parts.with(5, '9').join(' ') } : found;
    this.#client.post('invoke', {
      object: this.#endpoint,
      operation: 'addIceCandidate',
      operationParams: { candidate },
    });
  }

  #addCandidate(candidate: unknown): void {
    if (!isJsonObject(candidate)) return;
    if (this.#isRelayed && !String(candidate.candidate).includes('typ relay')) return;
    this.#connection.addRemoteCandidate(String(candidate.candidate), String(candidate.sdpMid));
  }

  #tick(): void {
    this.#send('audio', () => [this.#sound()]);
    this.#send('video', () => this.#video.next().payloads);
  }

  /** Takes nothing from a stream that is not open yet, so that it begins with a keyframe. */
  #send(kind: MediaKind, next: () => readonly Buffer[]): void {
    const stream = this.#streams[kind];
    if (!stream.track.isOpen()) return;
    const { losesEvery, wobbleMs } = kind === 'video' ? this.#flaws : noFlaws;
    stream.frames += 1;
    const timestamp = stream.timestamp + (stream.frames % 2 === 0 ? wobbleMs * videoTicksPerMs : 0);
    const payloads = next();
    payloads.forEach((payload, index) => {
      const sent = this.sent[kind];
      const isLost = (sent.packets + sent.lost + 1) % losesEvery === 0;
      const { ssrc } = stream;
      const numbers = { payloadType: payloadTypes[kind], ssrc, sequenceNumber: stream.sequenceNumber++, timestamp };
      if (isLost) {
        sent.lost += 1;
        return;
      }
      sent.packets += 1;
      sent.bytes += payload.length;
      stream.track.sendMessageBinary(rtp({ ...numbers, marker: index === payloads.length - 1, payload }));
    });
    stream.timestamp += durations[kind];
  }

  /** The endpoint that the peer talks to. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** Waits until `count` packets of this kind have arrived. */
  async receives(kind: MediaKind, count: number): Promise<void> {
    const goal = this.received[kind] + count;
    await this.until(`${count} packets of ${kind}`, () => this.received[kind] >= goal);
  }

  /** Waits until `count` more packets of that kind have been sent. */
  async sends(kind: MediaKind, count: number): Promise<void> {
    const goal = this.sent[kind].packets + count;
    await this.until(`${count} packets of ${kind} to be sent`, () => this.sent[kind].packets >= goal);
  }

  /** Sends a compound of RTCP beside the picture. */
  sendRtcp(...packets: Buffer[]): void {
    this.#streams.video.track.sendMessageBinary(Buffer.concat(packets));
  }

  /** Waits until `isSo` is true, and checks it whenever the server has answered. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = performance.now() + 8_000; !(await isSo()); ) {
      if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
      await this.#client.request('ping');
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
  }
}
