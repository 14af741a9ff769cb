import { expect, it } from 'vitest';
import { interfaceAddresses, singleHost, urlHost, withoutBrackets } from './host-address.ts';

it.each([null, undefined, '0.0.0.0', '::'])('knows that %s means all addresses', (host) => {
  expect(singleHost(host)).toBeNull();
});

it.each(['127.0.0.1', '::1', 'localhost', '192.0.2.7', ''])('knows that “%s” is not all addresses', (host) => {
  expect(singleHost(host)).toBe(host);
});

it.each([
  ['2001:db8::7', '[2001:db8::7]'],
  ['192.0.2.7', '192.0.2.7'],
  ['live.example.org', 'live.example.org'],
])('writes %s as %s in URLs, and reads it back', (host, written) => {
  expect(urlHost(host)).toBe(written);
  expect(new URL(`http://${written}:8080`).hostname).toBe(written);
  expect(withoutBrackets(written)).toBe(host);
});

it('lists the addresses of all interfaces', () => {
  const entry = (address: string) => ({
    address,
    netmask: '255.255.255.0',
    family: 'IPv4' as const,
    mac: '00:00:00:00:00:00',
    internal: false,
    cidr: null,
  });
  const interfaces = { lo: [entry('127.0.0.1')], eth0: [entry('192.0.2.7'), entry('192.0.2.8')], gone: undefined };
  expect(interfaceAddresses(interfaces).map(({ address }) => address)).toEqual(['127.0.0.1', '192.0.2.7', '192.0.2.8']);
});
