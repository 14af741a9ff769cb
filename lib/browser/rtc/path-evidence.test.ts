import { describe, expect, test } from 'vitest';
import { FakeConnection } from '../testing/signaling-doubles.ts';
import type { StatsEntry } from './link-stats.ts';
import { limitOf, PathEvidence, pathOf, type RelayEvidence, relayFailureOf, relayTroubleOf } from './path-evidence.ts';

type Transports = readonly ('udp' | 'tcp' | 'tls')[];

function relays(given: Transports, reached: Transports = [], errorCodes: readonly number[] = []): RelayEvidence {
  return { given: new Set(given), reached: new Set(reached), errorCodes: new Set(errorCodes) };
}

const all: Transports = ['udp', 'tcp', 'tls'];

describe('the path of a link', () => {
  const path = (local: StatsEntry, remote: StatsEntry = {}) => {
    const pair = { type: 'candidate-pair', nominated: true, localCandidateId: 'ours', remoteCandidateId: 'theirs' };
    return pathOf(new Map([pair, { id: 'ours', ...local }, { id: 'theirs', ...remote }].entries()));
  };

  test.each([
    [{ candidateType: 'host', protocol: 'udp' }, 'direct'],
    [{ candidateType: 'host', protocol: 'tcp' }, 'tcp'],
    // The protocol of a relayed candidate is that between the relay and the other side.
    [{ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' }, 'relay-tls'],
    [{ candidateType: 'relay', protocol: 'udp', url: 'turn:relay.example:3478?transport=tcp' }, 'relay-tcp'],
    [{ candidateType: 'relay', protocol: 'udp', url: 'turns:relay.example' }, 'relay-tls'],
    [{ candidateType: 'relay', protocol: 'udp', url: 'turn:relay.example' }, 'relay-udp'],
  ])('with our candidate %o is “%s”', (local, expected) => expect(path(local)).toBe(expected));

  test('leads over a relay, too, if the media server uses one', () => {
    expect(path({ candidateType: 'host', protocol: 'udp' }, { candidateType: 'relay' })).toBe('relay-udp');
  });

  test('is unknown without a pair, and in a browser that does not name the protocol', () => {
    expect(pathOf(new Map())).toBeNull();
    expect(path({ candidateType: 'host' })).toBeNull();
  });
});

describe('why a path was not better', () => {
  test.each([
    ['direct', relays(all, all), null],
    ['relay-udp', relays(all, all), 'ports-closed'],
    // A relay was reached over UDP, so the network lets UDP through.
    ['tcp', relays(all, ['udp']), 'ports-closed'],
    ['relay-tcp', relays(all, ['tcp', 'tls']), 'udp-blocked'],
    ['relay-tls', relays(all, ['tls']), 'tls-only'],
    ['relay-tls', relays(['udp', 'tls'], ['tls']), 'udp-blocked'],
    ['relay-tls', relays(['tls'], ['tls']), 'no-udp'],
    ['tcp', relays([]), 'no-udp'],
  ] as const)('for the path “%s”', (path, evidence, limit) => expect(limitOf(path, evidence)).toBe(limit));
});

describe('what is wrong with the relays', () => {
  test('is nothing where there are none, or none is needed', () => {
    expect(relayTroubleOf('direct', relays([]))).toBeNull();
    expect(relayTroubleOf('direct', relays(all, [], [701]))).toBeNull();
    expect(relayTroubleOf('relay-tcp', relays(all, ['tcp'], [701]))).toBeNull();
  });

  test('is told while another path works', () => {
    expect(relayTroubleOf('direct', relays(all, [], [401]))).toBe('refused');
    expect(relayTroubleOf('direct', relays(all, [], [486]))).toBe('full');
    expect(relayTroubleOf('tcp', relays(all, [], [701]))).toBe('unreachable');
  });

  test('is told when no path was found', () => {
    expect(relayFailureOf(relays([]))).toBe('absent');
    expect(relayFailureOf(relays(all, [], [701, 401]))).toBe('refused');
    expect(relayFailureOf(relays(all))).toBe('unreachable');
    expect(relayFailureOf(relays(all, ['tcp'], [701]))).toBe('useless');
  });
});

test('evidence is collected from the events of a connection', () => {
  const connection = new FakeConnection();
  const urls = ['turn:relay.example', 'turn:relay.example?transport=tcp', 'turns:relay.example'];
  connection.setConfiguration({ iceServers: [{ urls: ['stun:relay.example'] }, { urls }] });
  const evidence = new PathEvidence(connection.asConnection);
  const emit = (name: string, fields: object) => connection.dispatchEvent(Object.assign(new Event(name), fields));
  emit('icecandidate', { candidate: { type: 'host' } });
  emit('icecandidate', { candidate: null });
  emit('icecandidate', { candidate: { type: 'relay', relayProtocol: 'tls' } });
  emit('icecandidate', { candidate: { type: 'relay', url: urls[1] } });
  emit('icecandidateerror', { url: 'stun:relay.example', errorCode: 701 });
  emit('icecandidateerror', { url: urls[0], errorCode: 401 });
  expect(evidence.relays).toEqual(relays(all, ['tls', 'tcp'], [401]));
});
