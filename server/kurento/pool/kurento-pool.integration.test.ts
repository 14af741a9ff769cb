import { afterAll, beforeAll, describe, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../../embedded-kurento/media-server.ts';
import { openLogger } from '../../logger.ts';
import { describeMediaGateway } from '../media-gateway.contract.ts';
import { ContractRig } from '../testing/contract-rig.ts';
import { openMediaServerPool } from './media-server-pool.ts';
import { letViewerAsk, letViewersComeLate } from './testing/late-viewers.ts';

/*
 * The contract on pools of a real Kurento and the embedded media server, with the presenter on the one and every viewer
 * on the other. They run where `KURENTO_URL` names a Kurento on this host.
 */

const kurentoUrl = process.env.KURENTO_URL;

if (kurentoUrl === undefined) {
  describe.skip('a pool with a real Kurento (skipped: KURENTO_URL names none)', () => {
    it('is not run', () => {});
  });
} else {
  describe(`a pool with ${kurentoUrl}`, () => {
    let embedded: MediaServer;

    beforeAll(async () => {
      embedded = await openMediaServer({ log: () => {} });
    });
    afterAll(() => embedded.close());

    const open = (urls: readonly string[]) =>
      openMediaServerPool({
        instanceId: 'test',
        logger: openLogger('silent'),
        listener: { lost() {}, regained() {} },
        viewersPerServer: 100,
        viewersAtOrigin: 0,
        // The first of several that have the same room becomes the origin.
        servers: urls.map((url) => ({ url })),
      });
    describeMediaGateway('as the origin, and embedded edges', { mixes: true, transcodes: false }, () =>
      open([kurentoUrl, embedded.url]),
    );
    it.each([
      ['the origin', () => [kurentoUrl, embedded.url]],
      ['the edge', () => [embedded.url, kurentoUrl]],
    ] as const)(
      'gives late viewers on an edge a keyframe at once, with Kurento as %s',
      async (_, urls) => {
        const pool = await open(urls());
        const rig = new ContractRig(pool);
        try {
          await letViewersComeLate(rig, 6);
        } finally {
          await rig.close();
          await pool.close();
        }
      },
      40_000,
    );

    it.each([
      ['the origin', () => [kurentoUrl, embedded.url]],
      ['the edge', () => [embedded.url, kurentoUrl]],
      // By another name, the same Kurento is another member of the pool.
      ['both', () => [kurentoUrl, kurentoUrl.replace('127.0.0.1', 'localhost')]],
    ] as const)(
      'gives a viewer on an edge a keyframe on request, with Kurento as %s',
      { timeout: 40_000 },
      async (_, urls) => {
        const pool = await open(urls());
        const rig = new ContractRig(pool);
        try {
          await letViewerAsk(rig);
        } finally {
          await rig.close();
          await pool.close();
        }
      },
    );

    describeMediaGateway('as the edge of an embedded origin', { mixes: false, transcodes: true }, () =>
      open([embedded.url, kurentoUrl]),
    );
  });
}
