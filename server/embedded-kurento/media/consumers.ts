import type { RtpConsumer, RtpPacket, SenderClock } from './media-types.ts';

/**
 * The consumers of one source. If one throws, it is reported, and all others still get the packet. Consumers may be
 * added and removed while packets are delivered.
 */
export class Consumers {
  readonly #failed: (error: unknown) => void;
  #list: readonly RtpConsumer[] = [];

  /** @param failed called with each error that a consumer throws */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get size(): number {
    return this.#list.length;
  }

  /** Adds a consumer, once. */
  add(consumer: RtpConsumer): void {
    if (this.#list.includes(consumer)) return;
    // A new list each time, as the previous one may be in use further up the stack.
    this.#list = [...this.#list, consumer];
  }

  remove(consumer: RtpConsumer): void {
    this.#list = this.#list.filter((other) => other !== consumer);
  }

  clear(): void {
    this.#list = [];
  }

  /** Called for every packet, so it has its own loop and allocates nothing. */
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

  /** The source has ended. */
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
