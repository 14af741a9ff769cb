import type { Config } from './config.ts';

/** What the owner reads once the server listens. It is the only place that shows the presenter key. */
export function startBanner(parts: { config: Config; port: number; key: string; kurentoUrl: string }): string {
  const { config, port, key, kurentoUrl } = parts;
  const address = config.publicUrl ?? `http://localhost:${port}`;
  const mediaServer = config.kurentoUrl === null ? `embedded, at ${kurentoUrl}` : `Kurento, at ${kurentoUrl}`;
  return [
    '',
    `  Rostrum is listening on http://localhost:${port}`,
    '',
    `  Watch         ${address}/`,
    `  Go live       ${address}/present#key=${encodeURIComponent(key)}`,
    '                (keep this link to yourself: whoever has it can broadcast)',
    `  Recordings    ${config.recordingsDir}`,
    `  Media server  ${mediaServer}`,
    '',
  ].join('\n');
}
