import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { startBanner } from './start-messages.ts';

/** The address that is printed for the pages of a server with these settings. */
function printed(settings: Record<string, string>): string | undefined {
  const parts = { config: readConfig(settings), port: 3000, key: 'k', kurentoUrl: 'ws://127.0.0.1:1/kurento' };
  return /listening on (\S+)/.exec(startBanner(parts))?.[1];
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
