import { Audio, PeerConnection, type Track, Video } from 'node-datachannel';
import { EncodedVideo } from '../../codecs/testing/encoded-video.ts';
import { encryptedStreamStart, type StreamStart } from '../../codecs/testing/test-seed.ts';
import { rtp } from '../media/testing/test-packets.ts';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';

const pulseMs = 20;
const opusPayloadType = 111;
const vp8PayloadType = 96;
const isIpv4 = / \d+\.\d+\.\d+\.\d+ /;

/**
 * For tests: replaces the browser whose offer a transcript holds. The offer stays as it was recorded, except for the
 * lines with the browser's addresses and key; sources keep their numbers.
 */
export class RecordedPeer {
  readonly #connection = new PeerConnection('recorded', { iceServers: [], disableAutoNegotiation: true });
  readonly #tracks: Track[] = [];
  readonly #candidates: string[] = [];
  readonly #offer: string;
  #timer: NodeJS.Timeout | undefined;
  readonly #starts = { audio: encryptedStreamStart('recorded sound'), video: encryptedStreamStart('recorded picture') };
  readonly #video = new EncodedVideo('VP8', 'recorded');
  #pulses = 0;
  #sentPackets = 0;
  #isAnswered = false;
  readonly #early: unknown[] = [];

  /** @param recorded the offer of a browser with audio as mid 0 and video as mid 1, both in one direction */
  constructor(recorded: string) {
    const sends = recorded.includes('a=sendonly');
    const [audioSsrc = 0, videoSsrc = 0] = recorded
      .split(/^(?=m=)/m)
      .slice(1)
      .map(firstSsrc);
    const audio = new Audio('0', sends ? 'SendOnly' : 'RecvOnly');
    audio.addOpusCodec(opusPayloadType);
    const video = new Video('1', sends ? 'SendOnly' : 'RecvOnly');
    video.addVP8Codec(vp8PayloadType);
    if (sends) {
      audio.addSSRC(audioSsrc, 'recorded');
      video.addSSRC(videoSsrc, 'recorded');
    }
    this.#tracks.push(this.#connection.addTrack(audio), this.#connection.addTrack(video));
    this.#connection.onLocalCandidate((candidate) => this.#candidates.push(candidate.replace(/^a=/, '')));
    this.#connection.onStateChange((state) => {
      if (state === 'connected' && sends) this.#timer ??= setInterval(() => this.#pulse(audioSsrc, videoSsrc), pulseMs);
    });
    this.#connection.setLocalDescription('offer');
    const own = this.#connection.localDescription()?.sdp ?? '';
    this.#offer = ['ice-ufrag', 'ice-pwd', 'fingerprint'].reduce((offer, name) => {
      const line = new RegExp(`^a=${name}:.*$`, 'm').exec(own)?.[0].trim() ?? '';
      return offer.replaceAll(new RegExp(`^a=${name}:[^\r\n]*`, 'gm'), line);
    }, recorded);
  }

  /** The recorded offer, adapted to this peer. */
  get offer(): string {
    return this.#offer;
  }

  /** Takes the server's answer. */
  answer(sdp: string): void {
    this.#connection.setRemoteDescription(sdp, 'answer');
    this.#isAnswered = true;
    for (const candidate of this.#early.splice(0)) this.addCandidate(candidate);
  }

  /** Takes one of the server's candidates, which may overtake its answer. */
  addCandidate(candidate: unknown): void {
    if (!this.#isAnswered) this.#early.push(candidate);
    else if (isJsonObject(candidate))
      this.#connection.addRemoteCandidate(String(candidate.candidate), String(candidate.sdpMid));
  }

  /**
   * A candidate of this peer in place of one of the browser's. Until the peer has its answer, the recorded one stays,
   * which is unreachable: the library fails when the other side connects before the answer.
   */
  candidateFor(recorded: JsonObject): JsonObject {
    const isUdp = / udp /i.test(String(recorded.candidate));
    const candidate = this.#candidates.find((own) => isIpv4.test(own));
    return this.#isAnswered && isUdp && candidate !== undefined ? { ...recorded, candidate } : recorded;
  }

  /** Leaves without a signalling message, as a closed page does. */
  close(): void {
    clearInterval(this.#timer);
    for (const track of this.#tracks) track.close();
    this.#connection.close();
  }

  #pulse(audioSsrc: number, videoSsrc: number): void {
    const [audio, video] = this.#tracks;
    const count = ++this.#pulses;
    const at = (start: StreamStart, duration: number) => ({
      sequenceNumber: start.sequenceNumber + count,
      timestamp: start.timestamp + count * duration,
    });
    const sound = { payloadType: opusPayloadType, ssrc: audioSsrc, ...at(this.#starts.audio, 960) };
    const picture = { payloadType: vp8PayloadType, ssrc: videoSsrc, timestamp: at(this.#starts.video, 1800).timestamp };
    if (audio?.isOpen()) audio.sendMessageBinary(rtp({ ...sound, payload: Buffer.from([0xf8, 0xff, 0xfe]) }));
    if (!video?.isOpen()) return;
    const { payloads } = this.#video.next();
    payloads.forEach((payload, index) => {
      const sequenceNumber = this.#starts.video.sequenceNumber + this.#sentPackets++;
      video.sendMessageBinary(rtp({ ...picture, sequenceNumber, marker: index === payloads.length - 1, payload }));
    });
  }
}

function firstSsrc(section: string): number {
  return Number(/^a=ssrc:(\d+)/m.exec(section)?.[1] ?? 0);
}
