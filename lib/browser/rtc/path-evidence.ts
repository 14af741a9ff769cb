import { LinkStats, type StatsReport } from './link-stats.ts';

/** The network paths by which media reaches the media server, best first. */
export type NetworkPath = 'direct' | 'relay-udp' | 'tcp' | 'relay-tcp' | 'relay-tls';

/**
 * Why no better path was used: the media server's own UDP ports cannot be reached although UDP passes (`ports-closed`);
 * the network blocks UDP (`udp-blocked`); it blocks everything but TLS (`tls-only`); or UDP does not reach the media
 * server, for one of these reasons (`no-udp`).
 */
export type PathLimit = 'ports-closed' | 'udp-blocked' | 'tls-only' | 'no-udp';

/** What is wrong with the relays (TURN servers): they refuse our credentials, have no room, or do not answer. */
export type RelayTrouble = 'refused' | 'full' | 'unreachable';

/** Why no relay made a connection: the same; or there is none, or one was reached and did not reach the other side. */
export type RelayFailure = RelayTrouble | 'absent' | 'useless';

/** How a browser speaks to a relay. */
type RelayTransport = 'udp' | 'tcp' | 'tls';

/** What is known about the relays of a connection. */
export type RelayEvidence = {
  /** The transports of the relays that the browser was given. */
  given: ReadonlySet<RelayTransport>;
  /** The transports over which a relay has given us an address. */
  reached: ReadonlySet<RelayTransport>;
  /** The error codes of the relays: https://www.rfc-editor.org/rfc/rfc8656#section-19, and 701 for no answer. */
  errorCodes: ReadonlySet<number>;
};

/** Not every browser has these properties: https://www.w3.org/TR/webrtc/#rtcicecandidate-interface */
type RelayedCandidate = RTCIceCandidate & { relayProtocol?: string | null; url?: string | null };

/** Collects what a connection's browser learns about the paths to the other side, from its creation on. */
export class PathEvidence {
  readonly #connection: RTCPeerConnection;
  readonly #reached = new Set<RelayTransport>();
  readonly #errorCodes = new Set<number>();

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.type !== 'relay') return;
      const { relayProtocol, url }: RelayedCandidate = candidate;
      this.#reached.add(relayTransport(relayProtocol, url));
    });
    connection.addEventListener('icecandidateerror', ({ url, errorCode }) => {
      if (/^turns?:/i.test(url)) this.#errorCodes.add(errorCode);
    });
  }

  /** What is known about the relays so far; also after the connection was closed. */
  get relays(): RelayEvidence {
    const servers = this.#connection.getConfiguration().iceServers ?? [];
    const urls = servers.flatMap(({ urls }) => urls).filter((url) => /^turns?:/i.test(url));
    return {
      given: new Set(urls.map((url) => relayTransport(undefined, url))),
      reached: this.#reached,
      errorCodes: this.#errorCodes,
    };
  }
}

/** Not every browser names the protocol; the address of the relay implies it. */
function relayTransport(protocol: string | null | undefined, url: string | null | undefined): RelayTransport {
  if (protocol === 'udp' || protocol === 'tcp' || protocol === 'tls') return protocol;
  if (/^turns:/i.test(url ?? '')) return 'tls';
  return /[?&]transport=tcp/i.test(url ?? '') ? 'tcp' : 'udp';
}

/** The path of a link according to the browser's report; `null` while it is not known. */
export function pathOf(report: StatsReport | LinkStats): NetworkPath | null {
  const { localCandidate, remoteCandidate } = report instanceof LinkStats ? report : new LinkStats(report);
  if (localCandidate === undefined) return null;
  const { protocol, relayProtocol, candidateType, url } = localCandidate;
  if (candidateType === 'relay') return `relay-${relayTransport(relayProtocol, url)}`;
  if (remoteCandidate?.candidateType === 'relay') return 'relay-udp';
  const paths: Record<string, NetworkPath> = { udp: 'direct', tcp: 'tcp' };
  return paths[protocol?.toLowerCase() ?? ''] ?? null;
}

/** Why `path` was the best; `null` if there is no better one. */
export function limitOf(path: NetworkPath, { given, reached }: RelayEvidence): PathLimit | null {
  if (path === 'direct') return null;
  if (reached.has('udp') || path === 'relay-udp') return 'ports-closed';
  if (path === 'relay-tls' && given.has('tcp') && !reached.has('tcp')) return 'tls-only';
  return given.has('udp') ? 'udp-blocked' : 'no-udp';
}

const refusals = [401, 403, 441];
const shortages = [486, 508];

/**
 * What is wrong with the relays of a connection that uses `path`; `null` if nothing is known to be. A relay that does
 * not answer is no trouble while UDP gets through: that may be a matter of one of several network interfaces.
 */
export function relayTroubleOf(path: NetworkPath, relays: RelayEvidence): RelayTrouble | null {
  if (relays.given.size === 0) return null;
  return refusalOf(relays) ?? (path === 'tcp' && relays.reached.size === 0 ? 'unreachable' : null);
}

/** Why no relay made a connection that found no path. */
export function relayFailureOf(relays: RelayEvidence): RelayFailure {
  if (relays.given.size === 0) return 'absent';
  return refusalOf(relays) ?? (relays.reached.size > 0 ? 'useless' : 'unreachable');
}

function refusalOf({ errorCodes }: RelayEvidence): 'refused' | 'full' | null {
  if (refusals.some((code) => errorCodes.has(code))) return 'refused';
  return shortages.some((code) => errorCodes.has(code)) ? 'full' : null;
}
