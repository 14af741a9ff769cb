import { expect, test } from 'vitest';
import { readIceSettings } from './ice-settings.ts';
import { iceServersFor, turnCredentials } from './turn-credentials.ts';

test('the password is the HMAC of the name, as `openssl dgst -sha1 -hmac` prints it', () => {
  expect(turnCredentials('north', 1_433_895_918_506, 'ann')).toEqual({
    username: '1433895918:ann',
    credential: 'zAlhH20kpuDJR8ZKdq5vyQV+Ung=',
  });
  expect(turnCredentials('north', 1_433_895_918_506).username).toBe('1433895918');
});

test('each peer gets all servers, and new credentials that expire', () => {
  const { ice } = readIceSettings({
    STUN_URLS: 'stun:relay.example',
    TURN_URLS: 'turn:relay.example,turns:relay.example',
    TURN_SECRET: 'a shared secret',
    TURN_TTL_S: '3600',
  });
  const [stun, turn] = iceServersFor('peer', ice, 1_000_000);
  expect(stun).toEqual({ urls: ['stun:relay.example'] });
  expect(turn).toEqual({
    urls: ['turn:relay.example', 'turns:relay.example'],
    ...turnCredentials('a shared secret', 4_600_000, 'peer'),
  });
  expect(iceServersFor('peer', readIceSettings({}).ice)).toEqual([]);
});
