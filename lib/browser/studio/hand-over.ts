import { isSignedLink } from '../page/stored-credentials.ts';
import type { ResumeTicket } from './resume-tickets.ts';

/** The data that another device needs to take a show over. */
export type HandOver = Pick<ResumeTicket, 'channel' | 'broadcastId' | 'resumeToken'>;

/**
 * The address at which another device takes over the show of `ticket`. All secrets, including the presenter key, are in
 * the hash, which is never sent to a server.
 */
export function handOverAddress(origin: string, key: string, ticket: HandOver): string {
  const { channel, broadcastId: broadcast, resumeToken: resume } = ticket;
  const credential = { [isSignedLink(key) ? 'token' : 'key']: key };
  return `${origin}/present#${new URLSearchParams({ ...credential, channel, broadcast, resume }).toString()}`;
}

/** The ticket in such an address's hash, kept at `now` in milliseconds since the epoch; `null` if there is none. */
export function ticketFromHash(hash: string, now: number = Date.now()): ResumeTicket | null {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const [channel, broadcastId, resumeToken] = ['channel', 'broadcast', 'resume'].map((name) => words.get(name));
  if (!channel || !broadcastId || !resumeToken) return null;
  // The server will report the title, and whether the show is recorded.
  return { channel, broadcastId, resumeToken, title: channel, record: false, keptAt: now };
}
