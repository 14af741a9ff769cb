import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type ErrorBody } from '../../lib/errors.ts';
import type { Gates } from '../gates/gates.ts';

/** The largest body of a request to the API, in bytes. Nothing that is asked here has more than some lines. */
const maxBodyBytes = 64 * 1024;

/** The methods that change nothing (RFC 9110 §9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

type Refusal = { status: number; error: ErrorBody; headers?: Record<string, string> };

/**
 * Answers a request that must not reach any route: from another site's page, with a body that is too large, or one of
 * too many. Returns whether it did.
 * @param dev the development server of Next has its own requests, with other methods
 */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, gates: Gates, dev: boolean): boolean {
  const refusal = refusalOf(request, gates, dev);
  if (refusal === null) return false;
  const body = JSON.stringify({ error: refusal.error });
  // What is left of a body is not worth reading, so the connection ends with the answer.
  const close = hasBody(request) ? { Connection: 'close' } : {};
  response.writeHead(refusal.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...close,
    ...refusal.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

function refusalOf(request: IncomingMessage, gates: Gates, dev: boolean): Refusal | null {
  const { method = '', headers, url = '' } = request;
  const isSafe = safeMethods.has(method);
  // Node keeps the first of several, a proxy may have looked at another (RFC 9112 §3.2).
  if (countOf(request, 'host') > 1) return refuse(400, 'The request names more than one host.');
  const isApi = /^(?:https?:\/\/[^/]*)?\/api\//i.test(url);
  if (!isSafe && !gates.isOwnOrigin(request)) {
    return refuse(403, 'Pages of other sites may not change anything here. A proxy in front needs PUBLIC_URL.');
  }
  if (!isSafe && !isApi && !dev) {
    return { ...refuse(405, `This address does not support ${method}.`), headers: { Allow: 'GET, HEAD' } };
  }
  if (headers['transfer-encoding'] !== undefined && !dev) {
    return refuse(411, 'The request must say how long its body is, in Content-Length.');
  }
  if (Number(headers['content-length'] ?? 0) > (isSafe ? 0 : maxBodyBytes)) {
    return refuse(413, 'The body of this request is too large.');
  }
  // Files of a build are cheap to serve, and a page needs dozens of them.
  if (url.startsWith('/_next/static/')) return null;
  try {
    const isPreview = url.startsWith('/api/broadcasts/');
    gates.limits.spend(isPreview ? 'preview' : isApi ? 'download' : 'page', { address: gates.addresses.of(request) });
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { status: 429, error: error.toBody(), headers: { 'Retry-After': '10' } };
  }
}

function countOf({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}

function refuse(status: number, message: string): Refusal {
  return { status, error: { code: 'bad-request', message } };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
