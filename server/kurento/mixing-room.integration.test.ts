import { afterEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../embedded-kurento/media-server.ts';
import { isAvInstalled } from '../embedded-kurento/transcoding/process/av-library.ts';
import { openLogger } from '../logger.ts';
import { type KurentoGateway, openKurentoGateway } from './kurento-gateway.ts';
import { ContractRig } from './testing/contract-rig.ts';

const [presenterWidth, mixWidth] = [640, 1_280];
const guest = { name: 'guest', isMuted: false };

/* A Kurento has no budget, so this is no part of the contract. */
describe.skipIf(!isAvInstalled())('a mix on a media server with room for few pictures', { tags: ['long'] }, () => {
  let server: MediaServer;
  let gateway: KurentoGateway;
  let rig: ContractRig;

  async function open(maxTranscodes: number) {
    server = await openMediaServer({ log: () => {}, maxTranscodes });
    const listener = { lost() {}, regained() {} };
    gateway = await openKurentoGateway({
      url: server.url,
      instanceId: 'test',
      logger: openLogger('silent'),
      listener,
    });
    rig = new ContractRig(gateway);
  }
  afterEach(async () => {
    await rig.close();
    await gateway.close();
    expect(server.counts().objects).toBe(0);
    await server.close();
  });

  /** A show with a guest and a viewer, who sees the presenter. */
  async function openShow(hasLowTier: boolean) {
    const pipeline = await rig.openPipeline();
    await rig.presents(pipeline, { isLarge: true });
    if (hasLowTier) await (await rig.sendsTier(pipeline, 'low')).flows('video', true);
    const contribution = await rig.contributes(pipeline, 'guest', { isLight: true });
    const viewer = await rig.watches(pipeline);
    await Promise.all([contribution.flows('video', true), viewer.peer.receives('video', 25)]);
    return { pipeline, viewer };
  }

  it('is refused in words if it needs more, and no viewer is moved to it', async () => {
    await open(2);
    const { pipeline, viewer } = await openShow(true);
    const objects = server.counts().objects;
    const keyframes = viewer.peer.keyframes;
    await expect(pipeline.mix([guest])).rejects.toMatchObject({ name: 'AppError', code: 'mixing-full' });
    expect(server.counts().objects).toBe(objects);
    await Promise.all([viewer.peer.receives('audio', 25), viewer.peer.receives('video', 25)]);
    expect(viewer.peer.width).toBe(presenterWidth);
    // A viewer who is moved to another source gets a keyframe of it.
    expect(viewer.peer.keyframes).toBe(keyframes);
    expect([viewer.failures, viewer.unplayable]).toEqual([[], []]);
  });

  it('is there for everybody who comes, and another show is refused one', async () => {
    await open(2);
    const { pipeline, viewer } = await openShow(false);
    const other = await openShow(false);
    await pipeline.mix([guest]);
    await viewer.peer.conditions.until('the mix', () => viewer.peer.width === mixWidth);
    await expect(other.pipeline.mix([guest])).rejects.toMatchObject({ code: 'mixing-full' });
    const late = await rig.watches(pipeline);
    await Promise.all([late.peer.receives('audio', 25), late.peer.receives('video', 25)]);
    expect([late.unplayable, other.viewer.unplayable]).toEqual([[], []]);
    await pipeline.mix([]);
    await other.pipeline.mix([guest]);
    await other.viewer.peer.conditions.until('the mix', () => other.viewer.peer.width === mixWidth);
  });

  it('leaves nobody without a picture whose codec was made before, and is made again', {
    timeout: 40_000,
  }, async () => {
    await open(3);
    const { pipeline, viewer } = await openShow(false);
    const others = await Promise.all([1, 2].map(() => rig.watches(pipeline, { videoCodec: 'H264' })));
    for (const { peer } of others) await peer.receives('video', 10);
    await pipeline.mix([guest]);
    await viewer.peer.conditions.until('the mix', () => viewer.peer.width === mixWidth, 20_000);
    for (const { peer, unplayable } of others) {
      await peer.receives('video', 10);
      expect(unplayable).toEqual([]);
    }
  });
});
