import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedKurento } from '../../server/embedded-kurento/supervised-media-server.ts';
import type { MediaServerPool } from '../../server/kurento/pool/media-server-pool.ts';
import { PoolRig } from '../../server/kurento/pool/testing/pool-rig.ts';
import { key, SignalingRig } from '../../server/signaling/testing/signaling-rig.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import { LoadViewer } from '../load/load-viewer.ts';
import { ResilientViewer } from '../load/resilient-viewer.ts';
import { placeAt, readOnlyPlace } from './media-pool.ts';

const channel = 'media-pool';
const pools = new PoolRig();
let servers: EmbeddedKurento[];
let pool: MediaServerPool;
let rig: SignalingRig;

beforeAll(async () => {
  servers = await pools.startServers(2);
  ({ pool } = await pools.openPool(
    servers.map(({ url }) => ({ url })),
    { viewersPerServer: 1 },
  ));
  rig = await SignalingRig.open(undefined, { mediaGraceMs: 10_000, mediaServerTimeoutMs: 10_000 }, pool);
});
afterAll(async () => {
  await rig.close();
  await pools.close();
});

test.runIf(process.platform === 'linux')(
  'the UDP port to which a viewer is connected tells the process of its media server',
  async () => {
    const { url } = rig;
    const presenter = await LoadPresenter.start({ url }, { key, channel });
    await presenter.waitForLive();
    const atOrigin = await LoadViewer.join({ url }, channel);
    const onEdge = ResilientViewer.watch({ url }, channel);
    try {
      await atOrigin.waitForVideo();
      await expect.poll(() => onEdge.pictures.sources).toBe(1);
      const places = await Promise.all(servers.map((server) => readOnlyPlace(server.pid() ?? 0)));
      const pidOf = (role: string) => {
        const index = pool.view().members.findIndex(({ shows }) => shows.some((show) => show.role === role));
        return servers[index]?.pid();
      };
      expect(placeAt(places, atOrigin.mediaPort)?.pid).toBe(pidOf('origin'));
      expect(placeAt(places, onEdge.mediaPort)?.pid).toBe(pidOf('edge'));
      expect(placeAt(places, null)).toBeNull();
      expect(placeAt(places, 1)).toBeNull();
    } finally {
      await Promise.all([atOrigin, onEdge].map((viewer) => viewer.close()));
      await presenter.stop();
    }
    expect(onEdge.mediaPort).toBeNull();
  },
  30_000,
);
