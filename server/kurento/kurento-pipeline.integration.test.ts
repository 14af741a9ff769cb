import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaGateway } from '../broadcast/media-gateway.ts';
import { type MediaServer, openMediaServer } from '../embedded-kurento/media-server.ts';
import { openLogger } from '../logger.ts';
import { openKurentoGateway } from './kurento-gateway.ts';
import { KurentoObject } from './kurento-object.ts';
import { ContractRig } from './testing/contract-rig.ts';

let server: MediaServer;
let gateway: MediaGateway;
let rig: ContractRig;
beforeEach(async () => {
  server = await openMediaServer({ log: () => {} });
  const listener = { lost() {}, regained() {} };
  gateway = await openKurentoGateway({ url: server.url, instanceId: 'test', logger: openLogger('silent'), listener });
  rig = new ContractRig(gateway);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rig.close();
  await gateway.close();
  await server.close();
});

/** Delays the next offer to the media server until the returned function is called. */
function holdNextOffer(): () => void {
  const { call } = KurentoObject.prototype;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isFirst = true;
  vi.spyOn(KurentoObject.prototype, 'call').mockImplementation(async function (
    this: typeof KurentoObject.prototype,
    doing,
    ...rest
  ) {
    if (doing === 'processOffer' && isFirst) {
      isFirst = false;
      await held;
    }
    return await call.call(this, doing, ...rest);
  });
  return () => release();
}

describe('a pipeline', () => {
  it('stays with the presenter who asked last, even if the link of an earlier one is ready only later', async () => {
    const pipeline = await rig.openPipeline();
    const release = holdNextOffer();
    const slow = rig.presents(pipeline);
    // The owner closes a link that it no longer wants as soon as it is open.
    const slowIsGone = slow.then(
      (joined) => joined.leave(),
      () => {},
    );
    const latest = await rig.presents(pipeline);
    const viewer = await rig.watches(pipeline);
    await viewer.peer.receives('video', 10);
    release();
    await slowIsGone;
    await Promise.all([viewer.peer.receives('video', 25), viewer.peer.receives('audio', 50)]);
    expect([viewer.failures, latest.failures]).toEqual([[], []]);
  });
});
