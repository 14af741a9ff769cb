import { expect, test } from 'vitest';
import { embedCode, isLocalHost, watchAddress } from './watch-address.ts';

test('the watch page of a channel is below the origin', () => {
  expect(watchAddress('https://live.example', 'math-101')).toBe('https://live.example/watch/math-101');
});

test('the code to embed cannot be broken by a title', () => {
  const code = embedCode('https://live.example', 'math-101', '"Sums" <b>&</b>');
  expect(code).toMatch(/^<iframe src="https:\/\/live\.example\/embed\/math-101" title="&quot;Sums&quot; &lt;b>&amp;/);
  expect(code).toMatch(/allow="autoplay; fullscreen; picture-in-picture"/);
  expect(code.match(/</g)).toHaveLength(2);
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['rostrum.localhost', true],
  ['192.168.1.20', false],
  ['localhost.example.org', false],
])('the host %s is this computer: %s', (hostname, local) => {
  expect(isLocalHost(hostname)).toBe(local);
});
