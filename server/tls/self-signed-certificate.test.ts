import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateHosts, makeSelfSignedCertificate } from './self-signed-certificate.ts';
import { coversHost, readServerCertificate } from './server-certificate.ts';

const dayMs = 86_400_000;

describe('a self-signed certificate', () => {
  it('is valid for the names and addresses of the machine, and for no others', async () => {
    const eth0 = [{ address: '192.0.2.7', family: 'IPv4' as const, netmask: '', mac: '', internal: false, cidr: null }];
    const hosts = certificateHosts('Studio', { eth0 }, ['live.example.org', '2001:db8::7']);
    const certificate = await makeSelfSignedCertificate(hosts);
    for (const host of ['localhost', 'studio', 'studio.local', '127.0.0.1', '::1', '192.0.2.7', 'live.example.org']) {
      expect(coversHost(certificate, host), host).toBe(true);
    }
    expect(coversHost(certificate, '2001:db8:0::7')).toBe(true);
    for (const host of ['192.0.2.8', 'example.org', 'evil.example', 'a\0b', '', 'studio.local.evil.example']) {
      expect(coversHost(certificate, host), host).toBe(false);
    }
  });

  it('fulfils what browsers and phones demand', async () => {
    const certificate = await makeSelfSignedCertificate(['localhost']);
    const x509 = new X509Certificate(certificate.chain);
    expect(certificate.vouchedFor).toBe('nobody');
    expect(x509.ca).toBe(false);
    // The id of server authentication: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(x509.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    expect(certificate.expiresAtMs - certificate.validFromMs).toBeLessThanOrEqual(398 * dayMs);
    expect(certificate.expiresAtMs - Date.now()).toBeGreaterThan(390 * dayMs);
    expect(certificate.validFromMs).toBeLessThan(Date.now());
  });

  it('is made for a host whose name is no name on the internet', () => {
    expect(certificateHosts('Büro PC', {}, [])).toEqual(['localhost', '127.0.0.1', '::1']);
    expect(certificateHosts('studio.example.org', {}, [])).toEqual([
      'localhost',
      'studio.example.org',
      '127.0.0.1',
      '::1',
    ]);
  });
});

describe('a key and a certificate', () => {
  it('are refused if they do not belong together, or cannot be read', async () => {
    const one = await makeSelfSignedCertificate(['localhost']);
    const other = await makeSelfSignedCertificate(['localhost']);
    expect(readServerCertificate(one.key, one.chain)).toEqual(one);
    expect(() => readServerCertificate(other.key, one.chain)).toThrow('does not belong to the certificate');
    expect(() => readServerCertificate(one.key, 'text')).toThrow('The certificate is not a readable PEM file.');
    expect(() => readServerCertificate('text', one.chain)).toThrow('The private key is not a readable PEM file.');
    expect(() => readServerCertificate('-----BEGIN ENCRYPTED PRIVATE KEY-----', one.chain)).toThrow(
      'without a passphrase',
    );
  });
});
