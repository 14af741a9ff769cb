import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const acme = { HTTPS: 'acme', PUBLIC_URL: 'https://live.example.org', ACME_EMAIL: 'you@example.org' };

describe('the settings for HTTPS', () => {
  it('are off by default', () => {
    const config = readConfig({});
    expect(config.https).toBeNull();
    expect(config.port).toBe(3000);
  });

  it('make a self-signed certificate on the usual port', () => {
    const config = readConfig({ HTTPS: 'self-signed' });
    expect(config.https).toEqual({ certificate: { from: 'self-signed' }, httpPort: null });
    expect(config.port).toBe(3000);
    expect(readConfig({ HTTPS: 'self-signed', HTTP_PORT: '8080' }).https?.httpPort).toBe(8080);
  });

  it('obtain a certificate for the public address on the ports of the web', () => {
    const config = readConfig(acme);
    expect(config.port).toBe(443);
    expect(config.https?.httpPort).toBe(80);
    expect(config.https?.certificate).toMatchObject({
      from: 'acme',
      domain: 'live.example.org',
      email: 'you@example.org',
      directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
    });
    expect(readConfig({ ...acme, PUBLIC_URL: 'https://live.example.org:8443' }).port).toBe(8443);
    expect(readConfig({ ...acme, PORT: '3443', HTTP_PORT: '3080' })).toMatchObject({
      port: 3443,
      https: { httpPort: 3080 },
    });
  });

  it('take the files of the owner', () => {
    const config = readConfig({ TLS_CERT: '/etc/ssl/site.pem', TLS_KEY: '/etc/ssl/site.key' });
    expect(config.https?.certificate).toEqual({
      from: 'files',
      certPath: '/etc/ssl/site.pem',
      keyPath: '/etc/ssl/site.key',
    });
    expect(config.port).toBe(3000);
  });

  it.each([
    [{ HTTPS: 'yes' }, /HTTPS: “yes” is not a kind of certificate/],
    [{ TLS_CERT: 'a.pem' }, /TLS_KEY: Please set it too/],
    [{ TLS_KEY: 'a.key' }, /TLS_CERT: Please set it too/],
    [{ HTTPS: 'self-signed', TLS_CERT: 'a.pem', TLS_KEY: 'a.key' }, /Please leave out HTTPS=self-signed, or TLS_CERT/],
    [{ HTTPS: 'acme' }, /PUBLIC_URL: HTTPS=acme needs[\s\S]*ACME_EMAIL: HTTPS=acme needs/],
    [{ ...acme, PUBLIC_URL: 'http://live.example.org' }, /PUBLIC_URL: HTTPS=acme needs the https address/],
    [{ ...acme, PUBLIC_URL: 'https://192.0.2.7' }, /PUBLIC_URL: HTTPS=acme needs/],
    [{ ...acme, PUBLIC_URL: 'https://[2001:db8::7]' }, /PUBLIC_URL: HTTPS=acme needs/],
    [{ ...acme, PUBLIC_URL: 'https://localhost' }, /PUBLIC_URL: HTTPS=acme needs/],
    [{ ...acme, ACME_EMAIL: 'you' }, /ACME_EMAIL/],
    [
      { ...acme, ACME_DIRECTORY_URL: 'acme.example.org' },
      /ACME_DIRECTORY_URL: “acme.example.org” is not an https address/,
    ],
    [{ HTTPS: 'self-signed', HTTP_PORT: 'eighty' }, /HTTP_PORT: “eighty” is not a port/],
    [{ HTTPS: 'self-signed', HTTP_PORT: '3000' }, /HTTP_PORT: 3000 is the port for HTTPS/],
    [{ HTTPS: 'yes', PORT: 'eighty' }, /PORT: [\s\S]*HTTPS: /],
  ])('name what does not fit together: %j', (settings, sentence) => {
    expect(() => readConfig(settings)).toThrow(sentence);
  });

  it('name an address that is none only once', () => {
    const read = () => readConfig({ ...acme, PUBLIC_URL: 'live.example.org' });
    expect(read).toThrow(/^[^\n]*\n {2}PUBLIC_URL: It must be an address[^\n]*$/);
  });
});
