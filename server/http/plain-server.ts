import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type SecureSite, secureAddress } from './secure-address.ts';

/** The path of a question by a certificate authority, and its token: https://www.rfc-editor.org/rfc/rfc8555#section-8.3 */
const challenge = /^\/\.well-known\/acme-challenge\/([\w-]{1,200})$/;

/** Answers plain HTTP on a server with HTTPS: the questions of certificate authorities, and redirects for all else. */
export function answerPlainHttp(site: SecureSite, answers: ReadonlyMap<string, string>): RequestListener {
  return (request, response) => {
    const answer = answers.get(challenge.exec(request.url ?? '')?.[1] ?? '');
    if (answer === undefined) redirect(request, response, site);
    else
      response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store' }).end(answer);
  };
}

/** The redirect is temporary: browsers remember permanent ones even after the owner has switched HTTPS off. */
function redirect({ headers, url, socket }: IncomingMessage, response: ServerResponse, site: SecureSite): void {
  const localAddress = socket.localAddress ?? '127.0.0.1';
  const location = secureAddress({ host: headers.host, target: url ?? '/', localAddress }, site);
  response.writeHead(307, { Location: location, 'Cache-Control': 'no-store', 'Content-Length': 0 });
  response.end();
}
