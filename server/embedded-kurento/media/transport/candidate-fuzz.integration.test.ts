import { afterAll, describe, expect, it } from 'vitest';
import { testSeed } from '../../../codecs/testing/test-seed.ts';
import { Mutations } from '../../testing/mutations.ts';
import { openMediaEngine } from '../media-engine.ts';
import { NegotiationError, type PeerLink } from '../media-types.ts';
import { chromeViewerOffer } from '../testing/chrome-offer.fixture.ts';
import { silentListener } from '../testing/test-listener.ts';

const candidates = [
  'candidate:1 1 UDP 2122260223 127.0.0.1 50000 typ host',
  'candidate:842163049 1 udp 1677729535 127.0.0.2 54321 typ srflx raddr 10.0.0.2 rport 5000 generation 0 ufrag abcd',
  'a=candidate:2 1 UDP 1 ::1 9 typ relay raddr ::1 rport 9',
  'candidate:3 1 UDP 4294967295 ::ffff:127.0.0.1 65535 typ prflx',
  'candidate:1 2 TCP 1 6c1b2a-0c.local 9 typ host tcptype active',
  'candidate:1 1 UDP 1 0.0.0.0 1 typ host',
  'candidate:1 1 UDP 1 255.255.255.255 1 typ host',
  'candidate:1 1 UDP 1 ff02::1 1 typ host',
  '',
];

type Candidate = Parameters<PeerLink['addCandidate']>[0];

function mutant(mutations: Mutations): Candidate {
  return {
    candidate: mutations.text(mutations.pick(candidates)),
    sdpMid: mutations.pick<() => string | null>([() => null, () => '0', () => '1', () => mutations.oddText()])(),
    sdpMLineIndex: mutations.pick([null, 0, 1, -1, 2, 9, 2 ** 53, -(2 ** 53)]),
  };
}

/** Whether the description of a link whose offer has the mids 0 and 1 contains such an m-line. */
function isKnown({ sdpMid, sdpMLineIndex }: Candidate): boolean {
  if (sdpMid !== null && sdpMid !== '') return sdpMid === '0' || sdpMid === '1';
  return sdpMLineIndex === null || sdpMLineIndex === 0 || sdpMLineIndex === 1;
}

describe(`malformed candidates (FUZZ_SEED=${testSeed})`, () => {
  const engine = openMediaEngine({ log: () => undefined, bindIp: '127.0.0.1' });
  afterAll(() => engine.close());

  it('R57: are taken before the offer, and refused after it only for an m-line that does not exist', async () => {
    const mutations = new Mutations(testSeed);
    const offer = chromeViewerOffer.replaceAll('\n', '\r\n');
    let refused = 0;
    for (let round = 0; round < 40; round += 1) {
      const link = engine.openPeerLink(silentListener);
      for (let count = 0; count < 40; count += 1) link.addCandidate(mutant(mutations));
      expect(await link.processOffer(offer)).toMatch(/^v=0/);
      for (let count = 0; count < 60; count += 1) {
        const candidate = mutant(mutations);
        try {
          link.addCandidate(candidate);
          expect(isKnown(candidate), JSON.stringify(candidate)).toBe(true);
        } catch (error) {
          if (!(error instanceof NegotiationError)) throw error;
          expect([error.kurentoCode, isKnown(candidate)], JSON.stringify(candidate)).toEqual([40_401, false]);
          refused += 1;
        }
      }
      link.close();
      expect(() => link.addCandidate(mutant(mutations))).not.toThrow();
    }
    expect(refused).toBeGreaterThan(100);
  });
});
