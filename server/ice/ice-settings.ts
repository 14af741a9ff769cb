import { isIPv4, isIPv6 } from 'node:net';
import { withoutBrackets } from '../platform/host-address.ts';

/** Where a STUN or TURN server is, and how to speak to it: https://www.rfc-editor.org/rfc/rfc7064, …/rfc7065 */
export type IceUrl = {
  readonly scheme: 'stun' | 'stuns' | 'turn' | 'turns';
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** The address as browsers expect it. */
  readonly text: string;
};

/** The STUN and TURN servers that help browsers, and on request the media server, to reach each other. */
export type IceSettings = {
  readonly stunUrls: readonly IceUrl[];
  readonly turnUrls: readonly IceUrl[];
  /** The secret that is shared with the TURN servers; `null` without TURN servers. */
  readonly turnSecret: string | null;
  /** How long credentials for the TURN servers are valid, in milliseconds. */
  readonly turnTtlMs: number;
  /** Whether the media server's endpoints use the TURN servers, too. */
  readonly mediaServerTurn: boolean;
};

/** The names of the settings. */
export const iceSettingNames = ['STUN_URLS', 'TURN_URLS', 'TURN_SECRET', 'TURN_TTL_S', 'MEDIA_SERVER_TURN'] as const;

type Texts = { [Name in (typeof iceSettingNames)[number]]?: string | undefined };

const minSecretLength = 8;
const defaultTtlS = 43_200;
const [minTtlS, maxTtlS] = [60, 604_800];
/** Every browser uses them all for each link, and warns from the fifth on. */
const maxUrls = 8;

/**
 * Parses the settings as people write them.
 * @returns the settings, and a sentence for each fault; a faulty setting is left out
 */
export function readIceSettings(texts: Texts): { ice: IceSettings; faults: readonly string[] } {
  const faults: string[] = [];
  const turnUrls = readUrls('TURN_URLS', texts.TURN_URLS, readTurnUrl, faults);
  const ice: IceSettings = {
    stunUrls: readUrls('STUN_URLS', texts.STUN_URLS, readStunUrl, faults),
    turnUrls,
    turnSecret: readSecret(texts, faults),
    turnTtlMs: readTtl(texts.TURN_TTL_S, faults) * 1_000,
    mediaServerTurn: readMediaServerTurn(texts, faults),
  };
  return { ice, faults };
}

function readUrls(
  name: string,
  text: string | undefined,
  read: (url: string) => IceUrl | null,
  faults: string[],
): readonly IceUrl[] {
  if (text === undefined) return [];
  const parts = [...new Set(text.split(',').map((part) => part.trim()))];
  if (parts.length > maxUrls) faults.push(`${name}: Please list at most ${maxUrls} servers.`);
  return parts.flatMap((part) => {
    const url = read(part);
    if (url !== null) return [url];
    faults.push(`${name}: “${part}” is not an address of such a server: ${examples[name]}`);
    return [];
  });
}

const examples: Record<string, string> = {
  STUN_URLS: 'give a comma-separated list such as stun:stun.example.org:3478.',
  TURN_URLS:
    'give a comma-separated list such as turn:turn.example.org:3478,turn:turn.example.org:3478?transport=tcp,' +
    'turns:turn.example.org:5349.',
};

const urlPattern = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;

function parse(text: string) {
  const match = urlPattern.exec(text);
  if (match === null) return null;
  const [, scheme = '', bracketed = '', portText, transport] = match;
  const isSecure = scheme.toLowerCase().endsWith('s');
  const host = withoutBrackets(bracketed);
  const port = portText === undefined ? (isSecure ? 5_349 : 3_478) : Number(portText);
  if (port < 1 || port > 65_535 || !isHost(host, bracketed.startsWith('['))) return null;
  return { scheme: scheme.toLowerCase(), isSecure, host, port, transport: transport?.toLowerCase() };
}

/** Digits and dots alone would be a name, too, but are always an address with a mistake in it. */
function isHost(host: string, isBracketed: boolean): boolean {
  if (isBracketed) return isIPv6(host);
  return /^[\d.]+$/.test(host) ? isIPv4(host) : !/^[.-]|\.\.|[.-]$/.test(host);
}

function readStunUrl(text: string): IceUrl | null {
  const parsed = parse(text);
  // A STUN URL names no transport: https://www.rfc-editor.org/rfc/rfc7064#section-3.1
  if (parsed === null || parsed.transport !== undefined) return null;
  const { scheme, host, port, isSecure } = parsed;
  if (scheme !== 'stun' && scheme !== 'stuns') return null;
  return { scheme, host, port, transport: isSecure ? 'tls' : 'udp', text };
}

function readTurnUrl(text: string): IceUrl | null {
  const parsed = parse(text);
  if (parsed === null) return null;
  const { scheme, host, port, transport, isSecure } = parsed;
  if (scheme !== 'turn' && scheme !== 'turns') return null;
  // With UDP it would mean DTLS, which no browser supports.
  if (isSecure && transport === 'udp') return null;
  return { scheme, host, port, transport: isSecure ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp', text };
}

function readSecret({ TURN_URLS: urls, TURN_SECRET: secret }: Texts, faults: string[]): string | null {
  if (urls === undefined && secret === undefined) return null;
  if (secret === undefined) {
    faults.push('TURN_SECRET: Please set it too: it is the static-auth-secret of the servers in TURN_URLS.');
    return null;
  }
  if (urls === undefined) {
    faults.push('TURN_URLS: Please set it too, or leave out TURN_SECRET: they belong together.');
    return null;
  }
  if (secret.length >= minSecretLength) return secret;
  faults.push(`TURN_SECRET: The secret must have at least ${minSecretLength} characters.`);
  return null;
}

function readTtl(text: string | undefined, faults: string[]): number {
  if (text === undefined) return defaultTtlS;
  const seconds = /^\d{1,7}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seconds >= minTtlS && seconds <= maxTtlS) return seconds;
  faults.push(`TURN_TTL_S: “${text}” is not a valid time: give a number of seconds from ${minTtlS} to ${maxTtlS}.`);
  return defaultTtlS;
}

function readMediaServerTurn({ TURN_URLS: urls, MEDIA_SERVER_TURN: text }: Texts, faults: string[]): boolean {
  if (text === undefined || text === 'off') return false;
  if (text !== 'on') faults.push(`MEDIA_SERVER_TURN: “${text}” is not a choice: give on or off.`);
  else if (urls === undefined) faults.push('MEDIA_SERVER_TURN: Please set TURN_URLS too, or leave it out.');
  return text === 'on' && urls !== undefined;
}
