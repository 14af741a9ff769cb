import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, settingNames } from './config.ts';
import { networkOfProcess } from './platform/media-network.ts';

describe('readConfig', () => {
  it('has a working default for every setting', () => {
    const config = readConfig({});
    expect(config.port).toBe(3000);
    expect(config).toMatchObject({ kurentoUrls: [], embeddedProcesses: 1 });
    expect(config.recordingsUri).toBe(`file://${config.recordingsDir}`);
  });

  it('treats an empty string as a setting that is not set', () => {
    expect(readConfig({ PORT: '', KURENTO_URL: '' }).port).toBe(3000);
  });

  it('names all faults together', () => {
    const read = () => readConfig({ PORT: 'eighty', KURENTO_URL: 'http://example.org', MAX_VIDEO_KBPS: '1' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*KURENTO_URL[\s\S]*MAX_VIDEO_KBPS/);
  });

  it('accepts a Redis with a presenter key, and says that several web servers need one', () => {
    expect(readConfig({}).redisUrl).toBeNull();
    const REDIS_URL = 'redis://:secret@10.0.0.9:6379';
    expect(readConfig({ REDIS_URL, PRESENTER_KEY: 'a key for all of them' }).redisUrl).toBe(REDIS_URL);
    expect(() => readConfig({ REDIS_URL })).toThrow(/PRESENTER_KEY: Please set it too, the same for all/);
    const wrong = () => readConfig({ REDIS_URL: 'http://:secret@10.0.0.9', PRESENTER_KEY: 'a key for all of them' });
    expect(wrong).toThrow(/REDIS_URL: It must be an address such as redis:/);
    expect(wrong).not.toThrow(/secret/);
  });

  it('accepts sites that may embed the player, and refuses anything else', () => {
    expect(readConfig({}).embedOrigins).toEqual([]);
    expect(readConfig({ EMBED_ORIGINS: ' * ' }).embedOrigins).toBe('*');
    const two = 'https://school.example/, http://intranet.example:8080';
    const listed = ['https://school.example', 'http://intranet.example:8080'];
    expect(readConfig({ EMBED_ORIGINS: two }).embedOrigins).toEqual(listed);
    const wrong = ['school.example', 'https://a.example/path', 'https://*.example', 'javascript:x', "https://a 'self'"];
    for (const text of [...wrong, 'https://a.example,', 'https://a.example;script-src', '*,https://a.example']) {
      expect(() => readConfig({ EMBED_ORIGINS: text }), text).toThrow(/EMBED_ORIGINS.*is not an origin/);
    }
  });

  it('accepts one or more media servers, embedded ones beside them, and names an address that is invalid', () => {
    const read = (KURENTO_URL: string) => readConfig({ KURENTO_URL });
    const [one, two] = ['ws://one.example:8888/kurento', 'wss://two.example/kurento?secret=2'];
    expect(read(one)).toMatchObject({ kurentoUrls: [one], embeddedProcesses: 0 });
    expect(read(` ${one} , ${two}`)).toMatchObject({ kurentoUrls: [one, two], embeddedProcesses: 0 });
    expect(readConfig({ KURENTO_URL: one, EMBEDDED_PROCESSES: '2' }).embeddedProcesses).toBe(2);
    expect(() => read('one.example')).toThrow('KURENTO_URL: It must be an address such as');
    expect(() => read(`${one},http://two.example`)).toThrow('KURENTO_URL: “http://two.example” is not an address');
    expect(() => read(`${one},${one}`)).toThrow(`KURENTO_URL: “${one}” is listed twice`);
  });

  it('gives each of several embedded media servers ports of its own, if there are enough', () => {
    const read = (EMBEDDED_PROCESSES: string, EMBEDDED_MAX_PORT: string) =>
      readConfig({ EMBEDDED_PROCESSES, EMBEDDED_MIN_PORT: '40000', EMBEDDED_MAX_PORT }).embedded;
    expect(read('1', '40000').portRange).toEqual({ min: 40_000, max: 40_000 });
    const network = read('3', '40200');
    expect([0, 1, 2].map((index) => networkOfProcess(network, index, 3).portRange)).toEqual([
      { min: 40_000, max: 40_066 },
      { min: 40_067, max: 40_133 },
      { min: 40_134, max: 40_200 },
    ]);
    expect(() => read('3', '40100')).toThrow('EMBEDDED_MAX_PORT: 3 processes need at least 50 ports each');
    expect(() => read('0', '40100')).toThrow('EMBEDDED_PROCESSES');
  });

  it('accepts one or more announced addresses, and names one that is invalid', () => {
    const read = (text: string) => readConfig({ EMBEDDED_ANNOUNCED_IP: text }).embedded.announcedIps;
    expect(readConfig({}).embedded.announcedIps).toEqual([]);
    expect(read('203.0.113.7')).toEqual(['203.0.113.7']);
    expect(read(' 203.0.113.7, 2001:db8::7 ,203.0.113.7')).toEqual(['203.0.113.7', '2001:db8::7']);
    for (const wrong of [
      'live.example.org',
      '203.0.113.7/24',
      '203.0.113.300',
      '0.0.0.0',
      '::',
      'fe80::1%eth0',
      'host.local',
    ]) {
      const named = `EMBEDDED_ANNOUNCED_IP: “${wrong}” is not an IP address`;
      expect(() => read(wrong), wrong).toThrow(named);
      expect(() => read(`203.0.113.7,${wrong}`), wrong).toThrow(named);
    }
    expect(() => read('203.0.113.7,')).toThrow('EMBEDDED_ANNOUNCED_IP: “” is not an IP address');
  });

  it('refuses half a port range, and one that is upside down', () => {
    expect(() => readConfig({ EMBEDDED_MIN_PORT: '40000' })).toThrow(/EMBEDDED_MAX_PORT: .*set it too/);
    expect(() => readConfig({ EMBEDDED_MAX_PORT: '40000' })).toThrow(/EMBEDDED_MIN_PORT: .*set it too/);
    expect(() => readConfig({ EMBEDDED_MIN_PORT: '40001', EMBEDDED_MAX_PORT: '40000' })).toThrow(/greater/);
    const range = { EMBEDDED_MIN_PORT: '40000', EMBEDDED_MAX_PORT: '40000' };
    expect(readConfig(range).embedded.portRange).toEqual({ min: 40_000, max: 40_000 });
  });

  it('names a port range that does not fit together along with all other faults', () => {
    const upsideDown = { EMBEDDED_MIN_PORT: '40001', EMBEDDED_MAX_PORT: '40000' };
    for (const range of [upsideDown, { EMBEDDED_MIN_PORT: '40000' }, { EMBEDDED_MAX_PORT: '40000' }]) {
      const read = () => readConfig({ ...range, PORT: 'eighty', LOG_LEVEL: 'loud' });
      expect(read).toThrow(/PORT: [\s\S]*LOG_LEVEL: [\s\S]*EMBEDDED_M(IN|AX)_PORT: /);
    }
    // Two settings that are not ports are two faults, without a third one for the range.
    const none = () => readConfig({ EMBEDDED_MIN_PORT: 'low', EMBEDDED_MAX_PORT: '70000' });
    expect(none).toThrow(/EMBEDDED_MIN_PORT: [^\n]*\n {2}EMBEDDED_MAX_PORT: [^\n]*$/);
  });

  it('takes a secret of 32 bytes or a file with a public key for signed links, and not both', () => {
    expect(readConfig({}).linkKey).toEqual({ secret: null, publicKeyFile: null });
    // Bytes count, not characters: this text has 16 of the latter.
    const secret = '“”–…'.repeat(4);
    expect(readConfig({ JWT_SECRET: secret }).linkKey.secret).toBe(secret);
    expect(readConfig({ JWT_PUBLIC_KEY: '/keys/link.pem' }).linkKey.publicKeyFile).toBe('/keys/link.pem');
    expect(() => readConfig({ JWT_SECRET: 'a'.repeat(31) })).toThrow(/JWT_SECRET: It must have at least 32 bytes/);
    const both = { JWT_SECRET: secret, JWT_PUBLIC_KEY: 'link.pem', RECORDINGS_ACCESS: 'friends' };
    expect(() => readConfig(both)).toThrow(/RECORDINGS_ACCESS: [\s\S]*JWT_SECRET, JWT_PUBLIC_KEY: Set one of them/);
    expect(() => readConfig(both)).not.toThrow(new RegExp(secret));
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it('knows the settings that .env.example lists, and no others', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const listed = [...example.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
    expect(new Set(listed)).toEqual(new Set(settingNames));
  });
});

describe('the limits', () => {
  it('are none for viewers and broadcasts by default', () => {
    const { capacity, trustedProxies, rateLimitFactor, socketsPerAddress } = readConfig({}).gates;
    expect(capacity).toEqual({ viewers: null, viewersPerChannel: null, viewersPerAddress: null, broadcasts: null });
    expect([trustedProxies, rateLimitFactor, socketsPerAddress]).toEqual([[], 1, 1_000]);
  });

  it('accept proxies as addresses, networks and names, and name what is neither', () => {
    const read = (text: string) => readConfig({ TRUSTED_PROXIES: text }).gates.trustedProxies;
    expect(read('loopback, 10.0.0.0/8,2001:db8::/32')).toEqual(['loopback', '10.0.0.0/8', '2001:db8::/32']);
    for (const wrong of ['*', 'proxy.example.org', '10.0.0.0/33', '0.0.0.0/0', 'true', '']) {
      expect(() => read(`127.0.0.1,${wrong}`), wrong).toThrow(`TRUSTED_PROXIES: “${wrong}” is not an address`);
    }
  });

  it('are whole numbers from 1', () => {
    for (const name of ['MAX_VIEWERS', 'MAX_VIEWERS_PER_CHANNEL', 'MAX_VIEWERS_PER_ADDRESS', 'MAX_BROADCASTS']) {
      for (const wrong of ['0', '-1', '1.5', 'many']) expect(() => readConfig({ [name]: wrong })).toThrow(name);
    }
  });
});
