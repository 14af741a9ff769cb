import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../embedded-kurento/media-server.ts';
import { startEmbeddedKurento } from '../embedded-kurento/supervised-media-server.ts';
import { isAvInstalled } from '../embedded-kurento/transcoding/process/av-library.ts';
import { openLogger } from '../logger.ts';
import { openKurentoGateway } from './kurento-gateway.ts';
import { describeMediaGateway } from './media-gateway.contract.ts';
import { ConditionWaiter } from './testing/condition-waiter.ts';
import { ContractRig } from './testing/contract-rig.ts';

const logger = openLogger('silent');
const nobody = { lost() {}, regained() {} };

/** Declares the suite for the embedded server with this budget for transcoding. */
function describeEmbedded(maxTranscodes: number): void {
  let server: MediaServer;

  beforeAll(async () => {
    server = await openMediaServer({ log: () => {}, maxTranscodes });
  });
  afterAll(async () => {
    // The suite's gateway has closed by now, and must have left nothing behind.
    expect(server.counts().objects).toBe(0);
    await server.close();
  });

  const abilities = { mixes: maxTranscodes > 0, transcodes: maxTranscodes > 0 };

  describeMediaGateway('the gateway', abilities, () =>
    openKurentoGateway({ url: server.url, instanceId: 'test', logger, listener: nobody }),
  );
}

describe('with the embedded media server', () => describeEmbedded(0));

// A picture that is transcoded comes after the process that does it has loaded.
describe.skipIf(!isAvInstalled())(
  'with the embedded media server, which transcodes',
  {
    tags: ['long'],
    timeout: 40_000,
  },
  () => describeEmbedded(4),
);

describe('the death of the media server', () => {
  it('is reported once, and a broadcast begun again on the next process has its media', async () => {
    const server = await startEmbeddedKurento({ log: () => {} });
    const conditions = new ConditionWaiter();
    const told: string[] = [];
    const tell = (what: string) => () => {
      told.push(what);
      conditions.changed();
    };
    const listener = { lost: tell('lost'), regained: tell('regained') };
    const gateway = await openKurentoGateway({ url: server.url, instanceId: 'test', logger, listener });
    const rig = new ContractRig(gateway);
    try {
      const show = async () => {
        const pipeline = await rig.openPipeline();
        await rig.presents(pipeline);
        const viewer = await rig.watches(pipeline);
        await viewer.peer.receives('video', 10);
        return pipeline;
      };
      const first = await show();
      process.kill(server.pid() ?? 0, 'SIGKILL');
      await conditions.until('the media server is back', () => told.includes('regained'), 20_000);
      expect(told).toEqual(['lost', 'regained']);
      await first.close();
      await show();
      expect(await gateway.listPipelines()).toHaveLength(1);
    } finally {
      await rig.close();
      await gateway.close();
      await server.close();
    }
    // Two processes must start, which takes time when many others do.
  }, 60_000);
});

describe('a pipeline that is asked for while the media server is away', () => {
  it('fails when another server takes its place, and leaves nothing there', async () => {
    const former = await openMediaServer({ log: () => {} });
    const port = Number(new URL(former.url).port);
    const conditions = new ConditionWaiter();
    let isBack = false;
    const regained = () => {
      isBack = true;
      conditions.changed();
    };
    let isDown = false;
    const watched = pino({
      level: 'warn',
      hooks: {
        logMethod(_values, _method) {
          isDown = true;
          conditions.changed();
        },
      },
    });
    const gateway = await openKurentoGateway({
      url: former.url,
      instanceId: 'test',
      logger: watched,
      listener: { lost() {}, regained },
    });
    await former.close();
    await conditions.until('the gateway has noticed', () => isDown, 5_000);
    const opening = gateway.openPipeline({ broadcastId: 'caught between two servers', failed() {} });
    const refused = expect(opening).rejects.toMatchObject({ code: 'media-server-unavailable' });
    const next = await openMediaServer({ log: () => {}, port });
    try {
      await refused;
      await conditions.until('the media server is back', () => isBack, 20_000);
      // The request for the list follows the release, on the same connection.
      expect(await gateway.listPipelines()).toEqual([]);
    } finally {
      await gateway.close();
      await next.close();
    }
  }, 30_000);
});

const kurentoUrl = process.env.KURENTO_URL;
if (kurentoUrl === undefined) {
  describe.skip('with a real Kurento (skipped: KURENTO_URL names none)', () => {
    it('is not run', () => {});
  });
} else {
  describeMediaGateway(`the gateway with ${kurentoUrl}`, { mixes: true, transcodes: true }, () =>
    openKurentoGateway({ url: kurentoUrl, instanceId: 'test', logger, listener: nobody }),
  );
}
