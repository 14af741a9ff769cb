import { urlHost, withoutBrackets } from '../platform/host-address.ts';

/** A request over plain HTTP that is to be repeated over HTTPS. */
export type PlainRequest = {
  /** The `Host` header, which anyone can forge. */
  host: string | undefined;
  /** The target of the request: a path, or an absolute address. */
  target: string;
  /** The address of this machine at which the connection arrived. */
  localAddress: string;
};

/** Where this server's pages are found over HTTPS. */
export type SecureSite = {
  publicUrl: string | null;
  /** The port for HTTPS; `null` means the one that the request names, as plain HTTP arrived on the same port. */
  port: number | null;
  /** Whether the certificate is valid for a host. */
  covers: (host: string) => boolean;
};

/**
 * The address to which a request over plain HTTP is redirected. It always leads to this server: to the host that the
 * request names only if the certificate is valid for it, and otherwise to the public address, or to the address of this
 * machine that the connection used.
 */
export function secureAddress(request: PlainRequest, site: SecureSite): string {
  const origin = secureOrigin(request, site);
  const whole = `${origin}${pathOf(request.target)}`;
  return URL.canParse(whole) && new URL(whole).origin === origin ? new URL(whole).href : `${origin}/`;
}

function secureOrigin({ host, localAddress }: PlainRequest, { publicUrl, port, covers }: SecureSite): string {
  const named = parseHost(host);
  const published = publicUrl?.startsWith('https:') === true ? new URL(publicUrl) : null;
  if (published !== null && (named === null || named.hostname === published.hostname || !isCovered(named, covers))) {
    return published.origin;
  }
  const ownPort = port ?? Number(named?.port || 80);
  if (named !== null && isCovered(named, covers)) return new URL(`https://${named.hostname}:${ownPort}`).origin;
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return new URL(`https://${urlHost(address)}:${ownPort}`).origin;
}

/** Returns `null` for anything but a host with an optional port. */
function parseHost(host: string | undefined): URL | null {
  if (host === undefined || !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return null;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : null;
}

function isCovered({ hostname }: URL, covers: SecureSite['covers']): boolean {
  return covers(withoutBrackets(hostname));
}

/** The path with its query. Requests to proxies have absolute targets: https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  if (!URL.canParse(target)) return '/';
  const { pathname, search } = new URL(target);
  return `${pathname}${search}`;
}
