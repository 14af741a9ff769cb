import { isIPv6 } from 'node:net';
import type { Config } from './config.ts';

/** The server cannot start for a reason that its owner can mend; the message is one sentence that says how. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Turns a failure into one that ends the start, with what to do about it.
 * @param sentence what went wrong, where the failure's own message is not meant for people
 */
export function failStart(advice: string, sentence?: string): (error: unknown) => never {
  return (error) => {
    const what = sentence ?? (error instanceof Error ? error.message : String(error));
    throw new StartError(`${what} ${advice}`, { cause: error });
  };
}

/** What the owner reads once the server listens. It is the only place that shows the presenter key. */
export function startBanner(parts: { config: Config; port: number; key: string; kurentoUrl: string }): string {
  const { config, port, key, kurentoUrl } = parts;
  const local = `http://${localHost(config.host)}:${port}`;
  const address = config.publicUrl ?? local;
  const mediaServer = config.kurentoUrl === null ? `embedded, at ${kurentoUrl}` : `Kurento, at ${kurentoUrl}`;
  return [
    '',
    `  Rostrum is listening on ${local}`,
    '',
    `  Watch         ${address}/`,
    `  Go live       ${address}/present#key=${encodeURIComponent(key)}`,
    '                (keep this link to yourself: whoever has it can broadcast)',
    `  Recordings    ${config.recordingsDir}`,
    `  Media server  ${mediaServer}`,
    '',
  ].join('\n');
}

/** What this machine calls itself in the address of a page: whoever listens on one address is found nowhere else. */
function localHost(host: string | null): string {
  if (host === null || host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}
