import { randomNumbers, type StreamStart, streamStart } from '../../../codecs/testing/test-seed.ts';
import { IncomingStream } from '../incoming-stream.ts';
import { OutgoingStream } from '../outgoing-stream.ts';
import { NackGenerator } from '../rtcp/nack.ts';
import { ReceiveStatistics } from '../rtcp/stream-statistics.ts';
import { readRtpPacket, sequenceDistance } from '../rtp/rtp-packet.ts';
import { rtp, vp8Codec, vp8Delta, vp8Key } from './test-packets.ts';

const opusCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };
const delayMs = 40;
const maxQueueMs = 300;
const frameMs = 33;
const framePackets = 6;
const keyframePackets = 24;
const payloadBytes = 1020;

/** For tests: a viewer that behaves like a browser, on a network of limited bandwidth, in simulated time. */
export class SimulatedDownlink {
  bps: number;
  randomLoss: number;
  now = 0;
  soundSent = 0;
  soundCame = 0;
  /** Frames that arrived complete, each after all frames that it depends on. */
  frames = 0;
  keyframesAsked = 0;
  keyframesMade = 0;
  readonly video: OutgoingStream;
  readonly #audio: OutgoingStream;
  readonly #starts: { audio: StreamStart; video: StreamStart };
  readonly #sources: { audio: IncomingStream; video: IncomingStream };
  readonly #statistics = new ReceiveStatistics();
  readonly #nack = new NackGenerator();
  readonly #random = randomNumbers(9);
  readonly #came = new Map<number, { timestamp: number; marker: boolean; isKey: boolean }>();
  readonly #events: { at: number; run: () => void }[] = [];
  #freeAt = 0;
  #skippedMs = 0;
  #videoNumber = 0;
  #audioNumber = 0;
  #keyframeWanted = true;
  #next = -1;
  #lastFrameAt = 0;
  #askedAt = 0;

  /** @param videoStart the first numbers of the video stream; random when absent */
  constructor(bps: number, randomLoss: number, videoStart: Partial<StreamStart> = {}) {
    this.bps = bps;
    this.randomLoss = randomLoss;
    this.#starts = {
      audio: streamStart('downlink audio'),
      video: { ...streamStart('downlink video'), ...videoStart },
    };
    const sendRtcp = (packet: Buffer): boolean => {
      // Payload feedback to the presenter that is not REMB always requests a keyframe.
      if (packet[1] === 206 && ((packet[0] ?? 0) & 0x1f) === 1) this.#later(60, () => this.#wantKeyframe());
      return true;
    };
    this.#sources = {
      audio: new IncomingStream('audio', 1, { sendRtcp: () => true }),
      video: new IncomingStream('video', 2, { sendRtcp }),
    };
    const line = (receive: (packet: Buffer) => void) => ({
      sendRtp: (packet: Buffer) => this.#transmit(Buffer.from(packet), receive),
      sendRtcp: () => true,
    });
    this.#audio = new OutgoingStream(
      'audio',
      3,
      line(() => {
        this.soundCame += 1;
      }),
    );
    this.video = new OutgoingStream(
      'video',
      4,
      line((packet) => this.#receive(packet)),
    );
    this.#audio.codecs = [{ ...opusCodec, payloadType: 111 }];
    this.video.codecs = [{ ...vp8Codec, payloadType: 96 }];
    this.#audio.setSource(this.#sources.audio);
    this.video.setSource(this.#sources.video);
    this.#audio.open();
    this.video.open();
  }

  run(seconds: number): void {
    const end = this.now + seconds * 1000;
    for (; this.now < end; this.now += 1) {
      this.#events.sort((one, other) => one.at - other.at);
      while ((this.#events[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) this.#events.shift()?.run();
      if (this.now % 20 === 0) this.#sendSound();
      if (this.now % frameMs === 0) this.#sendFrame();
      if (this.now % 20 === 0) this.#feedBack();
      if (this.now % 20 === 0) this.#sources.video.tick(this.now);
      if (this.now % 1000 === 500) this.video.everySecond(this.now);
    }
  }

  /** Lets this many seconds pass on the presenter's clock only, as if it had sent nothing meanwhile. */
  skip(seconds: number): void {
    this.#skippedMs += seconds * 1000;
  }

  #later(ms: number, run: () => void): void {
    this.#events.push({ at: this.now + ms, run });
  }

  #wantKeyframe(): void {
    this.#keyframeWanted = true;
  }

  #sendSound(): void {
    this.#audioNumber += 1;
    this.soundSent += 1;
    const { sequenceNumber, timestamp } = this.#starts.audio;
    const header = { payloadType: 111, ssrc: 8, sequenceNumber: sequenceNumber + this.#audioNumber };
    const datagram = rtp({ ...header, timestamp: timestamp + this.#audioNumber * 960, payload: Buffer.alloc(80) });
    const packet = readRtpPacket(datagram, opusCodec, this.now);
    if (packet !== null) this.#sources.audio.receive(packet);
  }

  #sendFrame(): void {
    const isKey = this.#keyframeWanted;
    this.#keyframeWanted = false;
    if (isKey) this.keyframesMade += 1;
    const count = isKey ? keyframePackets : framePackets;
    const { sequenceNumber, timestamp } = this.#starts.video;
    for (let index = 0; index < count; index += 1) {
      const start = isKey && index === 0 ? vp8Key : index === 0 ? vp8Delta : Buffer.from([0, 1, 1, 2, 3]);
      const datagram = rtp({
        sequenceNumber: sequenceNumber + this.#videoNumber,
        timestamp: timestamp + (this.now + this.#skippedMs) * 90,
        ssrc: 9,
        marker: index === count - 1,
        payload: Buffer.concat([start, Buffer.alloc(payloadBytes)]),
      });
      this.#videoNumber += 1;
      const packet = readRtpPacket(datagram, vp8Codec, this.now);
      if (packet !== null) this.#sources.video.receive(packet);
    }
  }

  #transmit(packet: Buffer, receive: (packet: Buffer) => void): boolean {
    const start = Math.max(this.now, this.#freeAt);
    if (start - this.now > maxQueueMs) return true;
    this.#freeAt = start + (packet.length * 8000) / this.bps;
    if (this.#random() < this.randomLoss) return true;
    this.#later(this.#freeAt - this.now + delayMs, () => receive(packet));
    return true;
  }

  #receive(packet: Buffer): void {
    const sequenceNumber = packet.readUInt16BE(2);
    if (this.#came.has(sequenceNumber)) return;
    const timestamp = packet.readUInt32BE(4);
    const isKey = packet[12] === 0x10 && packet[13] === 0x00;
    this.#came.set(sequenceNumber, { timestamp, marker: ((packet[1] ?? 0) & 0x80) !== 0, isKey });
    this.#statistics.packetArrived(sequenceNumber, timestamp, packet.length, 90_000, this.now);
    this.#nack.packetArrived(sequenceNumber, this.now);
    if (this.#next < 0 && isKey) this.#next = sequenceNumber;
    this.#decode(sequenceNumber, isKey);
  }

  /** Takes complete frames from the received packets, and jumps to a complete keyframe. */
  #decode(sequenceNumber: number, isKey: boolean): void {
    if (this.#next < 0) return;
    if (isKey && sequenceDistance(this.#next, sequenceNumber) > 0) this.#next = sequenceNumber;
    for (let at = this.#next; ; at = (at + 1) & 0xffff) {
      const packet = this.#came.get(at);
      if (packet === undefined) return;
      if (!packet.marker) continue;
      this.frames += 1;
      this.#lastFrameAt = this.now;
      this.#next = (at + 1) & 0xffff;
    }
  }

  #feedBack(): void {
    const due: number[] = [];
    this.#nack.collectDue(this.now, due);
    if (due.length > 0) this.#later(delayMs, () => this.video.retransmit(due, this.now));
    if (this.now - this.#lastFrameAt > 3000 && this.now - this.#askedAt >= 200) {
      this.#askedAt = this.now;
      this.keyframesAsked += 1;
      this.#later(delayMs, () => this.video.keyframeRequested(false, this.now));
    }
    if (this.now % 1000 !== 0) return;
    for (const number of this.#came.keys()) {
      if (sequenceDistance(this.#next, number) < -5000) this.#came.delete(number);
    }
    const block = this.#statistics.report(this.video.ssrc, this.now);
    if (block !== null) this.#later(delayMs, () => this.video.reportReceived(block, this.now));
  }
}
