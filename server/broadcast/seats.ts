import type { Capacity } from '../gate-settings.ts';
import { streamFull } from './broadcast-errors.ts';
import type { Applicant } from './broadcast-types.ts';
import { type LineListener, type Place, WaitingLine } from './waiting-line.ts';

/** The parts of the seats. Times are in milliseconds. */
type SeatsParts = {
  capacity: Capacity;
  /** How long a seat is offered to the first in line; 15 s by default. */
  offerMs?: number;
  /** How long a place in the line is kept for a person whose connection broke; a minute by default. */
  placeMs?: number;
};

/** The seats that are taken at other web servers with the same limits. */
export type SeatsElsewhere = { count(): number; ofAddress(address: string): number };

type Seat = { readonly applicant: Applicant; timer: NodeJS.Timeout | undefined };

/** A viewer whose link was closed by the server keeps the seat this long, to join again. */
const lostLinkMs = 15_000;
/** One who left the audience keeps it this long: pages leave to join again over a new link. */
const leftMs = 5_000;

/**
 * The seats for viewers, of all channels together, and the line of those who wait for one. A presenter needs no seat.
 */
export class Seats {
  readonly #capacity: Capacity;
  readonly #taken = new Map<string, Seat>();
  readonly #counts = { channel: new Map<string, number>(), address: new Map<string, number>() };
  #count = 0;
  #elsewhere: SeatsElsewhere = { count: () => 0, ofAddress: () => 0 };
  #changed: (address: string) => void = () => {};
  readonly #line: WaitingLine;

  constructor({ capacity, offerMs = 15_000, placeMs = 60_000 }: SeatsParts) {
    this.#capacity = capacity;
    this.#line = new WaitingLine({
      offerMs,
      placeMs,
      reserve: (applicant) => {
        const fits = this.#fits(applicant);
        if (fits) this.#add(applicant, 1);
        return fits;
      },
      release: (applicant) => this.#add(applicant, -1),
    });
  }

  /** The seats that are taken here, or held for somebody: all, or those of one address. */
  count(address?: string): number {
    return address === undefined ? this.#count : (this.#counts.address.get(address) ?? 0);
  }

  /** The addresses that have seats here. */
  get addresses(): string[] {
    return [...this.#counts.address.keys()];
  }

  /**
   * Counts the seats elsewhere as well, except for the limit of a channel, and calls `changed` with the address of each
   * seat that is taken or freed here.
   * @returns what to call when seats elsewhere were freed
   */
  share(elsewhere: SeatsElsewhere, changed: (address: string) => void): () => void {
    this.#elsewhere = elsewhere;
    this.#changed = changed;
    return () => this.#line.advance();
  }

  /**
   * Gives a seat to a viewer, unless they have one already. A seat that was offered to them is theirs.
   * @throws AppError `stream-full` when there is none; the person may wait for one with {@link wait}
   */
  take(applicant: Applicant): void {
    const kept = this.#taken.get(applicant.peerId);
    if (kept?.applicant.channel === applicant.channel) {
      clearTimeout(kept.timer);
      return;
    }
    if (kept !== undefined) this.free(applicant.peerId);
    if (!this.#line.accept(applicant)) {
      if (!this.#fits(applicant)) throw streamFull();
      this.#add(applicant, 1);
    }
    this.#taken.set(applicant.peerId, { applicant, timer: undefined });
  }

  /** The viewer lost the link or left, and may join again within some seconds; then the seat is freed. */
  keep(peerId: string, reason: 'lost' | 'left'): void {
    const seat = this.#taken.get(peerId);
    if (seat === undefined) return;
    clearTimeout(seat.timer);
    seat.timer = setTimeout(() => this.free(peerId), reason === 'lost' ? lostLinkMs : leftMs);
  }

  /** The viewer will not come back: the seat goes to the next in line. */
  free(peerId: string): void {
    const seat = this.#taken.get(peerId);
    if (seat === undefined) return;
    clearTimeout(seat.timer);
    this.#taken.delete(peerId);
    this.#add(seat.applicant, -1);
    this.#line.advance();
  }

  /**
   * Queues up for a seat, or returns to a place that was kept.
   * @param ticket what an earlier call returned; `null` at first
   * @param moved called when the place changes
   * @throws AppError `stream-full` when the line is full, too
   */
  wait(applicant: Applicant, ticket: string | null, moved: LineListener): Place {
    return this.#line.enter(applicant, ticket, moved);
  }

  /** The person no longer wants a seat. */
  stopWaiting(peerId: string): void {
    this.#line.leave(peerId);
  }

  /** The person's socket is gone, for now or for good: the seat is freed, and the place in the line is kept a while. */
  gone(peerId: string): void {
    this.free(peerId);
    this.#line.away(peerId);
  }

  /** The show on `channel` is over: its seats are free, and nobody waits for them. */
  clear(channel: string): void {
    this.#line.clear(channel);
    for (const [peerId, { applicant }] of this.#taken) if (applicant.channel === channel) this.free(peerId);
  }

  /** Stops all timers. */
  close(): void {
    for (const { timer } of this.#taken.values()) clearTimeout(timer);
    this.#line.close();
  }

  #fits({ channel, address }: Applicant): boolean {
    const { viewers, viewersPerChannel, viewersPerAddress } = this.#capacity;
    return (
      isBelow(this.#count + this.#elsewhere.count(), viewers) &&
      isBelow(this.#counts.channel.get(channel) ?? 0, viewersPerChannel) &&
      isBelow(this.count(address) + this.#elsewhere.ofAddress(address), viewersPerAddress)
    );
  }

  #add(applicant: Applicant, change: 1 | -1): void {
    this.#count += change;
    for (const kind of ['channel', 'address'] as const) {
      const counts = this.#counts[kind];
      const count = (counts.get(applicant[kind]) ?? 0) + change;
      if (count === 0) counts.delete(applicant[kind]);
      else counts.set(applicant[kind], count);
    }
    this.#changed(applicant.address);
  }
}

function isBelow(count: number, most: number | null): boolean {
  return most === null || count < most;
}
