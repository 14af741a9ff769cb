import { Consumers } from '../../media/consumers.ts';
import type { MediaKind, RtpConsumer, RtpSource, SenderClock } from '../../media/media-types.ts';
import { readRtpPacket } from '../../media/rtp/rtp-packet.ts';
import { rtp } from '../../media/testing/test-packets.ts';
import type { EncodedCodec } from '../codecs.ts';

/** For tests: a source whose packets the test makes. */
export class MadeSource implements RtpSource {
  readonly kind: MediaKind;
  readonly codecs;
  readonly senderClock: SenderClock;
  packetCount = 0;
  readonly #encoded: EncodedCodec;
  readonly #packetizer;
  readonly #consumers = new Consumers((error) => {
    throw error;
  });
  #sequenceNumber = 65_530;

  constructor(kind: MediaKind, encoded: EncodedCodec, senderClock: SenderClock) {
    this.kind = kind;
    this.codecs = [encoded.codec];
    this.senderClock = senderClock;
    this.#encoded = encoded;
    this.#packetizer = encoded.createPacketizer();
  }

  /** How many take its packets now. */
  get consumerCount(): number {
    return this.#consumers.size;
  }

  addConsumer(consumer: RtpConsumer): void {
    this.#consumers.add(consumer);
  }

  removeConsumer(consumer: RtpConsumer): void {
    this.#consumers.remove(consumer);
  }

  requestKeyframe(): void {}

  /** Sends a frame with this RTP timestamp. */
  send(data: Buffer, isKeyframe: boolean, timestamp: number): void {
    const { codec, payloadType } = this.#encoded;
    const payloads = this.#packetizer.packetize(data, isKeyframe);
    for (const [index, payload] of payloads.entries()) {
      this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
      const marker = index === payloads.length - 1;
      const numbers = { payloadType, marker, sequenceNumber: this.#sequenceNumber, ssrc: this.senderClock.ssrc };
      const packet = readRtpPacket(rtp({ ...numbers, timestamp: timestamp >>> 0, payload }), codec, performance.now());
      if (packet !== null) this.#consumers.packet(packet);
    }
  }
}
