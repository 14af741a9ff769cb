import { isIPv6 } from 'node:net';
import type { Config } from './config.ts';

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

/** The text that is printed for the owner once the server listens. Only this text shows the presenter key. */
export function startBanner(parts: { config: Config; port: number; key: string; kurentoUrl: string }): string {
  const { config, port, key, kurentoUrl } = parts;
  const local = `http://${localHost(config.host)}:${port}`;
  const address = config.publicUrl ?? local;
  // The query holds the embedded media server’s secret.
  const [shown] = kurentoUrl.split('?');
  const mediaServer = config.kurentoUrl === null ? `embedded, at ${shown}` : `Kurento, at ${shown}`;
  return [
    '',
    `  Rostrum is listening on ${local}`,
    '',
    `  Watch         ${address}/`,
    `  Go live       ${address}/present#key=${encodeURIComponent(key)}`,
    '                (keep this link to yourself: anyone who has it can broadcast)',
    `  Recordings    ${config.recordingsDir}`,
    `  Media server  ${mediaServer}`,
    '',
  ].join('\n');
}

/** The host name for local addresses. A server that listens on one address can be reached only at that address. */
function localHost(host: string | null): string {
  if (host === null || host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}
