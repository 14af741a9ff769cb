import { isIP, isIPv6 } from 'node:net';
import type { LinkNetwork, PeerLink } from '../media-types.ts';
import type { AnswerPlan } from '../sdp/sdp-answer.ts';

/** Of server-reflexive candidates, below those of all hosts: https://www.rfc-editor.org/rfc/rfc8445#section-5.1.2.2 */
const serverReflexivePreference = 100;

const candidatePattern = /^(?:a=)?candidate:(\S+) (\d+) (\S+) (\d+) (\S+) (\d+) typ (host|srflx|prflx|relay)\b/i;

/**
 * Reads a candidate of a peer (https://www.rfc-editor.org/rfc/rfc8839#section-5.1) and writes it anew, so that
 * nothing else reaches native code.
 * @returns null for whatever is of no use: TCP, component 2, mDNS names, nonsense
 */
export function readRemoteCandidate(text: string): string | null {
  const match = candidatePattern.exec(text.slice(0, 1000).trim());
  if (match === null) return null;
  const [, foundation = '', component, protocol = '', priorityDigits, address = '', portDigits, type = ''] = match;
  // As numbers, so that no row of zeros gets through.
  const [priority, port] = [Number(priorityDigits), Number(portDigits)];
  if (component !== '1' || protocol.toUpperCase() !== 'UDP') return null;
  if (isIP(address) === 0 || address.includes('%')) return null;
  if (port < 1 || port > 65_535 || priority > 0xffffffff) return null;
  // A foundation is 1 to 32 letters, digits, + or /; what is longer or else would only be refused.
  const safeFoundation = /^[A-Za-z0-9+/]{1,32}$/.test(foundation) ? foundation : '1';
  return `candidate:${safeFoundation} 1 UDP ${priority} ${address} ${port} typ ${type.toLowerCase()}`;
}

/**
 * Writes one of our candidates as Kurento does, in place of the host's own address the external one of its family.
 * @param localAddresses the host's addresses that may be told; all when null
 * @returns null when it is none that can be told
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
 * One of our host candidates as it is seen at an address of a NAT that maps one to one. It is server-reflexive, so that
 * peers who reach the host itself prefer that.
 * @param host as `writeLocalCandidate` writes it
 * @param index tells the announced addresses apart; the first is preferred
 * @returns null when `host` is no host candidate of the address's family
 */
function writeAnnouncedCandidate(host: string, address: string, index: number): string | null {
  const [, component, protocol, , local = '', port, , type] = host.split(' ');
  if (type !== 'host' || isIP(local) !== isIP(address)) return null;
  const priority = serverReflexivePreference * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;
  const place = `${address} ${port} typ srflx raddr ${local} rport ${port}`;
  return `candidate:A${index + 1} ${component} ${protocol} ${priority} ${place}`;
}

/** More of a peer's candidates is nonsense or an attack. */
const maxCandidates = 100;

/** A candidate as a peer trickles it. */
export type TrickledCandidate = Parameters<PeerLink['addCandidate']>[0];

/** Whether a candidate is for one of the m-lines of a description; one that names none is for all. */
export function namesMedia(
  medias: readonly { readonly mid: string }[],
  { sdpMid, sdpMLineIndex }: TrickledCandidate,
): boolean {
  if (sdpMid !== null && sdpMid !== '') return medias.some((media) => media.mid === sdpMid);
  return sdpMLineIndex === null || (sdpMLineIndex >= 0 && sdpMLineIndex < medias.length);
}

/** Keeps candidates that come too early, and lets each one through only once, whatever m-line brings it. */
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

  /** @param announcedIps what peers are told beside the host's own addresses, unless the link has others */
  constructor(announcedIps: readonly string[] = []) {
    this.#announcedIps = announcedIps;
  }

  /** Says which of our own addresses may be told, and as what. */
  restrict(network: Pick<LinkNetwork, 'announced' | 'localAddresses'>): void {
    this.#network = network;
  }

  /** Our own candidates so far. */
  get local(): Iterable<string> {
    return this.#local.values();
  }

  /** Keeps a candidate that came before the offer, unless it is of no use and would only take a better one's place. */
  keepEarly({ candidate: text, sdpMid, sdpMLineIndex }: TrickledCandidate): void {
    const candidate = readRemoteCandidate(text);
    if (candidate === null || this.#early.length >= maxCandidates) return;
    this.#early.push({ candidate, sdpMid, sdpMLineIndex });
  }

  /** Gives back what was kept, and keeps it no longer. */
  takeEarly(): TrickledCandidate[] {
    const early = this.#early;
    this.#early = [];
    return early;
  }

  /** The candidate as it may be given to native code; null when it is of no use or known already. */
  acceptRemote(text: string): string | null {
    const candidate = readRemoteCandidate(text);
    if (candidate === null || this.#remote.has(candidate) || this.#remote.size >= maxCandidates) return null;
    this.#remote.add(candidate);
    return candidate;
  }

  /** The candidates to be told to the peer for one that was gathered; none for what has been told already. */
  acceptLocal(text: string): string[] {
    const { announced, localAddresses } = this.#network;
    const candidate = writeLocalCandidate(text, announced, localAddresses);
    if (candidate === null) return [];
    const family = isIPv6(candidate.split(' ')[4] ?? '') ? 6 : 4;
    // An address of the link's own is in place of all others, as Kurento has it.
    const beside = announced[family] === null ? this.#announcedIps : [];
    const seen = beside.map((address, index) => writeAnnouncedCandidate(candidate, address, index));
    return [candidate, ...seen].flatMap((each) => (each === null || !this.#isNew(each) ? [] : [each]));
  }

  /** Behind one and the same address of a NAT, the candidates of all interfaces are one and the same. */
  #isNew(candidate: string): boolean {
    const [, , , , address, port, , type] = candidate.split(' ');
    const key = `${type} ${address} ${port}`;
    if (this.#local.has(key)) return false;
    this.#local.set(key, candidate);
    return true;
  }
}

/**
 * How long a peer has for its first check, in milliseconds. A peer that cannot reach us, and waits for our check, is
 * connected so much later.
 */
const headStartMs = 500;

/**
 * Whether the peer is to check first, because it may lose our first DTLS message when that comes before a check of the
 * peer's own was answered, as libdatachannel and Firefox do. The message is repeated only after a second
 * (https://www.rfc-editor.org/rfc/rfc6347#section-4.2.4.1). libwebrtc, which is in Chromium and Safari and alone writes
 * its offers so, keeps it. A lite peer never checks (https://www.rfc-editor.org/rfc/rfc8445#section-2.5), and behind a
 * NAT that has to be opened from our side its checks get through only after ours.
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
 * Who begins the DTLS handshake does so as soon as one of its own checks is answered, whether or not the peer is as
 * far. The peer's checks need no candidates of its own: we learn its address from them, and check then
 * (https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.4). However long the way, a peer that begins when it has the
 * answer is ahead by the time that it was given. After that the candidates are handed on all the same, for peers whose
 * checks do not get through.
 */
export class CandidateBuffer {
  readonly #deliver: (candidate: string) => void;
  /** `null` when nothing is held back. */
  #held: string[] | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: (candidate: string) => void) {
    this.#deliver = deliver;
  }

  /** Holds back what comes from now on. */
  begin(): void {
    this.#held ??= [];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), headStartMs);
  }

  take(candidate: string): void {
    if (this.#held === null) this.#deliver(candidate);
    else this.#held.push(candidate);
  }

  /** Forgets what is held back. */
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
