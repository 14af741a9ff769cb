import { renderUnicodeCompact } from 'uqr';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { startBanner } from './start-messages.ts';

/** The address that is printed for the pages of a server with these settings. */
function printed(settings: Record<string, string>): string | undefined {
  const parts = { config: readConfig(settings), port: 3000, key: 'k', kurentoUrls: ['ws://127.0.0.1:1/kurento'] };
  const text = startBanner({ ...parts, lanAddresses: [] });
  return /listening on (\S+)/.exec(text)?.[1];
}

describe('the address that is printed at the start', () => {
  it.each([
    ['', 'http://localhost:3000'],
    ['0.0.0.0', 'http://localhost:3000'],
    ['::', 'http://localhost:3000'],
    ['192.0.2.7', 'http://192.0.2.7:3000'],
    ['::1', 'http://[::1]:3000'],
    ['fd00::2', 'http://[fd00::2]:3000'],
    ['my-host', 'http://my-host:3000'],
  ])('is one at which a server with HOST=%s can be reached: %s', (host, address) => {
    expect(printed({ HOST: host })).toBe(address);
  });
});

describe('the text at the start of a server with a store for recordings', () => {
  it('names the bucket and its place, and not the key', () => {
    const config = readConfig({
      RECORDINGS_S3_ENDPOINT: 'https://s3.example.org',
      RECORDINGS_S3_BUCKET: 'shows',
      RECORDINGS_S3_ACCESS_KEY_ID: 'the-id',
      RECORDINGS_S3_SECRET_ACCESS_KEY: 'the-secret',
    });
    const text = startBanner({
      config,
      port: 3000,
      key: 'k',
      kurentoUrls: ['ws://127.0.0.1:1/kurento'],
      lanAddresses: [],
    });
    expect(text).toMatch(/Recordings {4}\S+\n {16}then the bucket “shows” at https:\/\/s3\.example\.org\n/);
    expect(text).not.toMatch(/the-id|the-secret/);
  });
});

describe('the text at the start of a server with HTTPS', () => {
  const parts = { port: 3000, key: 'k', kurentoUrls: ['ws://127.0.0.1:1/kurento'] };

  it('has the links for this network, and a code that opens the studio at the first one', () => {
    const config = readConfig({ HTTPS: 'self-signed' });
    const text = startBanner({ ...parts, config, lanAddresses: ['192.0.2.7', '2001:db8::7'] });
    expect(text).toContain('listening on https://localhost:3000\n');
    expect(text).toMatch(/This network {2}https:\/\/192\.0\.2\.7:3000\/\n +https:\/\/\[2001:db8::7\]:3000\/\n/);
    const code = renderUnicodeCompact('https://192.0.2.7:3000/present#key=k', { border: 2 });
    for (const line of code.split('\n')) expect(text).toContain(`    ${line}\n`);
  });

  it('has no code if phones cannot reach it, and leaves out the usual port', () => {
    const acme = { HTTPS: 'acme', PUBLIC_URL: 'https://live.example.org', ACME_EMAIL: 'you@example.org' };
    const text = startBanner({ ...parts, port: 443, config: readConfig(acme), lanAddresses: [] });
    expect(text).toContain('listening on https://localhost\n');
    expect(text).toContain('Go live       https://live.example.org/present#key=k\n');
    expect(text).not.toMatch(/[█▀▄]/);
  });
});

it('names every media server, and no secret', () => {
  const config = readConfig({ KURENTO_URL: 'ws://one.example/kurento?secret=1', EMBEDDED_PROCESSES: '2' });
  const kurentoUrls = [
    'ws://one.example/kurento?secret=1',
    'ws://127.0.0.1:1/kurento?secret=2',
    'ws://127.0.0.1:2/kurento',
  ];
  const text = startBanner({ config, port: 3000, key: 'k', kurentoUrls, lanAddresses: [] });
  const indent = ' '.repeat(16);
  expect(text).toContain(
    `  Media server  Kurento, at ws://one.example/kurento\n${indent}embedded, at ws://127.0.0.1:1/kurento\n${indent}embedded, at ws://127.0.0.1:2/kurento\n`,
  );
  expect(text).not.toContain('secret');
});
