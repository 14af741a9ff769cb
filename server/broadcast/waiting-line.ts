import { randomBytes } from 'node:crypto';
import { lineFull } from './broadcast-errors.ts';
import type { Applicant } from './broadcast-types.ts';

/** How many people may wait, on all channels together. */
const maxLength = 5_000;
/** The minimum time between two announcements of places that only moved up, in milliseconds. */
const tellEveryMs = 500;

/** Called with the new position: 1 is the next, and 0 means that a seat is held, to be taken now. */
export type LineListener = (position: number) => void;

/** A place in the line. The ticket is a random text with which its holder finds it again. */
export type Place = { position: number; ticket: string };

type Entry = {
  readonly ticket: string;
  applicant: Applicant;
  moved: LineListener;
  /** `away` while the person's socket is gone; `offered` while a seat is held for them. */
  state: 'waiting' | 'away' | 'offered';
  timer: NodeJS.Timeout | undefined;
  /** The position that the person knows. */
  announced: number;
};

type WaitingLineParts = {
  /** How long a seat is offered, in milliseconds. */
  offerMs: number;
  /** How long a place is kept for a person who is away, in milliseconds. */
  placeMs: number;
  /** Reserves a seat for an applicant; returns false if none is free for them. */
  reserve: (applicant: Applicant) => boolean;
  /** Gives a reserved seat back. */
  release: (applicant: Applicant) => void;
};

/**
 * The people who wait for a seat, in the order in which they came. One for whom there is none, because of their channel
 * or address, does not hold up the others.
 */
export class WaitingLine {
  readonly #parts: WaitingLineParts;
  /** By ticket, in order. */
  readonly #entries = new Map<string, Entry>();
  readonly #tickets = new Map<string, string>();
  #tellTimer: NodeJS.Timeout | undefined;

  constructor(parts: WaitingLineParts) {
    this.#parts = parts;
  }

  /**
   * Takes a place at the end, or the one that belongs to the ticket. If somebody else still waits there, as in a tab
   * that was duplicated, they wait at the end from then on.
   * @throws AppError `stream-full` when the line is full
   */
  enter(applicant: Applicant, ticket: string | null, moved: LineListener): Place {
    const own = this.#entryOf(applicant.peerId);
    const found = this.#entries.get(ticket ?? '') ?? own;
    const known = found?.applicant.channel === applicant.channel ? found : undefined;
    if (own !== undefined && own !== known) this.leave(applicant.peerId);
    if (known === undefined && this.#entries.size >= maxLength) throw lineFull();
    const entry = known ?? this.#append(applicant, moved);
    if (known !== undefined) this.#handOver(known, applicant, moved);
    this.advance();
    entry.announced = entry.state === 'offered' ? 0 : (this.#positions().get(entry) ?? 1);
    return { position: entry.announced, ticket: entry.ticket };
  }

  #handOver(entry: Entry, applicant: Applicant, moved: LineListener): void {
    const { applicant: former, moved: formerMoved, state } = entry;
    // A seat that is held is counted for the former applicant's address.
    if (state === 'offered') this.#parts.release(former);
    this.#tickets.delete(former.peerId);
    entry.applicant = applicant;
    entry.moved = moved;
    this.#tickets.set(applicant.peerId, entry.ticket);
    this.#set(entry, 'waiting');
    if (state !== 'away' && former.peerId !== applicant.peerId) this.#append(former, formerMoved);
  }

  /** Takes the seat that is held for this applicant. Returns false if there is none. */
  accept(applicant: Applicant): boolean {
    const entry = this.#entryOf(applicant.peerId);
    if (entry?.state !== 'offered' || entry.applicant.channel !== applicant.channel) return false;
    // The seat was counted with the address that the person had then.
    this.#parts.release(entry.applicant);
    if (!this.#parts.reserve(applicant)) return false;
    this.#remove(entry);
    return true;
  }

  leave(peerId: string): void {
    const entry = this.#entryOf(peerId);
    if (entry === undefined) return;
    const wasOffered = entry.state === 'offered';
    if (wasOffered) this.#parts.release(entry.applicant);
    this.#remove(entry);
    if (wasOffered) this.advance();
    this.#tellSoon();
  }

  /** Keeps the place of a person whose socket is gone. A seat that was held for them goes to the next. */
  away(peerId: string): void {
    const entry = this.#entryOf(peerId);
    if (entry === undefined) return;
    const wasOffered = entry.state === 'offered';
    if (wasOffered) this.#parts.release(entry.applicant);
    this.#set(entry, 'away', this.#parts.placeMs, () => {
      this.#remove(entry);
      this.#tellSoon();
    });
    if (wasOffered) this.advance();
  }

  /** Offers the free seats to the first ones in line. */
  advance(): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.state !== 'waiting' || !this.#parts.reserve(entry.applicant)) continue;
      this.#set(entry, 'offered', this.#parts.offerMs, () => this.#notTaken(entry));
      entry.announced = 0;
      entry.moved(0);
    }
    this.#tellSoon();
  }

  clear(channel: string): void {
    for (const entry of [...this.#entries.values()])
      if (entry.applicant.channel === channel) this.leave(entry.applicant.peerId);
  }

  close(): void {
    clearTimeout(this.#tellTimer);
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
  }

  /** A viewer who does not take a seat in time goes back to the end of the line. */
  #notTaken(entry: Entry): void {
    this.#parts.release(entry.applicant);
    this.#entries.delete(entry.ticket);
    this.#entries.set(entry.ticket, entry);
    this.#set(entry, 'waiting');
    this.advance();
  }

  #append(applicant: Applicant, moved: LineListener): Entry {
    const ticket = randomBytes(16).toString('base64url');
    const entry: Entry = { ticket, applicant, moved, state: 'waiting', timer: undefined, announced: 0 };
    this.#entries.set(ticket, entry);
    this.#tickets.set(applicant.peerId, ticket);
    return entry;
  }

  #entryOf(peerId: string): Entry | undefined {
    return this.#entries.get(this.#tickets.get(peerId) ?? '');
  }

  #remove(entry: Entry): void {
    clearTimeout(entry.timer);
    this.#entries.delete(entry.ticket);
    this.#tickets.delete(entry.applicant.peerId);
  }

  #set(entry: Entry, state: Entry['state'], forMs?: number, then?: () => void): void {
    clearTimeout(entry.timer);
    entry.state = state;
    entry.timer = forMs === undefined || then === undefined ? undefined : setTimeout(then, forMs);
  }

  /** The position of everyone who waits, on their own channel. Those who are away keep theirs. */
  #positions(): Map<Entry, number> {
    const last = new Map<string, number>();
    const positions = new Map<Entry, number>();
    for (const entry of this.#entries.values()) {
      if (entry.state === 'offered') continue;
      const position = (last.get(entry.applicant.channel) ?? 0) + 1;
      last.set(entry.applicant.channel, position);
      positions.set(entry, position);
    }
    return positions;
  }

  #tellSoon(): void {
    if (this.#entries.size === 0) return;
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = undefined;
      for (const [entry, position] of this.#positions()) {
        if (entry.state === 'away' || entry.announced === position) continue;
        entry.announced = position;
        entry.moved(position);
      }
    }, tellEveryMs);
  }
}
