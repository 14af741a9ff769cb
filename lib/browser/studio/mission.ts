import type { ErrorCode } from '../../errors.ts';
import type { RequestInput } from '../../signaling.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { Accepted } from './presenter-line.ts';
import type { ResumeTicket } from './resume-tickets.ts';

/** What the presenter decides before going live. */
export type ShowPlan = Omit<RequestInput<'broadcast:start'>, 'sdpOffer'>;

/** What is to be sent: a show that begins, one that goes on, or one that somebody sends from elsewhere. */
export type Mission =
  | { kind: 'start'; plan: ShowPlan }
  | { kind: 'resume'; ticket: ResumeTicket }
  | { kind: 'yielded'; ticket: ResumeTicket };

/** With these the server says that there is nothing to come back to. */
export const overCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['resume-refused', 'not-live']);

/** What the server is asked when a presenter begins, and when one comes back. */
export function askToPresent(mission: Mission, server: Signaling, sdpOffer: string): Promise<Accepted> {
  if (mission.kind === 'start') return server.request('broadcast:start', { ...mission.plan, sdpOffer });
  return server.request('broadcast:resume', { ...claimOf(mission.ticket), sdpOffer });
}

/** The part of a ticket that the server wants to see. */
export function claimOf({ channel, resumeToken }: ResumeTicket): { channel: string; resumeToken: string } {
  return { channel, resumeToken };
}
