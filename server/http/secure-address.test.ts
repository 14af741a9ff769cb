import { describe, expect, it } from 'vitest';
import { type SecureSite, secureAddress } from './secure-address.ts';

const covered = new Set(['localhost', '192.0.2.7', '2001:db8::7', 'studio.local']);
const lan: SecureSite = { publicUrl: null, port: 3443, covers: (host) => covered.has(host) };
const published: SecureSite = {
  publicUrl: 'https://live.example.org',
  port: 443,
  covers: (host) => host === 'live.example.org',
};

function from(host: string | undefined, target = '/', site = lan): string {
  return secureAddress({ host, target, localAddress: '::ffff:192.0.2.7' }, site);
}

describe('the address to which plain HTTP is redirected', () => {
  it('keeps the host, the path and the query, where the certificate is valid for the host', () => {
    expect(from('studio.local:3000', '/present?x=1')).toBe('https://studio.local:3443/present?x=1');
    expect(from('192.0.2.7')).toBe('https://192.0.2.7:3443/');
    expect(from('[2001:db8::7]:3000')).toBe('https://[2001:db8::7]:3443/');
    expect(from('LOCALHOST')).toBe('https://localhost:3443/');
    expect(from('live.example.org', '/watch/a', published)).toBe('https://live.example.org/watch/a');
  });

  it('keeps the port that the browser used, if HTTPS is served there, too', () => {
    const shared = { ...lan, port: null };
    expect(from('studio.local:8443', '/', shared)).toBe('https://studio.local:8443/');
    expect(from('studio.local', '/', shared)).toBe('https://studio.local:80/');
  });

  it('is the public address for every other host', () => {
    for (const host of ['192.0.2.7', 'localhost', 'evil.example', undefined, '']) {
      expect(from(host, '/watch/a', published), host).toBe('https://live.example.org/watch/a');
    }
    const forwarded = { ...published, publicUrl: 'https://live.example.org:8443', port: 3443 };
    expect(from('live.example.org', '/', forwarded)).toBe('https://live.example.org:8443/');
  });

  it.each([
    'evil.example',
    'evil.example:80',
    'studio.local.evil.example',
    'studio.local@evil.example',
    'studio.local/../evil.example',
    'evil.example#studio.local',
    'evil.example?studio.local',
    'studio.local:99999',
    'studio.local:80@evil.example',
    '[::ffff:1.2.3.4]',
    '[studio.local]',
    'studio.local\\@evil.example',
    '',
    undefined,
  ])('never leads to a host that is not this server: %s', (host) => {
    expect(new URL(from(host)).hostname).toBe('192.0.2.7');
  });

  it.each(['//evil.example/', '/\\evil.example', '/@evil.example', 'http://evil.example/a?b', 'evil', '*', ''])(
    'never leads elsewhere by its path: %s',
    (target) => {
      expect(new URL(from('studio.local', target)).origin).toBe('https://studio.local:3443');
    },
  );
});
