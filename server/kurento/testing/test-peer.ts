import { randomInt } from 'node:crypto';
import { Audio, PeerConnection, type Track, Video } from 'node-datachannel';
import type { Candidate } from '../../../lib/signaling.ts';
import type { MediaKind, MediaLink } from '../../broadcast/media-gateway.ts';
import { EncodedVideo } from '../../codecs/testing/encoded-video.ts';
import { countKeyframeRequests } from '../../codecs/testing/received-packets.ts';
import { encryptedStreamStart } from '../../codecs/testing/test-seed.ts';
import { ConditionWaiter } from './condition-waiter.ts';
import {
  isLightOpus,
  isRtcp,
  KeyframeLog,
  lightOpusPayload,
  nextRtpPackets,
  opusPayload,
  type RtpStream,
} from './test-media.ts';

/** The offer of a test peer; both kinds by default. */
export type TestPeerOptions = {
  role: 'presenter' | 'viewer' | 'loop';
  kinds?: readonly MediaKind[];
  videoCodec?: 'VP8' | 'H264' | 'H265';
  /** Whether a picture in VP8 that is sent has 640 × 360 pixels; otherwise it has 320 × 180. */
  isLarge?: boolean;
  /** Whether sound that is sent is in packets of 60 ms rather than 20. */
  isLight?: boolean;
};

const tickMs = 20;
const directions = { presenter: 'SendOnly', viewer: 'RecvOnly', loop: 'SendRecv' } as const;
const payloadTypes = { audio: 111, video: 96 } as const;
const h264Profile = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';

/**
 * A stand-in for a browser with a real WebRTC connection. As a presenter it sends 50 packets of sound and 25 pictures a
 * second, made by an encoder, with a keyframe at the start and at each keyframe request. As a viewer it counts what
 * arrives, and in a loop it does both.
 */
export class TestPeer {
  /** The number of packets of sound, and of frames of the picture, that arrived. */
  readonly received: Record<MediaKind, number> = { audio: 0, video: 0 };
  /** The number of keyframe requests that a presenter received. */
  keyframeRequests = 0;
  /** Whether the last packet of sound that arrived held 60 ms; `null` before the first one. */
  hearsLightSound: boolean | null = null;
  connected = false;
  readonly conditions = new ConditionWaiter();
  readonly sdpOffer: string;
  readonly #connection: PeerConnection;
  readonly #videoCodec: NonNullable<TestPeerOptions['videoCodec']>;
  readonly #video: EncodedVideo;
  readonly #log: KeyframeLog;
  /** The SSRC of the picture that arrives. */
  #receivedSsrc = 0;
  readonly #isLight: boolean;
  // The native side stops when JavaScript releases a track, so the tracks are referenced here.
  readonly #tracks = new Map<MediaKind, Track>();
  readonly #streams: Record<MediaKind, RtpStream>;
  readonly #localCandidates: Candidate[] = [];
  readonly #remoteCandidates: Candidate[] = [];
  readonly #withheld = new Set<MediaKind>();
  #link: MediaLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor({
    role,
    kinds = ['audio', 'video'],
    videoCodec = 'VP8',
    isLarge = false,
    isLight = false,
  }: TestPeerOptions) {
    this.#isLight = isLight;
    this.#videoCodec = videoCodec;
    // H265 is neither sent nor inspected.
    const codec = videoCodec === 'H264' ? 'H264' : 'VP8';
    this.#video = new EncodedVideo(codec, role, isLarge);
    this.#log = new KeyframeLog(codec);
    this.#connection = new PeerConnection(role, { iceServers: [], disableAutoNegotiation: true });
    this.#streams = {
      audio: { payloadType: payloadTypes.audio, ssrc: randomInt(1, 2 ** 32), ...encryptedStreamStart('audio') },
      video: { payloadType: payloadTypes.video, ssrc: randomInt(1, 2 ** 32), ...encryptedStreamStart('video') },
    };
    for (const kind of kinds) this.#addTrack(kind, role);
    this.#connection.onLocalCandidate((candidate, sdpMid) => this.#candidateGathered(candidate, sdpMid));
    this.#connection.onStateChange((state) => {
      this.connected = state === 'connected';
      if (this.connected && role !== 'viewer') this.#timer ??= setInterval(() => this.#tick(), tickMs);
      this.conditions.changed();
    });
    this.#connection.setLocalDescription('offer');
    // Candidates are trickled: if they were in the offer, the server would connect before this peer knows its
    // fingerprint, and libdatachannel then closes the connection.
    const offer = this.#connection.localDescription()?.sdp ?? '';
    this.sdpOffer = offer.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '');
  }

  /** The number of keyframes that arrived. */
  get keyframes(): number {
    return this.#log.keyframes;
  }

  /** The width of the last keyframe that arrived, in pixels; `null` before the first one. */
  get width(): number | null {
    return this.#log.width;
  }

  /** Whether the first picture that arrived was a keyframe; `null` while this is unknown. */
  get startedWithKeyframe(): boolean | null {
    return this.#log.startedWithKeyframe;
  }

  /** Takes a candidate of the media server, which may arrive before its answer. */
  addCandidate(candidate: Candidate): void {
    if (this.#link === undefined) this.#remoteCandidates.push(candidate);
    else this.#connection.addRemoteCandidate(candidate.candidate, candidate.sdpMid ?? '0');
  }

  /** Takes the link's answer; from now on candidates are exchanged both ways. */
  accept(link: MediaLink): void {
    this.#connection.setRemoteDescription(link.sdpAnswer, 'answer');
    this.#link = link;
    for (const candidate of this.#remoteCandidates.splice(0)) this.addCandidate(candidate);
    for (const candidate of this.#localCandidates.splice(0)) void link.addCandidate(candidate);
  }

  /** Waits until `count` more packets of sound, or frames of the picture, have arrived. */
  async receives(kind: MediaKind, count: number): Promise<void> {
    const goal = this.received[kind] + count;
    await this.conditions.until(`${count} of ${kind}`, () => this.received[kind] >= goal);
  }

  /** Asks the media server for a keyframe, as a viewer who has lost one. */
  requestKeyframe(): void {
    // Picture loss indication: https://www.rfc-editor.org/rfc/rfc4585#section-6.3.1
    const packet = Buffer.from([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0]);
    packet.writeUInt32BE(this.#receivedSsrc, 8);
    this.#tracks.get('video')?.sendMessageBinary(packet);
  }

  /** Stops sending; the connection stays. */
  mute(): void {
    clearInterval(this.#timer);
  }

  /** Stops sending one kind; the other goes on. */
  withhold(kind: MediaKind): void {
    this.#withheld.add(kind);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const track of this.#tracks.values()) track.close();
    this.#connection.close();
  }

  #addTrack(kind: MediaKind, role: TestPeerOptions['role']): void {
    const direction = directions[role];
    const media = kind === 'audio' ? new Audio('audio', direction) : new Video('video', direction);
    if (media instanceof Audio) media.addOpusCodec(payloadTypes.audio);
    else if (this.#videoCodec === 'VP8') media.addVP8Codec(payloadTypes.video);
    else if (this.#videoCodec === 'H264') media.addH264Codec(payloadTypes.video, h264Profile);
    else media.addH265Codec(payloadTypes.video);
    if (role !== 'viewer') media.addSSRC(this.#streams[kind].ssrc, 'test-peer', 'test-stream', kind);
    const track = this.#connection.addTrack(media);
    track.onMessage((packet) => this.#receive(kind, packet));
    this.#tracks.set(kind, track);
  }

  #receive(kind: MediaKind, packet: Buffer): void {
    if (isRtcp(packet)) {
      const requests = countKeyframeRequests(packet);
      this.keyframeRequests += requests;
      if (requests > 0) this.#video.requestKeyframe();
    } else {
      if (kind === 'video') {
        this.#receivedSsrc = packet.readUInt32BE(8);
        this.#log.note(packet);
      } else this.hearsLightSound = isLightOpus(packet);
      this.received[kind] = kind === 'video' ? this.#log.frames : this.received.audio + 1;
    }
    this.conditions.changed();
  }

  #tick(): void {
    this.#ticks += 1;
    if (!this.#isLight) this.#send('audio', () => [opusPayload()], 960);
    else if (this.#ticks % 3 === 0) this.#send('audio', () => [lightOpusPayload()], 2_880);
    if (this.#ticks % 2 === 0) this.#send('video', () => this.#video.next().payloads, 3_600);
  }

  /** No frame is taken from a stream that is not open yet, so it begins with a keyframe. */
  #send(kind: MediaKind, payloads: () => readonly Buffer[], duration: number): void {
    const track = this.#tracks.get(kind);
    if (track === undefined || !track.isOpen() || this.#withheld.has(kind)) return;
    for (const packet of nextRtpPackets(this.#streams[kind], payloads(), duration)) track.sendMessageBinary(packet);
  }

  #candidateGathered(candidate: string, sdpMid: string): void {
    const found = { candidate, sdpMid, sdpMLineIndex: null };
    if (this.#link === undefined) this.#localCandidates.push(found);
    else void this.#link.addCandidate(found);
  }
}
