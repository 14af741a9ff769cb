import type { IncomingMessage } from 'node:http';
import { expect, it, vi } from 'vitest';
import { limitedAddress, readClientAddresses } from './client-address.ts';
import { createOriginCheck } from './origin-check.ts';

/** The parts of a request that are read here. */
const request = (remoteAddress: string, headers: IncomingMessage['headers'] = {}) =>
  ({ socket: { remoteAddress }, headers }) as IncomingMessage;

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
  ['', 'unknown'],
])('counts %s as %s', (address, counted) => {
  expect(limitedAddress(address)).toBe(counted);
});

it('ignores X-Forwarded-For by default, and reports who sent it', () => {
  const ignored = vi.fn();
  const addresses = readClientAddresses([], ignored);
  expect(addresses.of(request('127.0.0.1', { 'x-forwarded-for': '203.0.113.7' }))).toBe('127.0.0.1');
  expect(addresses.hostOf(request('127.0.0.1', { host: 'A:3000', 'x-forwarded-host': 'b' }))).toBe('a:3000');
  expect(ignored).toHaveBeenCalledWith('127.0.0.1');
});

it.each([
  ['one proxy', '203.0.113.7', '203.0.113.7'],
  ['two proxies', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['a client that sends the header itself', '198.51.100.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['a client that claims to be a proxy', '10.9.9.9, 203.0.113.7', '203.0.113.7'],
  ['a proxy that forwards the port', '203.0.113.7:4711', '203.0.113.7'],
  ['the same with IPv6', '[2001:db8:1:2::7]:4711', '2001:db8:1:2::/64'],
  ['nothing', '', '127.0.0.1'],
  ['nonsense', 'unknown', '127.0.0.1'],
  ['an injected line', '203.0.113.7\r\nX: y', '127.0.0.1'],
])('finds the client behind %s', (_, forwarded, client) => {
  const addresses = readClientAddresses(['loopback', '10.0.0.0/8']);
  expect(addresses.of(request('::ffff:127.0.0.1', { 'x-forwarded-for': forwarded }))).toBe(client);
  expect(addresses.of(request('198.51.100.9', { 'x-forwarded-for': forwarded }))).toBe('198.51.100.9');
});

const own = [
  ['a page of this server', { host: 'live.example:3000', origin: 'http://live.example:3000' }],
  ['one behind a proxy that ends TLS', { host: 'live.example', origin: 'https://live.example' }],
  ['a host in capitals', { host: 'LIVE.example', origin: 'https://live.example' }],
  ['a host with the port of the scheme', { host: 'live.example:443', origin: 'https://live.example' }],
  ['the address in PUBLIC_URL', { host: '127.0.0.1:3000', origin: 'https://public.example' }],
  ['the host that a trusted proxy forwards', { 'x-forwarded-host': 'a.example', origin: 'https://a.example' }],
  ['a browser that says so', { host: 'inner', origin: 'https://outer.example', 'sec-fetch-site': 'same-origin' }],
  ['an address that somebody typed', { host: 'live.example', 'sec-fetch-site': 'none' }],
  ['a program', { host: 'live.example' }],
] as const;

it.each(own)('accepts %s', (_, headers) => {
  const addresses = readClientAddresses(['127.0.0.1']);
  expect(createOriginCheck({ publicUrl: 'https://public.example/', addresses })(request('127.0.0.1', headers))).toBe(
    true,
  );
});

const foreign = [
  ['another site', { host: 'live.example', origin: 'https://evil.example' }],
  ['a subdomain', { host: 'live.example', origin: 'https://evil.live.example' }],
  ['another port', { host: 'live.example', origin: 'https://live.example:8443' }],
  ['a name that begins alike', { host: 'live.example', origin: 'https://live.example.evil' }],
  ['a sandboxed frame or a file', { host: 'live.example', origin: 'null' }],
  ['another scheme', { host: 'live.example', origin: 'chrome-extension://live.example' }],
  ['no host at all', { origin: 'https://evil.example' }],
  ['an empty origin', { host: '', origin: '' }],
  ['a link or an image of another site', { host: 'live.example', 'sec-fetch-site': 'cross-site' }],
  ['one of a neighbouring site', { host: 'live.example', 'sec-fetch-site': 'same-site' }],
  [
    'a forwarded host that nobody vouches for',
    { host: 'live.example', origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
  ],
] as const;

it.each(foreign)('refuses %s', (_, headers) => {
  const addresses = readClientAddresses([]);
  expect(createOriginCheck({ publicUrl: null, addresses })(request('127.0.0.1', headers))).toBe(false);
});
