import { describe, expect, it } from 'vitest';
import { type NetworkProperties, readNetwork } from './link-network.ts';

const nothing: NetworkProperties = {
  stunServerAddress: '',
  stunServerPort: 3478,
  turnUrl: '',
  externalIPv4: '',
  externalIPv6: '',
  networkInterfaces: '',
};
const common = { netmask: '', mac: '', cidr: null, internal: false };
const interfaces = {
  eth0: [{ ...common, family: 'IPv4', address: '192.0.2.2' } as const],
  wlan0: [{ ...common, family: 'IPv4', address: '192.0.2.3' } as const],
};

describe('the network properties of an endpoint', () => {
  it('R103: ask for nothing by default', () => {
    expect(readNetwork(nothing, interfaces)).toEqual({
      network: { stunServer: null, turnServer: null, announced: { 4: null, 6: null }, localAddresses: null },
      problems: [],
    });
  });

  it('R103: are read as Kurento writes them', () => {
    const properties: NetworkProperties = {
      stunServerAddress: '198.51.100.1',
      stunServerPort: 19302,
      turnUrl: 'ann:s3:cret@[2001:db8::1]:3479?transport=udp',
      externalIPv4: '203.0.113.5',
      externalIPv6: 'auto',
      networkInterfaces: 'wlan0, tun7',
    };
    expect(readNetwork(properties, interfaces)).toEqual({
      network: {
        stunServer: { address: '198.51.100.1', port: 19302 },
        turnServer: { address: '2001:db8::1', port: 3479, username: 'ann', password: 's3:cret' },
        announced: { 4: '203.0.113.5', 6: null },
        localAddresses: ['192.0.2.3'],
      },
      problems: [],
    });
  });

  it.each([
    [{ stunServerAddress: 'stun.example.org' }, 'STUN server stun.example.org:3478 is left out'],
    [{ stunServerAddress: '198.51.100.1', stunServerPort: 0 }, 'STUN server 198.51.100.1:0 is left out'],
    [{ turnUrl: 'turn.example.org' }, 'give turnUrl as user:password@IP-address:port'],
    [{ turnUrl: 'a:b@198.51.100.1:3478?transport=tls' }, 'not over tls'],
    [{ externalIPv4: '2001:db8::1' }, "externalIPv4 '2001:db8::1' is not an IPv4 address"],
    [{ networkInterfaces: 'eth7' }, 'None of the network interfaces eth7 exists here'],
  ])('R103: are left out and reported when they make no sense: %j', (wrong, sentence) => {
    const { network, problems } = readNetwork({ ...nothing, ...wrong }, interfaces);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
    expect(network).toEqual(readNetwork(nothing, interfaces).network);
  });

  it('R103: never reveal the password of a TURN server', () => {
    const { problems } = readNetwork({ ...nothing, turnUrl: 'ann:secret@nowhere' }, interfaces);
    expect(problems.join()).not.toContain('secret');
  });
});
