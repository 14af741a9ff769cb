import { expect, test } from 'vitest';
import { handOverAddress, ticketFromHash } from './hand-over.ts';
import { keyFromHash } from './presenter-key.ts';

const ticket = { channel: 'math-101', broadcastId: 'b-1', resumeToken: 'a+token/of=many&signs' };

test('an address that hands a show over has key and ticket in its hash, and nowhere else', () => {
  const address = new URL(handOverAddress('https://rostrum.example', 'k+1', ticket));
  expect(address.origin + address.pathname + address.search).toBe('https://rostrum.example/present');
  expect(keyFromHash(address.hash)).toBe('k+1');
  expect(ticketFromHash(address.hash, 7)).toEqual({ ...ticket, title: 'math-101', record: false, keptAt: 7 });
});

test.each(['', '#key=abc', '#key=abc&channel=math-101&broadcast=b-1', '#resume=token&channel=&broadcast=b-1'])(
  'the hash %s hands nothing over',
  (hash) => {
    expect(ticketFromHash(hash)).toBeNull();
  },
);
