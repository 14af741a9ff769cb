import type { ErrorCode } from '../../errors.ts';
import type { BroadcastView } from '../../signaling.ts';
import { openStorage, openTabStorage, type StoredValues } from '../page/browser-storage.ts';

/** What is needed to take up a broadcast again. The token is a secret: it is never shown. */
export type ResumeTicket = {
  channel: string;
  title: string;
  record: boolean;
  broadcastId: string;
  resumeToken: string;
  /** When it was kept, in milliseconds since the epoch. */
  keptAt: number;
};

/** With these the server says that the broadcast is gone: there is nothing to resume, and its ticket is worth nothing. */
export const terminalErrorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['resume-refused', 'not-live']);

/** The ticket of a broadcast that the server has just let us present. */
export function ticketOf(broadcast: BroadcastView, resumeToken: string, record: boolean): ResumeTicket {
  const { channel, title, broadcastId } = broadcast;
  return { channel, title, record, broadcastId, resumeToken, keptAt: Date.now() };
}

/** The part of a ticket that the server wants to see. */
export function claimOf({ channel, resumeToken }: ResumeTicket): { channel: string; resumeToken: string } {
  return { channel, resumeToken };
}

const storageKey = 'rostrum.resume';
/**
 * So many are kept. Which of them is over the server knows; a device whose clock is wrong, or was set meanwhile, cannot
 * tell by their age.
 */
const mostTickets = 8;

/**
 * The tickets of this browser, by channel. The tab keeps its own as well: of several shows of one person, a reload
 * leads back to the one of the tab.
 */
export class ResumeTickets {
  readonly #tab: StoredValues;
  readonly #browser: StoredValues;

  constructor(tab: StoredValues = openTabStorage(), browser: StoredValues = openStorage()) {
    this.#tab = tab;
    this.#browser = browser;
  }

  /** Keeps `ticket` in place of the former one of its channel. */
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

  /** The newest ticket of a broadcast: another tab may have been given a newer one. */
  find(broadcastId: string): ResumeTicket | null {
    return this.#all().find((ticket) => ticket.broadcastId === broadcastId) ?? null;
  }

  /** What may be resumed, one a broadcast: the tab's own first, and then the newest first. */
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
    // A browser that keeps nothing still resumes by itself; only a reload is then the end.
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
