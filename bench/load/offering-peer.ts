import { Audio, PeerConnection, type Track, Video } from 'node-datachannel';
import type { Candidate } from '../../lib/signaling.ts';
import type { MediaKind } from '../media/reference-stream.ts';
import { within } from '../platform/clock.ts';
import { deferred } from '../platform/deferred.ts';

/** The content of a media line in the offer. Lines that send have an SSRC. */
export type OfferedMedia = { direction: 'SendOnly' | 'RecvOnly'; ssrc?: number };

/** Payload types with Chromium's numbers. */
export const payloadTypes = { opus: 111, vp8: 96, h264: 102 } as const;

/** A codec of pictures that can be offered. */
export type OfferedVideoCodec = 'vp8' | 'h264';

const mids = { audio: '0', video: '1' } as const;
const h264Profile = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';

/**
 * The offering side of a WebRTC connection with a line of video and mostly one of audio, as a browser would offer them.
 * A libdatachannel callback that throws would end the process, so nothing that is called from one may throw; its errors
 * are kept in {@link failures}.
 */
export class OfferingPeer {
  /** Errors for which no caller was waiting, newest last. */
  readonly failures: Error[] = [];
  readonly #connection: PeerConnection;
  readonly #tracks: ReadonlyMap<MediaKind, Track>;
  readonly #closed: Promise<void>;
  readonly #early: Candidate[] = [];
  readonly #offer: Promise<string>;
  #answered = false;
  #state = 'new';
  #closing = false;

  constructor(parts: {
    name: string;
    /** The local address of the UDP sockets. */
    bindAddress: string;
    /** `null` offers no sound. */
    audio: OfferedMedia | null;
    video: OfferedMedia;
    /** The codecs of the picture, by preference. */
    videoCodecs: readonly OfferedVideoCodec[];
    /** Called with every local candidate, in a browser's format, and finally with an empty one. */
    candidateFound: (candidate: Candidate) => void;
    stateChanged?: (state: string) => void;
    /** Called with every packet that arrives on a line, RTP and RTCP. */
    received: (kind: MediaKind, packet: Buffer) => void;
  }) {
    const connection = new PeerConnection(parts.name, { iceServers: [], bindAddress: parts.bindAddress });
    this.#connection = connection;
    const lines: readonly [MediaKind, ...MediaKind[]] = parts.audio === null ? ['video'] : ['audio', 'video'];
    const closed = deferred<void>();
    this.#closed = closed.promise;
    connection.onStateChange((state) => {
      this.#state = state;
      if (state === 'closed') closed.resolve();
      this.#guard(() => parts.stateChanged?.(state));
    });
    connection.onLocalCandidate((candidate, mid) => {
      const sdpMLineIndex = lines.findIndex((kind) => mids[kind] === mid);
      this.#guard(() => {
        parts.candidateFound({ candidate: candidate.replace(/^a=/, ''), sdpMid: mid, sdpMLineIndex });
      });
    });
    connection.onGatheringStateChange((state) => {
      if (state !== 'complete') return;
      this.#guard(() => parts.candidateFound({ candidate: '', sdpMid: mids[lines[0]], sdpMLineIndex: 0 }));
    });
    const offer = deferred<string>();
    this.#offer = offer.promise;
    connection.onLocalDescription((sdp) => offer.resolve(sdp));

    const tracks = new Map<MediaKind, Track>();
    if (parts.audio !== null) {
      const audio = new Audio(mids.audio, parts.audio.direction);
      audio.addOpusCodec(payloadTypes.opus);
      if (parts.audio.ssrc !== undefined) audio.addSSRC(parts.audio.ssrc, parts.name, parts.name, 'audio');
      tracks.set('audio', connection.addTrack(audio));
    }
    const video = new Video(mids.video, parts.video.direction);
    for (const codec of parts.videoCodecs) {
      if (codec === 'vp8') video.addVP8Codec(payloadTypes.vp8);
      else video.addH264Codec(payloadTypes.h264, h264Profile);
    }
    if (parts.video.ssrc !== undefined) video.addSSRC(parts.video.ssrc, parts.name, parts.name, 'video');
    tracks.set('video', connection.addTrack(video));
    this.#tracks = tracks;
    for (const [kind, track] of tracks) track.onMessage((packet) => this.#guard(() => parts.received(kind, packet)));
  }

  /** `new`, `connecting`, `connected`, `disconnected`, `failed` or `closed`. */
  get state(): string {
    return this.#state;
  }

  /** The UDP port at which the other side is reached; `null` while there is no connection. */
  get remotePort(): number | null {
    if (this.#closing) return null;
    return this.#connection.getSelectedCandidatePair()?.remote.port ?? null;
  }

  /** Makes the offer, and begins to gather candidates. */
  offer(): Promise<string> {
    this.#connection.setLocalDescription('offer');
    return within(5_000, 'Making an offer', this.#offer);
  }

  /** Applies the answer and the candidates that arrived before it. @throws Error if libdatachannel rejects it */
  acceptAnswer(sdpAnswer: string): void {
    if (this.#closing) return;
    this.#connection.setRemoteDescription(sdpAnswer, 'answer');
    this.#answered = true;
    for (const candidate of this.#early.splice(0)) this.addCandidate(candidate);
  }

  /** Accepts a candidate of the other side, also before the answer. */
  addCandidate(candidate: Candidate): void {
    if (this.#closing || candidate.candidate === '') return;
    if (!this.#answered) {
      this.#early.push(candidate);
      return;
    }
    this.#guard(() => {
      this.#connection.addRemoteCandidate(
        candidate.candidate,
        candidate.sdpMid ?? String(candidate.sdpMLineIndex ?? 0),
      );
    });
  }

  /** Sends RTP or RTCP on a line; `false` if the line is not open. */
  send(kind: MediaKind, packet: Buffer): boolean {
    const track = this.#tracks.get(kind);
    if (this.#closing || track?.isOpen() !== true) return false;
    try {
      return track.sendMessageBinary(packet);
    } catch {
      // The other side may close the connection between isOpen() and sending.
      return false;
    }
  }

  /** Closes the connection and waits a limited time for the library; may be called twice; never rejects. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#connection.close();
    }
    await within(2_000, 'Closing a connection', this.#closed).catch((error: Error) => this.failures.push(error));
  }

  #guard(action: () => void): void {
    if (this.#closing) return;
    try {
      action();
    } catch (cause) {
      this.failures.push(cause instanceof Error ? cause : new Error(String(cause)));
      if (this.failures.length > 20) this.failures.shift();
    }
  }
}
