import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Seats } from '../broadcast/seats.ts';
import type { Membership } from './membership.ts';
import type { MessageOf } from './messages.ts';
import type { Messenger } from './messenger.ts';

/** How often web servers tell each other what they have, in milliseconds. */
const tellEveryMs = 1_000;

type CapacityParts = {
  seats: Seats;
  registry: Pick<BroadcastRegistry, 'count' | 'share'>;
  membership: Membership;
  messenger: Messenger;
};

type Elsewhere = { broadcasts: number; viewers: number; readonly addresses: Map<string, number> };

/**
 * Lets the viewers and broadcasts of all web servers count for the limits of each. Like counts for addresses, they are
 * announced once a second, and each web server decides at once from what it knows. So for that second, each may fill
 * what is free once more. A seat that becomes free goes to the line of its own web server first.
 */
export class SharedCapacity {
  readonly #parts: CapacityParts;
  readonly #elsewhere = new Map<string, Elsewhere>();
  /** The addresses whose number of viewers here has changed. */
  readonly #changed = new Set<string>();
  readonly #advance: () => void;
  readonly #stops: (() => void)[];
  readonly #timer: NodeJS.Timeout;
  #told = '';

  constructor(parts: CapacityParts) {
    const { seats, registry, messenger, membership } = parts;
    this.#parts = parts;
    // The last message of one that leaves may come after it has left.
    const others = () => [...membership.others].flatMap((id) => this.#elsewhere.get(id) ?? []);
    const sum = (of: (one: Elsewhere) => number) => others().reduce((all, one) => all + of(one), 0);
    const count = () => sum(({ viewers }) => viewers);
    const ofAddress = (address: string) => sum(({ addresses }) => addresses.get(address) ?? 0);
    this.#advance = seats.share({ count, ofAddress }, (address) => void this.#changed.add(address));
    registry.share(() => sum(({ broadcasts }) => broadcasts));
    const tellAll = () => {
      this.#told = '';
      for (const address of seats.addresses) this.#changed.add(address);
    };
    this.#stops = [
      messenger.follow((message) => {
        if (message.type === 'capacity') this.#receive(message);
      }),
      membership.follow({
        rosterChanged: ({ joined, left }) => {
          for (const id of left) this.#elsewhere.delete(id);
          if (left.length > 0) this.#advance();
          if (joined.length > 0) tellAll();
        },
        redisBack: tellAll,
      }),
    ];
    this.#timer = setInterval(() => this.#notify(), tellEveryMs);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const stop of this.#stops) stop();
  }

  #notify(): void {
    const { seats, registry, messenger } = this.#parts;
    const [broadcasts, viewers] = [registry.count, seats.count()];
    const addresses = [...this.#changed].map((address): [string, number] => [address, seats.count(address)]);
    this.#changed.clear();
    const counts = `${broadcasts} ${viewers}`;
    if (counts === this.#told && addresses.length === 0) return;
    this.#told = counts;
    messenger.post('everyone', { type: 'capacity', broadcasts, viewers, addresses });
  }

  #receive({ from, broadcasts, viewers, addresses }: MessageOf<'capacity'>): void {
    const known = this.#elsewhere.get(from)?.addresses ?? new Map<string, number>();
    for (const [address, count] of addresses) {
      if (count === 0) known.delete(address);
      else known.set(address, count);
    }
    this.#elsewhere.set(from, { broadcasts, viewers, addresses: known });
    this.#advance();
  }
}
