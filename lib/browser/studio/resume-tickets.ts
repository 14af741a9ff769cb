import type { ErrorCode } from '../../errors.ts';
import type { BroadcastView } from '../../signaling.ts';
import { openStorage, openTabStorage, type StoredValues } from '../page/browser-storage.ts';

/** The data needed to resume a broadcast. The token is a secret: it is never shown. */
export type ResumeTicket = {
  channel: string;
  title: string;
  record: boolean;
  broadcastId: string;
  resumeToken: string;
  /** When the ticket was stored, in milliseconds since the epoch. */
  keptAt: number;
};

/** The errors that mean the broadcast is gone: there is nothing to resume, and its ticket is worthless. */
export const terminalErrorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['resume-refused', 'not-live']);

/** The ticket of a broadcast for which the server has just accepted us as the presenter. */
export function ticketOf(broadcast: BroadcastView, resumeToken: string, record: boolean): ResumeTicket {
  const { channel, title, broadcastId } = broadcast;
  return { channel, title, record, broadcastId, resumeToken, keptAt: Date.now() };
}

/** The part of a ticket that is sent to the server. */
export function claimOf({ channel, resumeToken }: ResumeTicket): { channel: string; resumeToken: string } {
  return { channel, resumeToken };
}

const storageKey = 'rostrum.resume';
/**
 * The number of tickets that are stored. Only the server knows which broadcasts are over; their age does not show it on
 * a device whose clock is wrong or was set meanwhile.
 */
const mostTickets = 8;

/**
 * The tickets of this browser, by channel. The tab stores its own as well, so that with several shows of one person, a
 * reload leads back to the show of the tab.
 */
export class ResumeTickets {
  readonly #tab: StoredValues;
  readonly #browser: StoredValues;

  constructor(tab: StoredValues = openTabStorage(), browser: StoredValues = openStorage()) {
    this.#tab = tab;
    this.#browser = browser;
  }

  /** Stores `ticket` in place of the former one of its channel. */
  keep(ticket: ResumeTicket): void {
    write(this.#tab, [ticket]);
    write(this.#browser, [ticket, ...read(this.#browser).filter(({ channel }) => channel !== ticket.channel)]);
  }

  /** Forgets the ticket of a broadcast that is over; a newer one on the same channel stays. */
  forget(broadcastId: string): void {
    for (const storage of [this.#tab, this.#browser]) {
      write(
        storage,
        read(storage).filter((ticket) => ticket.broadcastId !== broadcastId),
      );
    }
  }

  /** The newest ticket of a broadcast: another tab may have received a newer one. */
  find(broadcastId: string): ResumeTicket | null {
    return this.#all().find((ticket) => ticket.broadcastId === broadcastId) ?? null;
  }

  /** The tickets that may be resumed, one per broadcast: the tab's own first, then the newest first. */
  list(): ResumeTicket[] {
    const own = new Set(read(this.#tab).map(({ broadcastId }) => broadcastId));
    const all = this.#all();
    const newest = all.filter(
      (ticket, index) => all.findIndex(({ broadcastId }) => broadcastId === ticket.broadcastId) === index,
    );
    const isOwn = ({ broadcastId }: ResumeTicket) => own.has(broadcastId);
    return [...newest.filter(isOwn), ...newest.filter((ticket) => !isOwn(ticket))];
  }

  #all(): ResumeTicket[] {
    return [...read(this.#browser), ...read(this.#tab)].sort((a, b) => b.keptAt - a.keptAt);
  }
}

function read(storage: StoredValues): ResumeTicket[] {
  let kept: unknown;
  try {
    kept = JSON.parse(storage.getItem(storageKey) ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(kept)) return [];
  return kept.filter(isTicket);
}

function write(storage: StoredValues, tickets: ResumeTicket[]): void {
  try {
    if (tickets.length === 0) storage.removeItem(storageKey);
    else storage.setItem(storageKey, JSON.stringify(tickets.slice(0, mostTickets)));
  } catch {
    // A browser that stores nothing still resumes automatically; only a reload then ends the show.
  }
}

function isTicket(value: unknown): value is ResumeTicket {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    ['channel', 'title', 'broadcastId', 'resumeToken'].every((name) => typeof fields.get(name) === 'string') &&
    typeof fields.get('record') === 'boolean' &&
    typeof fields.get('keptAt') === 'number'
  );
}
