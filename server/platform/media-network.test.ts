import { describe, expect, it } from 'vitest';
import { readMediaNetwork } from './media-network.ts';

const names = { announcedIp: '--announced-ip', bindIp: '--bind-ip', minPort: '--min-port', maxPort: '--max-port' };

describe('the settings for the network of media', () => {
  it('are empty unless something is set', () => {
    expect(readMediaNetwork({}, names)).toEqual({ network: {}, faults: [] });
  });

  it('are reported with all their faults together, by their own names', () => {
    const texts = { announcedIp: 'example.org', bindIp: 'fe80::1%eth0', minPort: '80', maxPort: 'many' };
    const { network, faults } = readMediaNetwork(texts, names);
    expect(network).toEqual({});
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      '--min-port',
      '--max-port',
      '--bind-ip',
      '--announced-ip',
    ]);
  });

  it.each([
    ['1023', '2000', '“1023” is not a media port'],
    ['1024', '65536', '“65536” is not a media port'],
    ['40000', undefined, '--max-port: Please set it too'],
    ['40001', '40000', 'must not be greater'],
  ])('refuse the ports from %s to %s', (minPort, maxPort, sentence) => {
    expect(readMediaNetwork({ minPort, maxPort }, names).faults.join('\n')).toContain(sentence);
  });
});
