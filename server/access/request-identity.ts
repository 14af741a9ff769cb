import type { IncomingMessage } from 'node:http';
import type { Visitor } from '../gates/rate-limits.ts';
import { bearerKey } from '../storage/presenter-key.ts';
import type { Access, Identity } from './access.ts';

/** The session cookie of a browser; see session-route.ts. */
export const sessionCookie = 'rostrum-session';

/** The sender of the request, as the limits of attempts know them. */
export function visitorOf(request: IncomingMessage, access: Access): Visitor {
  return { address: access.addressOf(request) };
}

/**
 * Who sent the request, by its `Authorization: Bearer` header or, without that, by the session cookie.
 * @throws AppError as {@link Access.identify} does, for the header; a session that is over makes anyone of its holder
 */
export async function identityOf(request: IncomingMessage, access: Access): Promise<Identity> {
  const credential = bearerKey(request);
  if (credential !== null) return await access.identify(credential, visitorOf(request, access));
  return await sessionOf(request, access);
}

/** Who sent the request, by the session cookie alone. */
export async function sessionOf({ headers }: IncomingMessage, access: Access): Promise<Identity> {
  const pattern = new RegExp(`(?:^|;\\s*)${sessionCookie}=([\\w.-]+)`);
  return await access.resume(pattern.exec(headers.cookie ?? '')?.[1] ?? '');
}
