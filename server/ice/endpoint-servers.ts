import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Logger } from '../logger.ts';
import { urlHost } from '../platform/host-address.ts';
import type { IceSettings, IceUrl } from './ice-settings.ts';
import { turnCredentials } from './turn-credentials.ts';

/** The servers of one endpoint of the media server, as Kurento's properties of a WebRtcEndpoint name them. */
type EndpointServers = {
  /** An IP address and a port. */
  stun: { address: string; port: number } | null;
  /** `user:password@address:port?transport=udp`, with an IP address. */
  turnUrl: string | null;
};

/** Resolves the servers for each new endpoint of the media server. */
export type EndpointServersSource = () => Promise<EndpointServers>;

const noServers: EndpointServers = { stun: null, turnUrl: null };
/** How long an address is used before its name is looked up again, in milliseconds. */
const addressLastsMs = 60_000;

type Parts = {
  settings: IceSettings;
  /** The transports over which the media server reaches a TURN server. */
  transports: readonly IceUrl['transport'][];
  logger: Logger;
};

/**
 * The first STUN and the first TURN server that the media server can use. It does not resolve names, so they are
 * resolved here. A name that cannot be resolved is left out, and logged: links may work without the server.
 */
export function endpointServersOf({ settings, transports, logger }: Parts): EndpointServersSource {
  const { turnSecret, turnTtlMs } = settings;
  const stunUrl = settings.stunUrls.find(({ transport }) => transport === 'udp');
  const turnUrl = settings.mediaServerTurn
    ? transports.flatMap((name) => settings.turnUrls.find(({ transport }) => transport === name) ?? [])[0]
    : undefined;
  if (settings.mediaServerTurn && turnUrl === undefined) {
    logger.warn('The media server uses no relay: add a turn: address without a transport to TURN_URLS');
  }
  if (stunUrl === undefined && turnUrl === undefined) return async () => noServers;
  const resolve = createResolver(logger);
  return async () => {
    const [stun, turn] = await Promise.all([resolve(stunUrl), resolve(turnUrl)]);
    return {
      stun: stun === null || stunUrl === undefined ? null : { address: stun, port: stunUrl.port },
      turnUrl: turn === null || turnUrl === undefined || turnSecret === null ? null : describeTurn(turn, turnUrl),
    };
  };

  function describeTurn(address: string, { port, transport }: IceUrl): string {
    // Kurento's form separates name and password with a colon, so the name must have none.
    const { username, credential } = turnCredentials(turnSecret ?? '', Date.now() + turnTtlMs);
    return `${username}:${credential}@${urlHost(address)}:${port}?transport=${transport}`;
  }
}

/** Resolves the host of a URL, IPv4 first, which is the only family that a Kurento accepts in a TURN address. */
function createResolver(logger: Logger): (url: IceUrl | undefined) => Promise<string | null> {
  const known = new Map<string, { address: Promise<string | null>; until: number }>();
  return async (url) => {
    if (url === undefined) return null;
    const { host } = url;
    if (isIP(host) !== 0) return host;
    const last = known.get(host);
    if (last !== undefined && Date.now() < last.until) return await last.address;
    const address = lookup(host, { order: 'ipv4first' }).then(
      (found) => found.address,
      (error: unknown) => {
        logger.warn({ err: error, host }, 'A STUN or TURN server is left out, as its name cannot be resolved');
        return null;
      },
    );
    known.set(host, { address, until: Date.now() + addressLastsMs });
    return await address;
  };
}
