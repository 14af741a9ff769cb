import { parse } from 'sdp-transform';
import { expect, it } from 'vitest';
import { firefoxPresenterOffer } from './firefox-offers.fixture.ts';
import { withPorts } from './offer-answer.ts';
import { safariPresenterOffer } from './safari-offers.fixture.ts';

/** Each m-line's kind, port, and whether it is `bundle-only`. */
const portsOf = (sdp: string) =>
  parse(sdp).media.map(({ type, port, bundleOnly }) => [type, port, bundleOnly !== undefined]);

it('what Firefox offers for the bundle alone gets a port, and nothing else changes', () => {
  expect(portsOf(firefoxPresenterOffer)).toEqual([
    ['audio', 9, false],
    ['video', 0, true],
  ]);
  const offer = withPorts(firefoxPresenterOffer);
  expect(portsOf(offer)).toEqual([
    ['audio', 9, false],
    ['video', 9, false],
  ]);
  const lines = (sdp: string) => sdp.split('\r\n').filter((line) => !/^(m=video|a=bundle-only)/.test(line));
  expect(lines(offer)).toEqual(lines(firefoxPresenterOffer));
});

it('what is refused stays refused', () => {
  const refused = firefoxPresenterOffer.replace('a=bundle-only\r\n', '');
  expect(withPorts(refused)).toBe(refused);
});

it.each([
  ['an offer in which all has ports', safariPresenterOffer],
  ['nothing', ''],
  ['what is no offer', 'v=0\r\nthis is not an offer\r\n'],
])('%s stays as it is', (_, sdp) => {
  expect(withPorts(sdp)).toBe(sdp);
});
