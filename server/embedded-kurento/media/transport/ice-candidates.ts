import { isIP, isIPv6 } from 'node:net';
import type { LinkNetwork, PeerLink } from '../media-types.ts';
import type { AnswerPlan } from '../sdp/sdp-answer.ts';

/** For server-reflexive candidates, below any host candidate: https://www.rfc-editor.org/rfc/rfc8445#section-5.1.2.2 */
const serverReflexivePreference = 100;

const candidatePattern = /^(?:a=)?candidate:(\S+) (\d+) (\S+) (\d+) (\S+) (\d+) typ (host|srflx|prflx|relay)\b/i;

/**
 * Reads a candidate of a peer (https://www.rfc-editor.org/rfc/rfc8839#section-5.1) and rewrites it, so that nothing
 * else reaches native code.
 * @returns null for candidates that are of no use: TCP, component 2, mDNS names, invalid text
 */
export function readRemoteCandidate(text: string): string | null {
  const match = candidatePattern.exec(text.slice(0, 1000).trim());
  if (match === null) return null;
  const [, foundation = '', component, protocol = '', priorityDigits, address = '', portDigits, type = ''] = match;
  // As numbers, so that no long run of leading zeros gets through.
  const [priority, port] = [Number(priorityDigits), Number(portDigits)];
  if (component !== '1' || protocol.toUpperCase() !== 'UDP') return null;
  if (isIP(address) === 0 || address.includes('%')) return null;
  if (port < 1 || port > 65_535 || priority > 0xffffffff) return null;
  // A foundation is 1 to 32 letters, digits, + or /; anything else would only be refused.
  const safeFoundation = /^[A-Za-z0-9+/]{1,32}$/.test(foundation) ? foundation : '1';
  return `candidate:${safeFoundation} 1 UDP ${priority} ${address} ${port} typ ${type.toLowerCase()}`;
}

/**
 * Writes one of our candidates as Kurento does, with the external address of its family instead of the host's own.
 * @param localAddresses the host's addresses that may be announced; all when null
 * @returns null when the candidate must not be announced or is not valid
 */
export function writeLocalCandidate(
  text: string,
  external: Readonly<Partial<Record<4 | 6, string | null>>>,
  localAddresses: readonly string[] | null = null,
): string | null {
  const match = candidatePattern.exec(text.trim());
  if (match === null) return null;
  const [, foundation, component, protocol = '', priority, address = '', port, type] = match;
  if (type === 'host' && localAddresses !== null && !localAddresses.includes(address)) return null;
  const family = isIP(address) === 6 ? 6 : 4;
  const announced = (type === 'host' ? external[family] : undefined) ?? address;
  return `candidate:${foundation} ${component} ${protocol.toUpperCase()} ${priority} ${announced} ${port} typ ${type}`;
}

/**
 * One of our host candidates as seen at an address of a one-to-one NAT. It is server-reflexive, so that peers that can
 * reach the host itself prefer the host candidate.
 * @param host as written by `writeLocalCandidate`
 * @param index distinguishes the announced addresses; the first is preferred
 * @returns null when `host` is not a host candidate of the address's family
 */
function writeAnnouncedCandidate(host: string, address: string, index: number): string | null {
  const [, component, protocol, , local = '', port, , type] = host.split(' ');
  if (type !== 'host' || isIP(local) !== isIP(address)) return null;
  const priority = serverReflexivePreference * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  const place = `${address} ${port} typ srflx raddr ${local} rport ${port}`;
  return `candidate:A${index + 1} ${component} ${protocol} ${priority} ${place}`;
}

/** More candidates from one peer are invalid or an attack. */
const maxCandidates = 100;

/** A candidate that a peer has trickled. */
export type TrickledCandidate = Parameters<PeerLink['addCandidate']>[0];

/** Whether a candidate is for one of the m-lines of a description; one that names no m-line is for all of them. */
export function namesMedia(
  medias: readonly { readonly mid: string }[],
  { sdpMid, sdpMLineIndex }: TrickledCandidate,
): boolean {
  if (sdpMid !== null && sdpMid !== '') return medias.some((media) => media.mid === sdpMid);
  return sdpMLineIndex === null || (sdpMLineIndex >= 0 && sdpMLineIndex < medias.length);
}

/** Keeps candidates that arrive too early, and passes each one on only once, whatever its m-line. */
export class CandidateExchange {
  readonly #announcedIps: readonly string[];
  /** By type, address and port. */
  readonly #local = new Map<string, string>();
  readonly #remote = new Set<string>();
  #early: TrickledCandidate[] = [];
  #network: Pick<LinkNetwork, 'announced' | 'localAddresses'> = {
    announced: { 4: null, 6: null },
    localAddresses: null,
  };

  /** @param announcedIps announced in addition to the host's own addresses, unless the link has others */
  constructor(announcedIps: readonly string[] = []) {
    this.#announcedIps = announcedIps;
  }

  /** Sets which of our own addresses may be announced, and which addresses replace them. */
  restrict(network: Pick<LinkNetwork, 'announced' | 'localAddresses'>): void {
    this.#network = network;
  }

  /** Our own candidates so far. */
  get local(): Iterable<string> {
    return this.#local.values();
  }

  /** Keeps a candidate that arrived before the offer, unless it is useless and would only displace a better one. */
  keepEarly({ candidate: text, sdpMid, sdpMLineIndex }: TrickledCandidate): void {
    const candidate = readRemoteCandidate(text);
    if (candidate === null || this.#early.length >= maxCandidates) return;
    this.#early.push({ candidate, sdpMid, sdpMLineIndex });
  }

  /** Returns the early candidates and removes them. */
  takeEarly(): TrickledCandidate[] {
    const early = this.#early;
    this.#early = [];
    return early;
  }

  /** The candidate in a form that is safe for native code; null when it is of no use or already known. */
  acceptRemote(text: string): string | null {
    const candidate = readRemoteCandidate(text);
    if (candidate === null || this.#remote.has(candidate) || this.#remote.size >= maxCandidates) return null;
    this.#remote.add(candidate);
    return candidate;
  }

  /** The candidates to announce to the peer for a gathered one; without those that were already announced. */
  acceptLocal(text: string): string[] {
    const { announced, localAddresses } = this.#network;
    const candidate = writeLocalCandidate(text, announced, localAddresses);
    if (candidate === null) return [];
    const family = isIPv6(candidate.split(' ')[4] ?? '') ? 6 : 4;
    // The link's own announced address replaces all others, as in Kurento.
    const beside = announced[family] === null ? this.#announcedIps : [];
    const seen = beside.map((address, index) => writeAnnouncedCandidate(candidate, address, index));
    return [candidate, ...seen].flatMap((each) => (each === null || !this.#isNew(each) ? [] : [each]));
  }

  /** Behind a single NAT address, the candidates of all interfaces are identical. */
  #isNew(candidate: string): boolean {
    const [, , , , address, port, , type] = candidate.split(' ');
    const key = `${type} ${address} ${port}`;
    if (this.#local.has(key)) return false;
    this.#local.set(key, candidate);
    return true;
  }
}

/**
 * The time that a peer has for its first check, in milliseconds. A peer that cannot reach us, and waits for our check,
 * connects this much later.
 */
const headStartMs = 500;

/**
 * Whether the peer should check first, because it may lose our first DTLS message if that arrives before one of the
 * peer's own checks was answered, as libdatachannel and Firefox do. The message is repeated only after a second
 * (https://www.rfc-editor.org/rfc/rfc6347#section-4.2.4.1). libwebrtc, which is in Chromium and Safari, keeps the
 * message; no other library writes its offers like this. A lite peer never checks
 * (https://www.rfc-editor.org/rfc/rfc8445#section-2.5), and behind a NAT that must be opened from our side, the peer's
 * checks get through only after ours.
 */
export function letsPeerCheckFirst({ offer, transport, setup }: AnswerPlan, network: LinkNetwork | null): boolean {
  const isLibwebrtc = offer.extmapAllowMixed && /^ WMS(?! \*)/.test(offer.msidSemantic);
  const opensNat = (network?.stunServer ?? null) !== null || (network?.turnServer ?? null) !== null;
  return setup === 'active' && !transport.iceLite && !isLibwebrtc && !opensNat;
}

/**
 * Holds a peer's candidates back, and with them our own connectivity checks, so that the peer is the first to know that
 * it is connected.
 *
 * The side that begins the DTLS handshake does so as soon as one of its own checks is answered, whether or not the
 * other side has got as far. The peer's checks need no candidates from it: we learn its address from them, and then
 * check (https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.4). However long the path, a peer that starts when it has
 * the answer is ahead by the head start that it was given. After that time the candidates are passed on anyway, for
 * peers whose checks do not get through.
 */
export class CandidateBuffer {
  readonly #deliver: (candidate: string) => void;
  /** `null` when nothing is held back. */
  #held: string[] | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: (candidate: string) => void) {
    this.#deliver = deliver;
  }

  /** Holds back the candidates that arrive from now on. */
  begin(): void {
    this.#held ??= [];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), headStartMs);
  }

  take(candidate: string): void {
    if (this.#held === null) this.#deliver(candidate);
    else this.#held.push(candidate);
  }

  /** Discards the candidates that are held back. */
  close(): void {
    clearTimeout(this.#timer);
    this.#held = null;
  }

  #end(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const candidate of held) this.#deliver(candidate);
  }
}
