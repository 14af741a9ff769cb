import type { IncomingMessage, ServerResponse } from 'node:http';
import { sessionPath } from '../../lib/recording.ts';
import { type Access, sessionLifetimeS } from '../access/access.ts';
import { wrongKey } from '../access/access-errors.ts';
import { answerFailure, refuseMethod } from '../access/json-answers.ts';
import { sessionCookie, sessionOf, visitorOf } from '../access/request-identity.ts';
import type { Logger } from '../logger.ts';
import { bearerKey } from '../storage/presenter-key.ts';
import type { Route } from './http-server.ts';

/**
 * Answers `/api/session`. `POST` with `Authorization: Bearer <key, signed link or ticket>` gives the browser a cookie
 * for requests that cannot send that header: `<video src>` and downloads. The cookie adds to what the browser has shown
 * before. `DELETE` ends the session. The header cannot be sent by other sites' pages, and the cookie is `SameSite`.
 */
export function createSessionRoute(access: Access, logger: Logger): Route {
  return (request, response) => {
    if (request.url?.split('?')[0] !== sessionPath) return false;
    answer(request, response, access).catch((error: unknown) => {
      answerFailure(response, error, logger, 'A session could not be opened');
    });
    return true;
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, access: Access): Promise<void> {
  const { method = '' } = request;
  if (method !== 'POST' && method !== 'DELETE') {
    refuseMethod(request, response, 'POST, DELETE');
    return;
  }
  response.setHeader('Set-Cookie', method === 'POST' ? await open(request, access) : describeCookie(request, '', 0));
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(204).end();
}

async function open(request: IncomingMessage, access: Access): Promise<string> {
  const credential = bearerKey(request);
  if (credential === null) throw wrongKey();
  const token = await access.openSession(credential, visitorOf(request, access), await sessionOf(request, access));
  return describeCookie(request, token, sessionLifetimeS);
}

/** Scripts never see the cookie, other sites' pages never send it, and only our own API receives it (RFC 6265 §4.1). */
function describeCookie(request: IncomingMessage, token: string, maxAgeS: number): string {
  const attributes = ['Path=/api', `Max-Age=${maxAgeS}`, 'HttpOnly', 'SameSite=Strict'];
  return [`${sessionCookie}=${token}`, ...attributes, ...(isSecure(request) ? ['Secure'] : [])].join('; ');
}

/** Behind a proxy, only the browser knows that the page is secure. Its `Origin` affects nothing but its own cookie. */
function isSecure({ headers, socket }: IncomingMessage): boolean {
  return 'encrypted' in socket || /^https:/i.test(headers.origin ?? '');
}
