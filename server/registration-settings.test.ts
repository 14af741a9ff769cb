import { expect, it } from 'vitest';
import { readRegistrationSettings } from './registration-settings.ts';

const REDIS_URL = 'redis://10.0.0.9:6379';
const EMBEDDED_SECRET = 'a secret of the media servers';

it('a media server registers itself where there is a Redis, at its own address unless another one is set', () => {
  expect(readRegistrationSettings({})).toBeNull();
  expect(readRegistrationSettings({ REDIS_URL: '', EMBEDDED_SECRET })).toBeNull();
  expect(readRegistrationSettings({ REDIS_URL, EMBEDDED_SECRET })).toEqual({
    ...{ redisUrl: REDIS_URL, secret: EMBEDDED_SECRET },
    ...{ url: null, capacity: null },
  });
  const url = 'wss://media.example.org/kurento';
  const more = { MEDIA_SERVER_URL: url, MEDIA_SERVER_CAPACITY: '400' };
  expect(readRegistrationSettings({ REDIS_URL, EMBEDDED_SECRET, ...more })).toMatchObject({ url, capacity: 400 });
});

it.each([
  ['no secret', { REDIS_URL }, /EMBEDDED_SECRET: Set it/],
  ['a short secret', { REDIS_URL, EMBEDDED_SECRET: 'short' }, /EMBEDDED_SECRET: A secret must have/],
  ['another protocol', { REDIS_URL, EMBEDDED_SECRET, MEDIA_SERVER_URL: 'http://a' }, /MEDIA_SERVER_URL: It must be/],
  ['no capacity', { REDIS_URL, EMBEDDED_SECRET, MEDIA_SERVER_CAPACITY: '0' }, /MEDIA_SERVER_CAPACITY: /],
])('%s is a fault that says what would be right', (_, settings, message) => {
  expect(() => readRegistrationSettings(settings)).toThrow(message);
});
