import { describe, expect, it } from 'vitest';
import { defaultBindAddress, unboundAddresses } from './local-address.ts';

const common = { netmask: '', mac: '', cidr: null, internal: false };
const ipv4 = { ...common, family: 'IPv4', address: '192.0.2.7' } as const;
const loopback = { ...common, family: 'IPv4', address: '127.0.0.1', internal: true } as const;
const ipv6 = (address: string) => ({ ...common, family: 'IPv6', address, scopeid: 0 }) as const;

describe('the default address for media', () => {
  it('R101: is IPv4 only on a host whose IPv6 addresses are not routed', () => {
    expect(defaultBindAddress({ eth0: [ipv4, ipv6('fe80::1')] })).toBe('0.0.0.0');
  });

  it('R101: is both families on a host with a global IPv6 address, or with a unique local one', () => {
    for (const address of ['2001:db8::2', 'fd00::2', 'fc00::2']) {
      expect(defaultBindAddress({ eth0: [ipv4, ipv6(address)] }), address).toBeUndefined();
    }
  });

  it('R101: is both families where there is no IPv4 beyond the loopback', () => {
    expect(defaultBindAddress({ lo: [loopback], eth0: [ipv6('fd00::2')] })).toBeUndefined();
    expect(defaultBindAddress({ lo: [loopback] })).toBeUndefined();
  });

  it('R132: is both families where an IPv6 address is announced', () => {
    const interfaces = { eth0: [ipv4, ipv6('fe80::2')] };
    expect(defaultBindAddress(interfaces, ['203.0.113.7'])).toBe('0.0.0.0');
    expect(defaultBindAddress(interfaces, ['203.0.113.7', '2001:db8::7'])).toBeUndefined();
  });

  it('R132: makes announced addresses of the other family unreachable', () => {
    const announced = ['203.0.113.7', '2001:db8::7'];
    expect(unboundAddresses(announced, '0.0.0.0')).toEqual(['2001:db8::7']);
    expect(unboundAddresses(announced, 'fd00::2')).toEqual(['203.0.113.7']);
    expect(unboundAddresses(announced, undefined)).toEqual([]);
    expect(unboundAddresses(announced, '::')).toEqual([]);
  });
});
