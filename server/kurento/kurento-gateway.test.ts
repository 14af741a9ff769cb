import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../embedded-kurento/media-server.ts';
import { startEmbeddedKurento } from '../embedded-kurento/supervised-media-server.ts';
import { openLogger } from '../logger.ts';
import { ContractRig } from './contract-rig.ts';
import { Happenings } from './happenings.ts';
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
    // The suite's gateway has closed by now, and nothing of its may be left.
    expect(server.counts().objects).toBe(0);
    await server.close();
  });

  describeMediaGateway('the gateway', () => openKurentoGateway({ url: server.url, logger, listener: nobody }));
});

describe('the death of the media server', () => {
  it('is told once, and a broadcast begun anew on the next process has its media', async () => {
    const server = await startEmbeddedKurento({ log: () => {} });
    const happenings = new Happenings();
    const told: string[] = [];
    const tell = (what: string) => () => {
      told.push(what);
      happenings.changed();
    };
    const listener = { lost: tell('lost'), regained: tell('regained') };
    const gateway = await openKurentoGateway({ url: server.url, logger, listener });
    const rig = new ContractRig(gateway);
    try {
      const show = async () => {
        const stage = await rig.openStage();
        await rig.presents(stage);
        const viewer = await rig.watches(stage);
        await viewer.peer.receives('video', 10);
        return stage;
      };
      const first = await show();
      process.kill(server.pid() ?? 0, 'SIGKILL');
      await happenings.until('the media server is back', () => told.includes('regained'), 20_000);
      expect(told).toEqual(['lost', 'regained']);
      await first.close();
      await show();
      expect(await gateway.listPipelines()).toHaveLength(1);
    } finally {
      await rig.close();
      await gateway.close();
      await server.close();
    }
    // Two processes have to start, which takes its time where many do.
  }, 60_000);
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
