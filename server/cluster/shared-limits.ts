import type { Gates } from '../gates/gates.ts';
import type { Purpose } from '../gates/rate-limits.ts';
import type { Membership } from './membership.ts';
import type { MessageOf } from './messages.ts';
import type { Messenger } from './messenger.ts';

/** How often web servers tell each other what counted, in milliseconds. */
const tellEveryMs = 1_000;

type LimitParts = { gates: Gates; membership: Membership; messenger: Messenger };

/**
 * Lets what counts for an address at one web server count at all of them: events, failed attempts at keys and passcodes,
 * and open sockets. Each decides on its own, at once, from what the others announced in the last second.
 */
export class SharedLimits {
  readonly #parts: LimitParts;
  readonly #spent = new Counts();
  readonly #failures = new Counts();
  /** The addresses whose number of sockets here has changed. */
  readonly #changed = new Set<string>();
  /** The sockets of each address at each of the other web servers. */
  readonly #elsewhere = new Map<string, Map<string, number>>();
  readonly #stops: (() => void)[];
  readonly #timer: NodeJS.Timeout;

  constructor(parts: LimitParts) {
    const { gates, membership, messenger } = parts;
    this.#parts = parts;
    gates.limits.follow((purpose, address) => this.#spent.add(purpose, address, 1));
    for (const check of ['key-check', 'passcode-check'] as const) {
      gates.guards[check].follow((address, change) => this.#failures.add(check, address, change));
    }
    gates.sockets.share(
      (address) => [...this.#elsewhere.values()].reduce((sum, counts) => sum + (counts.get(address) ?? 0), 0),
      (address) => this.#changed.add(address),
    );
    const tellAll = () => {
      for (const address of gates.sockets.addresses) this.#changed.add(address);
    };
    this.#stops = [
      messenger.follow((message) => {
        if (message.type === 'limits') this.#receive(message);
      }),
      membership.follow({
        rosterChanged: ({ joined, left }) => {
          for (const id of left) this.#elsewhere.delete(id);
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
    const { gates, messenger } = this.#parts;
    const sockets = [...this.#changed].map((address): [string, number] => [address, gates.sockets.heldBy(address)]);
    this.#changed.clear();
    const [spent, failures] = [this.#spent.take(), this.#failures.take()];
    if (sockets.length + spent.length + failures.length === 0) return;
    messenger.post('everyone', { type: 'limits', spent, failures, sockets });
  }

  #receive({ from, spent, failures, sockets }: MessageOf<'limits'>): void {
    const { limits, guards } = this.#parts.gates;
    for (const [purpose, address, count] of spent) limits.charge(purpose as Purpose, address, count);
    for (const [check, address, count] of failures) {
      if (check === 'key-check' || check === 'passcode-check') guards[check].charge(address, count);
    }
    const counts = this.#elsewhere.get(from) ?? new Map<string, number>();
    for (const [address, count] of sockets) {
      if (count === 0) counts.delete(address);
      else counts.set(address, count);
    }
    this.#elsewhere.set(from, counts);
  }
}

/** Counts by kind and address, until they are taken. */
class Counts {
  readonly #counts = new Map<string, Map<string, number>>();

  add(kind: string, address: string, change: number): void {
    const counts = this.#counts.get(kind) ?? new Map<string, number>();
    counts.set(address, (counts.get(address) ?? 0) + change);
    this.#counts.set(kind, counts);
  }

  take(): [kind: string, address: string, count: number][] {
    const all = [...this.#counts].flatMap(([kind, counts]) =>
      [...counts]
        .filter(([, count]) => count > 0)
        .map(([address, count]): [string, string, number] => [kind, address, count]),
    );
    this.#counts.clear();
    return all;
  }
}
