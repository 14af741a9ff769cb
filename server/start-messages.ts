import { renderUnicodeCompact } from 'uqr';
import type { Config } from './config.ts';
import { singleHost, urlHost } from './platform/host-address.ts';
import type { S3Settings } from './s3-settings.ts';

/** The server cannot start for a reason that its owner can fix. The message is one sentence that says how. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Returns a handler that turns a failure into a StartError with advice on what to do.
 * @param sentence what went wrong, if the failure's own message is not meant for people
 */
export function failStart(advice: string, sentence?: string): (error: unknown) => never {
  return (error) => {
    const what = sentence ?? (error instanceof Error ? error.message : String(error));
    throw new StartError(`${what} ${advice}`, { cause: error });
  };
}

/** What the text for the owner is about. */
export type BannerParts = {
  config: Config;
  port: number;
  key: string;
  /** The media servers: first those of the settings, then the embedded ones. */
  kurentoUrls: readonly string[];
  /** The addresses of this machine at which phones in its network can present, the most likely one first. */
  lanAddresses: readonly string[];
};

/** The text that is printed for the owner once the server listens. Only this text shows the presenter key. */
export function startBanner({ config, port, key, kurentoUrls, lanAddresses }: BannerParts): string {
  const scheme = config.https === null ? 'http' : 'https';
  const local = origin(scheme, localHost(config.host), port);
  const address = config.publicUrl ?? local;
  const mediaServers = kurentoUrls.map((url, index) => {
    // The query holds the embedded media server’s secret.
    const [shown] = url.split('?');
    const kind = index < config.kurentoUrls.length ? 'Kurento' : 'embedded';
    return `  ${index === 0 ? 'Media server' : '            '}  ${kind}, at ${shown}`;
  });
  return [
    '',
    `  Rostrum is listening on ${local}`,
    '',
    `  Watch         ${address}/`,
    `  Go live       ${address}${presenterPath(key)}`,
    '                (keep this link to yourself: anyone who has it can broadcast)',
    ...lanLines(
      lanAddresses.map((each) => origin(scheme, each, port)),
      key,
    ),
    `  Recordings    ${config.recordingsDir}`,
    ...storeLines(config.recordingsStore),
    ...mediaServers,
    '',
  ].join('\n');
}

/** Where recordings are kept after they are finished, without the key. */
function storeLines(store: S3Settings | null): string[] {
  if (store === null) return [];
  const place = store.endpoint ?? `Amazon S3 in ${store.region}`;
  return [`                then the bucket “${store.bucket}” at ${place}`];
}

/** The links for this network, and a QR code with which a phone opens the studio. */
function lanLines(origins: readonly string[], key: string): string[] {
  const [first] = origins;
  if (first === undefined) return [];
  const code = renderUnicodeCompact(`${first}${presenterPath(key)}`, { border: 2 });
  return [
    ...origins.map((each, index) => `  ${index === 0 ? 'This network' : '            '}  ${each}/`),
    '',
    ...code.split('\n').map((line) => `    ${line}`),
    '',
    `  Scan this code to go live from a phone, at ${first}/present (keep it to yourself, too).`,
    '  Each browser warns once about the self-signed certificate: choose “Advanced”, and then to proceed.',
    '',
  ];
}

function presenterPath(key: string): string {
  return `/present#key=${encodeURIComponent(key)}`;
}

function origin(scheme: string, host: string, port: number): string {
  const address = `${scheme}://${urlHost(host)}:${port}`;
  // The port that belongs to the scheme is left out.
  return URL.canParse(address) ? new URL(address).origin : address;
}

/** The host name for local addresses. A server that listens on one address can be reached only at that address. */
function localHost(host: string | null): string {
  return singleHost(host) ?? 'localhost';
}
