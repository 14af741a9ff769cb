import { expect, test } from 'vitest';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { isSignedLink, linkFromHash, ViewerCredentials } from './stored-credentials.ts';

const link = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoidmlld2VyIn0.c2lnbmVk';

test.each([
  [link, true],
  ['correct horse battery', false],
  ['rk_0123456789ab_abcdefghijklmnopqrstuvwxyz012345', false],
  ['rs_eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmVk', false],
  ['', false],
])('%s is a signed link: %s', (text, expected) => {
  expect(isSignedLink(text)).toBe(expected);
});

test('a signed link is taken from the address for this tab, and is not left there', () => {
  const [tab, browser] = [fakeStorage(), fakeStorage()];
  const addresses: string[] = [];
  const page = {
    location: { hash: `#token=${link}`, pathname: '/watch/math-101', search: '?x=1' },
    history: { state: null, replaceState: (_: unknown, __: string, address: string) => void addresses.push(address) },
  } as unknown as Window;
  const credentials = new ViewerCredentials(
    () => tab,
    () => browser,
  );
  expect(credentials.take('math-101', page)).toBe(true);
  expect(addresses).toEqual(['/watch/math-101?x=1']);
  expect(credentials.find('math-101')).toBe(link);
  expect(credentials.find('art-101')).toBeUndefined();
  expect(new ViewerCredentials(() => tab, fakeStorage).find('math-101')).toBe(link);
  expect(new ViewerCredentials(fakeStorage, () => browser).find('math-101')).toBeUndefined();
  expect(linkFromHash('#key=abc')).toBeNull();
});

test('a ticket is for all tabs, and takes the place of a link that did not help', () => {
  const [tab, browser] = [fakeStorage(), fakeStorage()];
  const credentials = new ViewerCredentials(
    () => tab,
    () => browser,
  );
  credentials.keepLink('math-101', link);
  credentials.keepTicket('math-101', 'rs_ticket');
  expect(credentials.find('math-101')).toBe('rs_ticket');
  expect(
    new ViewerCredentials(
      () => tab,
      () => browser,
    ).find('math-101'),
  ).toBe('rs_ticket');
  expect(new ViewerCredentials(fakeStorage, () => browser).find('math-101')).toBe('rs_ticket');
});

test('a storage that is full does no harm as long as the page is open', () => {
  const refuse = () => {
    throw new Error('QuotaExceededError');
  };
  const full = () => ({ ...fakeStorage(), setItem: refuse });
  const credentials = new ViewerCredentials(full, full);
  credentials.keepTicket('math-101', 'rs_ticket');
  expect(credentials.find('math-101')).toBe('rs_ticket');
});
