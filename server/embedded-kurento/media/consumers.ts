import type { RtpConsumer, RtpPacket, SenderClock } from './media-types.ts';

/**
 * The consumers of one source. One that throws is reported; all others get the packet nevertheless. A consumer may
 * come or go while packets are handed out.
 */
export class Consumers {
  readonly #failed: (error: unknown) => void;
  #list: readonly RtpConsumer[] = [];

  /** @param failed is given what a consumer throws, each time */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get size(): number {
    return this.#list.length;
  }

  /** Adds a consumer, once. */
  add(consumer: RtpConsumer): void {
    if (this.#list.includes(consumer)) return;
    // A new list each time, as the former one may be in use further up the stack.
    this.#list = [...this.#list, consumer];
  }

  remove(consumer: RtpConsumer): void {
    this.#list = this.#list.filter((other) => other !== consumer);
  }

  clear(): void {
    this.#list = [];
  }

  /** Called for every packet, so it has a loop of its own and makes nothing. */
  packet(packet: RtpPacket): void {
    const list = this.#list;
    for (let index = 0; index < list.length; index += 1) {
      try {
        list[index]?.onPacket(packet);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  senderClock(clock: SenderClock): void {
    this.#each((consumer) => consumer.onSenderClock(clock));
  }

  /** The source has come to its end. */
  ended(): void {
    this.#each((consumer) => consumer.onEnded?.());
  }

  #each(tell: (consumer: RtpConsumer) => void): void {
    for (const consumer of this.#list) {
      try {
        tell(consumer);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
