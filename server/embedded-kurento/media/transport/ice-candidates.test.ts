import { describe, expect, it } from 'vitest';
import { CandidateExchange, readRemoteCandidate, writeLocalCandidate } from './ice-candidates.ts';

describe('candidates of a peer', () => {
  it('are accepted in the form that browsers write', () => {
    const chrome =
      'candidate:842163049 1 udp 1677729535 203.0.113.5 54321 typ srflx raddr 10.0.0.2 rport 5000 generation 0 ufrag abcd';
    expect(readRemoteCandidate(chrome)).toBe('candidate:842163049 1 UDP 1677729535 203.0.113.5 54321 typ srflx');
    expect(readRemoteCandidate('a=candidate:1 1 UDP 2122260223 fd00::2 9 typ host')).toContain('fd00::2 9 typ host');
  });

  it.each([
    '',
    'rubbish',
    'candidate:1 1 UDP 1 6c1b2a-0c.local 9 typ host',
    'candidate:1 1 TCP 1 192.0.2.1 9 typ host tcptype active',
    'candidate:1 2 UDP 1 192.0.2.1 9 typ host',
    'candidate:1 1 UDP 1 192.0.2.1 0 typ host',
    'candidate:1 1 UDP 1 192.0.2.1 70000 typ host',
    'candidate:1 1 UDP 99999999999 192.0.2.1 9 typ host',
    'candidate:1 1 UDP 1 192.0.2.1 9 typ unheard-of',
  ])('are ignored when of no use: %s', (text) => {
    expect(readRemoteCandidate(text)).toBeNull();
  });

  it('are rewritten as numbers, however many leading zeros they have', () => {
    const zeros = '0'.repeat(300);
    expect(readRemoteCandidate(`candidate:1 1 UDP ${zeros}5 192.0.2.1 ${zeros}9 typ host`)).toBe(
      'candidate:1 1 UDP 5 192.0.2.1 9 typ host',
    );
  });

  it('R57: that are of no use take no room before the offer', () => {
    const exchange = new CandidateExchange();
    const early = (candidate: string) => ({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
    for (let count = 0; count < 500; count += 1) exchange.keepEarly(early(`candidate:1 2 TCP 1 x ${count} typ host`));
    exchange.keepEarly(early(`candidate:1 1 UDP 1 192.0.2.1 9 typ host ${'x'.repeat(1_000_000)}`));
    expect(exchange.takeEarly()).toEqual([early('candidate:1 1 UDP 1 192.0.2.1 9 typ host')]);
  });

  it('are used once, and not without limit', () => {
    const exchange = new CandidateExchange();
    const text = (port: number): string => `candidate:1 1 UDP 1 192.0.2.1 ${port} typ host`;
    expect(exchange.acceptRemote(text(1))).not.toBeNull();
    expect(exchange.acceptRemote(text(1))).toBeNull();
    for (let port = 2; port < 500; port += 1) exchange.acceptRemote(text(port));
    expect(exchange.acceptRemote(text(600))).toBeNull();
  });
});

describe('our own candidates', () => {
  it('are written as Kurento does', () => {
    expect(writeLocalCandidate('a=candidate:1 1 UDP 2114977791 192.0.2.2 42000 typ host', {})).toBe(
      'candidate:1 1 UDP 2114977791 192.0.2.2 42000 typ host',
    );
  });

  it('R132: have the announced addresses of each family in addition to the host’s, once, at lower priority', () => {
    const exchange = new CandidateExchange(['203.0.113.7', '2001:db8::7', '203.0.113.8']);
    expect(exchange.acceptLocal('a=candidate:2 1 UDP 2116026111 fd00::2 42000 typ host')).toEqual([
      'candidate:2 1 UDP 2116026111 fd00::2 42000 typ host',
      'candidate:A2 1 UDP 1694498559 2001:db8::7 42000 typ srflx raddr fd00::2 rport 42000',
    ]);
    expect(exchange.acceptLocal('a=candidate:1 1 UDP 2114977791 192.0.2.2 42000 typ host')).toEqual([
      'candidate:1 1 UDP 2114977791 192.0.2.2 42000 typ host',
      'candidate:A1 1 UDP 1694498815 203.0.113.7 42000 typ srflx raddr 192.0.2.2 rport 42000',
      'candidate:A3 1 UDP 1694498303 203.0.113.8 42000 typ srflx raddr 192.0.2.2 rport 42000',
    ]);
    // A second interface adds no further path from outside.
    expect(exchange.acceptLocal('a=candidate:3 1 UDP 2114977535 10.0.0.2 42000 typ host')).toEqual([
      'candidate:3 1 UDP 2114977535 10.0.0.2 42000 typ host',
    ]);
    expect(exchange.acceptLocal('a=candidate:3 1 UDP 2114977535 10.0.0.2 42000 typ host')).toEqual([]);
    expect([...exchange.local]).toHaveLength(6);
  });

  it('R132: have no announced address for candidates from a STUN server or a relay', () => {
    const exchange = new CandidateExchange(['203.0.113.7']);
    const reflexive = 'candidate:4 1 UDP 1679819007 198.51.100.3 42000 typ srflx';
    expect(exchange.acceptLocal(`a=${reflexive} raddr 0.0.0.0 rport 0`)).toEqual([reflexive]);
  });

  it('R103: have the link’s external address in place of all others of its family', () => {
    const exchange = new CandidateExchange(['203.0.113.7', '2001:db8::7']);
    exchange.restrict({ announced: { 4: '198.51.100.9', 6: null }, localAddresses: null });
    expect(exchange.acceptLocal('a=candidate:1 1 UDP 2114977791 192.0.2.2 42000 typ host')).toEqual([
      'candidate:1 1 UDP 2114977791 198.51.100.9 42000 typ host',
    ]);
    expect(exchange.acceptLocal('a=candidate:3 1 UDP 2114977535 10.0.0.2 42000 typ host')).toEqual([]);
    expect(exchange.acceptLocal('a=candidate:2 1 UDP 2116026111 fd00::2 42000 typ host')).toHaveLength(2);
  });
});
