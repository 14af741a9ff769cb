import { afterAll, beforeAll, describe, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../embedded-kurento/media-server.ts';
import { openLogger } from '../logger.ts';
import { openKurentoGateway } from './kurento-gateway.ts';
import { describeMediaGateway } from './media-gateway.contract.ts';

const logger = openLogger('silent');
const nobody = { lost() {}, regained() {} };

describe('with the embedded media server', () => {
  let server: MediaServer;

  beforeAll(async () => {
    server = await openMediaServer({ log: () => {} });
  });
  afterAll(async () => {
    await server.close();
  });

  describeMediaGateway('the gateway', () => openKurentoGateway({ url: server.url, logger, listener: nobody }));
});

const kurentoUrl = process.env.KURENTO_URL;
if (kurentoUrl === undefined) {
  describe.skip('with a real Kurento (skipped: KURENTO_URL names none)', () => {
    it('is not run', () => {});
  });
} else {
  describeMediaGateway(`the gateway with ${kurentoUrl}`, () =>
    openKurentoGateway({ url: kurentoUrl, logger, listener: nobody }),
  );
}
