import { describe, expect, it } from 'vitest';
import { secureOrigin } from './secure-origin.ts';

const fromNetwork = { remoteAddress: '192.0.2.9', localAddress: '192.0.2.7', localPort: 3000, forwarded: false };
const fromHere = { ...fromNetwork, remoteAddress: '192.0.2.7' };

describe('the origin at which a camera can be opened', () => {
  it('is the public address if that has HTTPS', () => {
    expect(secureOrigin(fromNetwork, 'https://live.example.org/x', null)).toBe('https://live.example.org');
    expect(secureOrigin(fromHere, 'https://live.example.org', null)).toBe('https://live.example.org');
    expect(secureOrigin(fromNetwork, 'http://live.example.org', null)).toBeNull();
  });

  it('is localhost for a person at this machine, and nothing for anybody else', () => {
    expect(secureOrigin(fromHere, null, null)).toBe('http://localhost:3000');
    expect(secureOrigin({ ...fromHere, remoteAddress: '::ffff:127.0.0.1' }, null, '::')).toBe('http://localhost:3000');
    expect(secureOrigin(fromNetwork, null, null)).toBeNull();
    expect(secureOrigin({ ...fromNetwork, remoteAddress: undefined }, null, null)).toBeNull();
  });

  it('is not localhost if a proxy on this machine forwarded the request', () => {
    expect(secureOrigin({ ...fromHere, forwarded: true }, null, null)).toBeNull();
  });

  it('is not localhost if the server does not listen there', () => {
    expect(secureOrigin(fromHere, null, '192.0.2.7')).toBeNull();
    expect(secureOrigin(fromHere, null, '127.0.0.1')).toBe('http://localhost:3000');
  });
});
