import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openMediaServer } from '../embedded-kurento/media-server.ts';
import { endpointServersOf } from '../ice/endpoint-servers.ts';
import { readIceSettings } from '../ice/ice-settings.ts';
import { TurnServer, whyNoTurnServer } from '../ice/testing/turn-server.ts';
import { openLogger } from '../logger.ts';
import { reachableAddress } from '../platform/local-address.ts';
import { openKurentoGateway } from './kurento-gateway.ts';
import { ContractRig } from './testing/contract-rig.ts';

/*
 * A media server whose endpoints use STUN and a relay, with a real coturn: the embedded one, and the real Kurento at
 * KURENTO_URL if there is one.
 */

const logger = openLogger('silent');
const nobody = { lost() {}, regained() {} };
const secret = 'the secret of the relay tests';
const obstacle = await whyNoTurnServer();

describe.skipIf(obstacle !== null)(`with a relay (${obstacle ?? 'a real coturn'})`, () => {
  let turn: TurnServer;
  beforeAll(async () => {
    // A Kurento asks from the addresses of its interfaces, which reach no UDP port of the loopback interface.
    turn = await TurnServer.start({ secret, address: reachableAddress(false, undefined, networkInterfaces()) });
  }, 60_000);
  afterAll(() => turn.close());

  async function relays(url: string, transport: 'udp' | 'tcp' | 'tls'): Promise<void> {
    const settings = {
      STUN_URLS: `stun:${turn.address}:${turn.port}`,
      TURN_URLS: turn.urls[transport],
      TURN_SECRET: secret,
    };
    const { ice } = readIceSettings({ ...settings, MEDIA_SERVER_TURN: 'on' });
    const endpointServers = endpointServersOf({ settings: ice, transports: [transport], logger });
    const gateway = await openKurentoGateway({ url, instanceId: 'relayed', logger, listener: nobody, endpointServers });
    const rig = new ContractRig(gateway);
    try {
      const pipeline = await rig.openPipeline();
      const presenter = await rig.presents(pipeline);
      const viewer = await rig.watches(pipeline);
      await viewer.peer.receives('video', 10);
      for (const { candidates } of [presenter, viewer]) {
        const relayed = expect.objectContaining({ candidate: expect.stringMatching(/ typ relay\b/) });
        await vi.waitFor(() => expect(candidates).toContainEqual(relayed), 15_000);
      }
      // The name of its credentials is their expiry.
      expect(turn.log).toMatch(/username=<\d{10}>/);
    } finally {
      await rig.close();
      await gateway.close();
    }
  }

  it('every endpoint of the embedded media server takes a relayed address', async () => {
    const server = await openMediaServer({ log: () => {} });
    try {
      await relays(server.url, 'udp');
    } finally {
      await server.close();
    }
  }, 40_000);

  const kurentoUrl = process.env.KURENTO_URL ?? '';
  describe.skipIf(kurentoUrl === '')(`with a real Kurento (${kurentoUrl || 'skipped: KURENTO_URL names none'})`, () => {
    it.each(['udp', 'tcp'] as const)(
      'every endpoint takes a relayed address by %s',
      async (transport) => {
        await relays(kurentoUrl, transport);
      },
      40_000,
    );
  });
});
