import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyaddr from 'proxy-addr';

/** Determines who sent a request, behind the proxies that the owner trusts. */
export interface ClientAddresses {
  /**
   * The address of the client, as limits count it: IPv4 in dotted decimals, or the first 64 bits of an IPv6 address,
   * which one subscriber has for itself (RFC 6177 §2), such as `2001:db8:1:2::/64`.
   */
  of(request: IncomingMessage): string;
  /** The host that the client requested, with its port if there is one; empty if the request names none. */
  hostOf(request: IncomingMessage): string;
  /** Whether a trusted proxy has this address. */
  isProxy(address: string | undefined): boolean;
}

/**
 * Believes the `X-Forwarded-For` and `X-Forwarded-Host` of the proxies in `trusted`, and of nobody else.
 * @param trusted addresses and networks, as proxy-addr reads them
 * @param onIgnored called with the address of a sender whose `X-Forwarded-For` is not believed
 */
export function readClientAddresses(
  trusted: readonly string[],
  onIgnored: (sender: string) => void = () => {},
): ClientAddresses {
  const trust = proxyaddr.compile([...trusted]);
  const isProxy = (address: string | undefined) => address !== undefined && trust(address, 0);
  return {
    of: (request) => {
      const sender = request.socket.remoteAddress ?? '';
      if (!isProxy(sender)) {
        if (request.headers['x-forwarded-for'] !== undefined) onIgnored(sender);
        return limitedAddress(sender);
      }
      const forwarded = withoutPort(proxyaddr(request, trust));
      return limitedAddress(isIP(forwarded) === 0 ? sender : forwarded);
    },
    hostOf: (request) => {
      const forwarded = isProxy(request.socket.remoteAddress) ? request.headers['x-forwarded-host'] : undefined;
      const [host = ''] = String(forwarded ?? request.headers.host ?? '').split(',');
      return host.trim().toLowerCase();
    },
    isProxy,
  };
}

/** Some proxies forward the port too: `203.0.113.7:1234`, `[2001:db8::7]:1234`. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[(.+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}

/** An address, as limits count it; see {@link ClientAddresses.of}. */
export function limitedAddress(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const network = new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]);
  return `${network}/64`;
}
