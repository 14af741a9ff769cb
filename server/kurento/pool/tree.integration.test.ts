import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaServer } from '../../embedded-kurento/media-server.ts';
import type { Joined } from '../testing/contract-rig.ts';
import { letViewersComeLate } from './testing/late-viewers.ts';
import { kill, type OpenPool, PoolRig } from './testing/pool-rig.ts';

/* Edges that are fed by other edges. With one edge for each media server and one viewer for each edge, every viewer is
   one bridge further away than the one before. */

let pools: PoolRig;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(() => pools.close());

const chain = { viewersAtOrigin: 0, viewersPerServer: 1, edgesPerServer: 1 };

const seesAndHears = ({ peer }: Joined) =>
  Promise.all([peer.receives('video', peer.received.video + 25), peer.receives('audio', peer.received.audio + 50)]);

/** The sites of the only show, each as the index of its media server and that of its parent's, such as `2<1`. */
function treeOf({ pool }: OpenPool): string[] {
  const { members } = pool.view();
  const indexOf = (id: string | null) => members.findIndex((member) => member.id === id);
  return members.flatMap(({ shows }, index) => shows.map(({ parent }) => `${index}<${indexOf(parent)}`));
}

/** The index of the media server that is so many bridges away from the origin, 0 for the origin itself. */
function serverAt({ pool }: OpenPool, depth: number): number {
  const { members } = pool.view();
  let feeding: string | null = null;
  for (let step = 0; ; step += 1) {
    const found = members.findIndex(({ shows }) => shows.some(({ parent }) => parent === feeding));
    const member = members[found];
    if (member === undefined) throw new Error(`No media server is ${step} bridges away.`);
    if (step === depth) return found;
    feeding = member.id;
  }
}

describe('viewers who are two bridges away from the presenter', () => {
  it('see and hear the show', async () => {
    const opened = await pools.openPool(await pools.startServers(3), chain);
    const pipeline = await opened.rig.openPipeline();
    await opened.rig.presents(pipeline);
    const viewers = [await opened.rig.watches(pipeline), await opened.rig.watches(pipeline)];
    const [origin, middle, last] = [0, 1, 2].map((depth) => serverAt(opened, depth));
    expect(treeOf(opened).sort()).toEqual([`${origin}<-1`, `${middle}<${origin}`, `${last}<${middle}`].sort());
    await Promise.all(viewers.map(seesAndHears));
    expect(viewers.flatMap(({ failures, unplayable }) => [...failures, ...unplayable])).toEqual([]);
  }, 40_000);
});
