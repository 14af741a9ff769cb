import { randomBytes } from 'node:crypto';
import { lineFull } from './broadcast-errors.ts';
import type { Guest } from './broadcast-types.ts';

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
  guest: Guest;
  moved: LineListener;
  /** `away` while the person's socket is gone; `offered` while a seat is held for them. */
  state: 'waiting' | 'away' | 'offered';
  timer: NodeJS.Timeout | undefined;
  /** The position that the person knows. */
  told: number;
};

type WaitingLineParts = {
  /** How long a seat is offered, in milliseconds. */
  offerMs: number;
  /** How long a place is kept for a person who is away, in milliseconds. */
  placeMs: number;
  /** Reserves a seat for a guest; returns false if none is free for them. */
  reserve: (guest: Guest) => boolean;
  /** Gives a reserved seat back. */
  release: (guest: Guest) => void;
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
  enter(guest: Guest, ticket: string | null, moved: LineListener): Place {
    const own = this.#entryOf(guest.peerId);
    const found = this.#entries.get(ticket ?? '') ?? own;
    const known = found?.guest.channel === guest.channel ? found : undefined;
    if (own !== undefined && own !== known) this.leave(guest.peerId);
    if (known === undefined && this.#entries.size >= maxLength) throw lineFull();
    const entry = known ?? this.#append(guest, moved);
    if (known !== undefined) this.#handOver(known, guest, moved);
    this.advance();
    entry.told = entry.state === 'offered' ? 0 : (this.#positions().get(entry) ?? 1);
    return { position: entry.told, ticket: entry.ticket };
  }

  #handOver(entry: Entry, guest: Guest, moved: LineListener): void {
    const { guest: former, moved: formerMoved, state } = entry;
    // A seat that is held is counted for the former guest's address.
    if (state === 'offered') this.#parts.release(former);
    this.#tickets.delete(former.peerId);
    entry.guest = guest;
    entry.moved = moved;
    this.#tickets.set(guest.peerId, entry.ticket);
    this.#set(entry, 'waiting');
    if (state !== 'away' && former.peerId !== guest.peerId) this.#append(former, formerMoved);
  }

  /** Takes the seat that is held for this guest. Returns false if there is none. */
  accept(guest: Guest): boolean {
    const entry = this.#entryOf(guest.peerId);
    if (entry?.state !== 'offered' || entry.guest.channel !== guest.channel) return false;
    // The seat was counted with the address that the person had then.
    this.#parts.release(entry.guest);
    if (!this.#parts.reserve(guest)) return false;
    this.#remove(entry);
    return true;
  }

  leave(peerId: string): void {
    const entry = this.#entryOf(peerId);
    if (entry === undefined) return;
    const wasOffered = entry.state === 'offered';
    if (wasOffered) this.#parts.release(entry.guest);
    this.#remove(entry);
    if (wasOffered) this.advance();
    this.#tellSoon();
  }

  /** Keeps the place of a person whose socket is gone. A seat that was held for them goes to the next. */
  away(peerId: string): void {
    const entry = this.#entryOf(peerId);
    if (entry === undefined) return;
    const wasOffered = entry.state === 'offered';
    if (wasOffered) this.#parts.release(entry.guest);
    this.#set(entry, 'away', this.#parts.placeMs, () => {
      this.#remove(entry);
      this.#tellSoon();
    });
    if (wasOffered) this.advance();
  }

  /** Offers the free seats to the first ones in line. */
  advance(): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.state !== 'waiting' || !this.#parts.reserve(entry.guest)) continue;
      this.#set(entry, 'offered', this.#parts.offerMs, () => this.#notTaken(entry));
      entry.told = 0;
      entry.moved(0);
    }
    this.#tellSoon();
  }

  clear(channel: string): void {
    for (const entry of [...this.#entries.values()])
      if (entry.guest.channel === channel) this.leave(entry.guest.peerId);
  }

  close(): void {
    clearTimeout(this.#tellTimer);
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
  }

  /** Whoever does not take a seat in time waits at the end again. */
  #notTaken(entry: Entry): void {
    this.#parts.release(entry.guest);
    this.#entries.delete(entry.ticket);
    this.#entries.set(entry.ticket, entry);
    this.#set(entry, 'waiting');
    this.advance();
  }

  #append(guest: Guest, moved: LineListener): Entry {
    const ticket = randomBytes(16).toString('base64url');
    const entry: Entry = { ticket, guest, moved, state: 'waiting', timer: undefined, told: 0 };
    this.#entries.set(ticket, entry);
    this.#tickets.set(guest.peerId, ticket);
    return entry;
  }

  #entryOf(peerId: string): Entry | undefined {
    return this.#entries.get(this.#tickets.get(peerId) ?? '');
  }

  #remove(entry: Entry): void {
    clearTimeout(entry.timer);
    this.#entries.delete(entry.ticket);
    this.#tickets.delete(entry.guest.peerId);
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
      const position = (last.get(entry.guest.channel) ?? 0) + 1;
      last.set(entry.guest.channel, position);
      positions.set(entry, position);
    }
    return positions;
  }

  #tellSoon(): void {
    if (this.#entries.size === 0) return;
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = undefined;
      for (const [entry, position] of this.#positions()) {
        if (entry.state === 'away' || entry.told === position) continue;
        entry.told = position;
        entry.moved(position);
      }
    }, tellEveryMs);
  }
}
