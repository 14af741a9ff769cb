import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { networkAddresses } from './network-addresses.ts';

function at(address: string, internal = false): NetworkInterfaceInfo {
  const rest = { netmask: '', mac: '', internal, cidr: null };
  return address.includes(':')
    ? { address, family: 'IPv6', scopeid: 0, ...rest }
    : { address, family: 'IPv4', ...rest };
}

describe('the addresses of this machine in its network', () => {
  it('are those of its cards, without loopback, link-local ones, and networks of containers', () => {
    const interfaces = {
      lo: [at('127.0.0.1', true), at('::1', true)],
      eth0: [at('192.0.2.7'), at('2001:db8::7'), at('fe80::7')],
      wlan0: [at('198.51.100.7'), at('169.254.3.4')],
      docker0: [at('172.17.0.1')],
      'br-12ab': [at('172.18.0.1')],
      veth12: [at('172.19.0.1')],
    };
    expect(networkAddresses(interfaces)).toEqual(['192.0.2.7', '198.51.100.7']);
  });

  it('are IPv6 addresses only where there is no IPv4', () => {
    expect(networkAddresses({ eth0: [at('2001:db8::7'), at('fe80::7')] })).toEqual(['2001:db8::7']);
    expect(networkAddresses({ lo: [at('127.0.0.1', true)] })).toEqual([]);
  });
});
