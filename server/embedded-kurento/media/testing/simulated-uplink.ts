import { randomNumbers, streamStart } from '../../../codecs/testing/test-seed.ts';
import { IncomingStream } from '../incoming-stream.ts';
import { type RtcpListener, readRtcp } from '../rtcp/rtcp.ts';
import { readRtpPacket } from '../rtp/rtp-packet.ts';
import { rtp, vp8Codec, vp8Delta, vp8Key } from './test-packets.ts';

/** The effects of an uplink on packets. */
export type UplinkConditions = {
  bps: number;
  /** Packets that do not fit into the queue are lost. */
  queueMs: number;
  /** 0 … 1, independent of the load. */
  randomLoss: number;
  delayMs: number;
  /** By how much a single packet may be late, without being reordered. */
  jitterMs: number;
};

const packetBytes = 1100;
const frameMs = 33;

/** For tests: a presenter that sends the requested bitrate over a bottleneck, in simulated time. */
export class SimulatedUplink implements RtcpListener {
  readonly conditions: UplinkConditions;
  /** The maximum bitrate of the presenter's encoder. */
  wantedBps: number;
  now = 0;
  /** The bitrate that the presenter was last asked for. */
  askedBps = 0;
  /** Bits that got through since this was last set to 0. */
  receivedBits = 0;
  readonly stream: IncomingStream;
  readonly #random = randomNumbers(5);
  readonly #sent = new Map<number, Buffer>();
  readonly #arrivals: { at: number; datagram: Buffer }[] = [];
  readonly #feedback: { at: number; packet: Buffer }[] = [];
  readonly #start = streamStart('uplink');
  #sentPackets = 0;
  #freeAt = 0;
  #budgetBits = 0;
  #nextReportAt = 0;

  constructor(conditions: UplinkConditions, wantedBps: number, ceilingKbps: number) {
    this.conditions = conditions;
    this.wantedBps = wantedBps;
    const sendRtcp = (packet: Buffer): boolean => {
      this.#feedback.push({ at: this.now + this.conditions.delayMs, packet });
      return true;
    };
    this.stream = new IncomingStream('video', 7, { sendRtcp });
    this.stream.setMaximumBitrate(ceilingKbps);
    this.stream.sendMaximumBitrate();
  }

  /** Lets this many seconds pass. */
  run(seconds: number): void {
    const end = this.now + seconds * 1000;
    for (; this.now < end; this.now += 1) {
      while ((this.#feedback[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) {
        const packet = this.#feedback.shift()?.packet;
        if (packet !== undefined) readRtcp(packet, this);
      }
      if (this.now % frameMs === 0) this.#sendFrame();
      while ((this.#arrivals[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) {
        const { datagram } = this.#arrivals.shift() ?? { datagram: Buffer.alloc(0) };
        const packet = readRtpPacket(Buffer.from(datagram), vp8Codec, this.now);
        if (packet === null) continue;
        this.receivedBits += datagram.length * 8;
        this.stream.receive(packet);
      }
      if (this.now % 20 === 0) this.stream.tick(this.now);
      if (this.now >= this.#nextReportAt) {
        this.#nextReportAt += 1000;
        this.stream.report(this.now);
        this.stream.sendMaximumBitrate();
      }
    }
  }

  #sendFrame(): void {
    this.#budgetBits += (Math.min(this.wantedBps, this.askedBps) * frameMs) / 1000;
    while (this.#budgetBits >= packetBytes * 8) {
      this.#budgetBits -= packetBytes * 8;
      const payload = Buffer.concat([this.#sentPackets === 0 ? vp8Key : vp8Delta, Buffer.alloc(packetBytes - 17)]);
      const sequenceNumber = (this.#start.sequenceNumber + this.#sentPackets) & 0xffff;
      const datagram = rtp({ sequenceNumber, timestamp: this.#start.timestamp + this.now * 90, payload });
      this.#sent.set(sequenceNumber, datagram);
      this.#sentPackets += 1;
      this.#transmit(datagram);
    }
  }

  #transmit(datagram: Buffer): void {
    const { bps, queueMs, randomLoss, delayMs, jitterMs } = this.conditions;
    const start = Math.max(this.now, this.#freeAt);
    if (start - this.now > queueMs) return;
    this.#freeAt = start + (datagram.length * 8000) / bps;
    if (this.#random() < randomLoss) return;
    const last = this.#arrivals.at(-1)?.at ?? 0;
    this.#arrivals.push({ at: Math.max(last, this.#freeAt + delayMs + this.#random() * jitterMs), datagram });
  }

  onNack(_ssrc: number, lost: readonly number[]): void {
    for (const sequenceNumber of lost) {
      const datagram = this.#sent.get(sequenceNumber);
      if (datagram === undefined) continue;
      // As an encoder does: retransmissions reduce the bitrate for new frames.
      this.#budgetBits -= datagram.length * 8;
      this.#transmit(datagram);
    }
  }

  onMaximumBitrate(bps: number): void {
    this.askedBps = bps;
  }

  onSenderReport(): void {}
  onReportBlock(): void {}
  onKeyframeRequest(): void {}
  onGoodbye(): void {}
  onReceiverTime(): void {}
}
