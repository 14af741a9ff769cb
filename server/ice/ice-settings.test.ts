import { expect, test } from 'vitest';
import { readIceSettings } from './ice-settings.ts';

const secret = { TURN_SECRET: 'a shared secret' };

test('by default there are no servers', () => {
  const { ice, faults } = readIceSettings({});
  expect(faults).toEqual([]);
  expect(ice).toEqual({ stunUrls: [], turnUrls: [], turnSecret: null, turnTtlMs: 43_200_000, mediaServerTurn: false });
});

test('addresses of all forms are read', () => {
  const { ice, faults } = readIceSettings({
    ...secret,
    STUN_URLS: 'stun:stun.example.org, stuns:198.51.100.1:443',
    TURN_URLS: 'turn:turn.example.org:3479?transport=udp,TURN:[2001:db8::1]?transport=TCP, turns:turn.example.org',
    TURN_TTL_S: '600',
    MEDIA_SERVER_TURN: 'on',
  });
  expect(faults).toEqual([]);
  expect(ice).toMatchObject({ turnSecret: 'a shared secret', turnTtlMs: 600_000, mediaServerTurn: true });
  expect(ice.stunUrls).toMatchObject([
    { host: 'stun.example.org', port: 3_478, transport: 'udp', text: 'stun:stun.example.org' },
    { host: '198.51.100.1', port: 443, transport: 'tls' },
  ]);
  expect(ice.turnUrls).toMatchObject([
    { scheme: 'turn', host: 'turn.example.org', port: 3_479, transport: 'udp' },
    { scheme: 'turn', host: '2001:db8::1', port: 3_478, transport: 'tcp' },
    { scheme: 'turns', host: 'turn.example.org', port: 5_349, transport: 'tls' },
  ]);
});

test.each([
  'turn.example.org',
  'https://turn.example.org',
  'turn://turn.example.org',
  'turn:ann:secret@turn.example.org',
  'turn:turn.example.org:0',
  'turn:turn.example.org:70000',
  'turn:turn.example.org?transport=tls',
  'turns:turn.example.org?transport=udp',
  'turn:[2001:db8::1',
  'turn:198.51.100.300',
  'turn:-example.org',
  'stun:turn.example.org',
  '',
])('“%s” in TURN_URLS is named, with an example', (url) => {
  const { ice, faults } = readIceSettings({ ...secret, TURN_URLS: `turn:turn.example.org,${url}` });
  expect(faults).toEqual([expect.stringMatching(/^TURN_URLS: .* such as turn:turn\.example\.org:3478,/)]);
  expect(faults[0]).toContain(`“${url}”`);
  expect(ice.turnUrls).toHaveLength(1);
});

test('a STUN server has no transport, and is no TURN server', () => {
  for (const url of ['stun:stun.example.org?transport=udp', 'turn:turn.example.org']) {
    expect(readIceSettings({ STUN_URLS: url }).faults).toEqual([expect.stringContaining(`STUN_URLS: “${url}”`)]);
  }
});

test('settings that belong together are asked for', () => {
  const turn = { TURN_URLS: 'turn:turn.example.org' };
  expect(readIceSettings(turn).faults).toEqual([expect.stringMatching(/^TURN_SECRET: Please set it too/)]);
  expect(readIceSettings(secret).faults).toEqual([expect.stringMatching(/^TURN_URLS: Please set it too/)]);
  expect(readIceSettings({ MEDIA_SERVER_TURN: 'on' }).faults).toEqual([expect.stringContaining('set TURN_URLS too')]);
  expect(readIceSettings({ MEDIA_SERVER_TURN: 'off' }).faults).toEqual([]);
});

test('a short secret, an impossible time and an unknown choice are named', () => {
  const turn = { TURN_URLS: 'turn:turn.example.org' };
  const { faults } = readIceSettings({ ...turn, TURN_SECRET: 'short', TURN_TTL_S: '5', MEDIA_SERVER_TURN: 'maybe' });
  expect(faults.map((fault) => fault.split(':')[0])).toEqual(['TURN_SECRET', 'TURN_TTL_S', 'MEDIA_SERVER_TURN']);
});
