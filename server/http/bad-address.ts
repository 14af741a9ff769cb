import { readFile } from 'node:fs/promises';
import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '../../lib/errors.ts';
import { localeCookie, localeFor } from '../../lib/i18n/locales.ts';

/**
 * Whether the target of a request can be looked up: a path, or an absolute address as in requests to proxies
 * (RFC 9112 §3.2), whose percent-encoding decodes to text (RFC 3986 §2.1). The query may be anything.
 */
export function isReadableAddress(target: string): boolean {
  const isWhole = /^https?:\/\//i.test(target);
  if (isWhole ? !URL.canParse(target) : !target.startsWith('/')) return false;
  const [path = ''] = target.split(/[?#]/);
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * A web server that answers malformed addresses with 400 before anything else handles them: routes, pages and sockets
 * each fail on them in a different way.
 */
export class AddressCheckingServer extends Server {
  readonly #root: string;

  /** @param root the project's folder, which contains the texts for people */
  constructor(root: string) {
    // Slow senders are looked for this often, in milliseconds; Node's default is half a minute.
    super({ connectionsCheckingInterval: 5_000 });
    this.#root = root;
  }

  override emit(event: string, ...values: unknown[]): boolean {
    return refuseBadAddress(this.#root, event, values) || super.emit(event, ...values);
  }
}

/**
 * Answers the request of a server's event if its address is malformed, and makes its socket safe.
 * @param root the project's folder, which contains the texts for people
 * @returns false if the event is to be handled as usual
 */
export function refuseBadAddress(root: string, event: string, values: readonly unknown[]): boolean {
  const [request, answer] = values;
  if (!(request instanceof IncomingMessage)) return false;
  // Until a handler takes the socket over, nothing listens for its errors, and an unhandled one ends the process.
  if (event === 'upgrade') (answer as Duplex).on('error', () => {});
  if (answer instanceof ServerResponse) endUnread(request, answer);
  if (isReadableAddress(request.url ?? '')) return false;
  if (answer instanceof ServerResponse) void refuse(request, answer, root);
  else if (event === 'upgrade') (answer as Duplex).end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  return true;
}

/** Closes the connection if a request was answered before its body was read: Node would read all of it to discard it. */
function endUnread(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (!request.complete) request.destroy();
  });
}

/** Answers that there can be no such address: to people in their language, to programs as JSON. Never rejects. */
async function refuse(request: IncomingMessage, response: ServerResponse, root: string): Promise<void> {
  const isPerson = /\btext\/html\b/.test(request.headers.accept ?? '');
  const body = isPerson ? await page(request, root).catch(() => '') : JSON.stringify({ error: unreadable });
  response.writeHead(400, {
    'Content-Type': isPerson ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'self'",
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const unreadable: ErrorBody = {
  code: 'bad-request',
  message: 'This address is malformed: each percent sign in it must be followed by two hexadecimal digits.',
};

/** The page for a malformed address. It is as plain as possible, because nothing in the request can be trusted. */
async function page({ headers }: IncomingMessage, root: string): Promise<string> {
  const chosen = new RegExp(`(?:^|;\\s*)${localeCookie}=(\\w+)`).exec(headers.cookie ?? '')?.[1];
  const locale = localeFor(chosen, headers['accept-language'] ?? null);
  const text: unknown = JSON.parse(await readFile(join(root, 'lib/i18n/messages', locale, 'errors.json'), 'utf8'));
  // The catalogue is our own, and the compiler checks the keys that pages use.
  const { title, remedy } = (text as Record<'bad-request', { title: string; remedy: string }>)['bad-request'];
  return `<!doctype html><html lang="${locale}"><title>${title}</title><h1>${title}</h1><p>${remedy}</p></html>`;
}
