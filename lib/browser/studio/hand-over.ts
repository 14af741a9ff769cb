import type { ResumeTicket } from './resume-tickets.ts';

/** What another device needs to take a show over. */
export type HandOver = Pick<ResumeTicket, 'channel' | 'broadcastId' | 'resumeToken'>;

/**
 * The address at which another device takes over the show of `ticket`. All of it that is secret, the presenter key
 * included, stands in the hash, which never travels to a server.
 */
export function handOverAddress(origin: string, key: string, ticket: HandOver): string {
  const { channel, broadcastId: broadcast, resumeToken: resume } = ticket;
  return `${origin}/present#${new URLSearchParams({ key, channel, broadcast, resume }).toString()}`;
}

/** The ticket out of such an address' hash, as of `now` in milliseconds since the epoch; `null` if there is none. */
export function ticketFromHash(hash: string, now: number = Date.now()): ResumeTicket | null {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const [channel, broadcastId, resumeToken] = ['channel', 'broadcast', 'resume'].map((name) => words.get(name));
  if (!channel || !broadcastId || !resumeToken) return null;
  // Its title, and whether it is recorded, the server will tell.
  return { channel, broadcastId, resumeToken, title: channel, record: false, keptAt: now };
}
