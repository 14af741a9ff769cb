import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';

describe('the command line', () => {
  it('R40: listens where Kurento does by default', () => {
    expect(readCommandLine([])).toEqual({ help: false, standby: false, options: { port: 8888 } });
    expect(readCommandLine(['--help'])).toEqual({ help: true });
  });

  it('R40: reads every option', () => {
    const options = {
      port: 0,
      host: '::1',
      portRange: { min: 40_000, max: 40_100 },
      bindIp: '127.0.0.1',
      announcedIps: ['203.0.113.7', '2001:db8::7'],
      recordingsRoot: '/recordings',
      maxTranscodes: 3,
    };
    const network = '--min-port 40000 --max-port 40100 --bind-ip 127.0.0.1 --announced-ip 203.0.113.7,2001:db8::7';
    const args = [
      '--port',
      '0',
      '--host',
      '::1',
      ...network.split(' '),
      '--recordings',
      '/recordings',
      '--max-transcodes',
      '3',
    ];
    expect(readCommandLine(args)).toEqual({ help: false, standby: false, options });
  });

  it('R40: makes a new secret each time it is told to', () => {
    const secrets = [1, 2].map(() => {
      const read = readCommandLine(['--secret']);
      return read.help ? undefined : read.options.secret;
    });
    expect(secrets[0]).toMatch(/^[\w-]{32}$/);
    expect(secrets[1]).not.toBe(secrets[0]);
  });

  it.each([
    [['--port', 'x'], '--port x is not a port'],
    [['--port', '65536'], '--port 65536 is not a port'],
    [['--min-port', '5000'], 'belong together'],
    [['--min-port', '5000', '--max-port', '4000'], '--min-port is above --max-port'],
    [['--announced-ip', 'example.org'], '“example.org” is not an IP address'],
    [['--announced-ip', '203.0.113.7,0.0.0.0'], '“0.0.0.0” is not an IP address'],
    [['--max-transcodes', 'all'], '--max-transcodes all is not a number of pictures'],
    [['--bogus'], '--bogus'],
    [['word'], 'word'],
  ])('R40: refuses %j with a sentence', (args, sentence) => {
    expect(() => readCommandLine(args)).toThrow(sentence);
  });
});
