import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AppError } from '../../../lib/errors.ts';
import type { Candidate } from '../../../lib/signaling.ts';
import type { Broadcast } from '../../broadcast/broadcast.ts';
import { BroadcastRegistry } from '../../broadcast/broadcast-registry.ts';
import type { MediaLink } from '../../broadcast/media-gateway.ts';
import { TestPeer } from '../testing/test-peer.ts';
import { kill, PoolRig } from './testing/pool-rig.ts';

/* Whole shows on a pool: the domain as it is, real media servers and real peers. */

let pools: PoolRig;
let registry: BroadcastRegistry | null = null;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(async () => {
  await registry?.close();
  registry = null;
  await pools.close();
});

/** No recording is made here. */
const noRecordings = {
  create: () => Promise.reject(new Error('nothing is recorded')),
  addPart: () => Promise.reject(new Error('nothing is recorded')),
  finish: async () => ({ durationMs: null, failure: null }),
  retitle: async () => {},
  chapters: { note: async () => {} },
  fail: async () => {},
  measure: async () => ({ sizeBytes: 0, joinBytes: 0, writtenAt: null }),
  partSize: async () => 0,
  space: async () => ({ freeBytes: 1e9 }),
};

type Listener = { candidateFound(candidate: Candidate): void; closed(error: AppError): void };

/** A peer that asks `connect` for a link, as its page would. */
async function joinAs(
  role: 'presenter' | 'viewer',
  broadcast: Broadcast,
  connect: (request: { peerId: string; sdpOffer: string; listener: Listener }) => Promise<string>,
) {
  const peer = new TestPeer({ role });
  pools.own(async () => peer.close());
  const peerId = randomUUID();
  const closed: AppError[] = [];
  const listener = {
    candidateFound: (candidate: Candidate) => peer.addCandidate(candidate),
    closed: (error: AppError) => {
      closed.push(error);
      peer.conditions.changed();
    },
  };
  const sdpAnswer = await connect({ peerId, sdpOffer: peer.sdpOffer, listener });
  const link: MediaLink = {
    sdpAnswer,
    addCandidate: (candidate) => broadcast.addCandidate(peerId, candidate).catch(() => undefined),
    close: async () => {},
  };
  peer.accept(link);
  return { peer, closed };
}

const ofPresenter = { admitted() {}, kindsUnplayable() {}, tiersWanted() {} };
const ofViewer = { admitted() {}, kindsUnplayable() {}, pictureSelected() {} };
const watch = (broadcast: Broadcast) =>
  joinAs('viewer', broadcast, ({ listener, ...request }) =>
    broadcast.audience.join({ ...request, listener: { ...ofViewer, ...listener } }),
  );

it('a show whose origin dies goes on on another media server, and one elsewhere notices nothing', async () => {
  const servers = await pools.startServers(3);
  const { pool, sites, serverOf, told } = await pools.openPool(servers, { viewersPerServer: 1 });
  const shows = new BroadcastRegistry({
    gateway: pool,
    recordingStore: noRecordings,
    logger: pools.logger,
    maxVideoKbps: 2_500,
    presenterGraceMs: 60_000,
  });
  registry = shows;
  const start = async (channel: string) => {
    const broadcast = shows.add({ channel, title: channel, record: false });
    const presenter = await joinAs('presenter', broadcast, ({ listener, ...request }) => {
      const about = { channel, title: channel, record: false };
      return broadcast.open({ ...request, ...about, listener: { ...ofPresenter, ...listener } });
    });
    await expect.poll(() => broadcast.phase).toBe('live');
    return { broadcast, presenter };
  };

  const one = await start('one');
  const dying = serverOf('origin 0');
  const viewers = [await watch(one.broadcast), await watch(one.broadcast)];
  await Promise.all(viewers.map(({ peer }) => peer.receives('video', 10)));
  expect(sites().flat().sort()).toEqual(['edge 1', 'origin 1']);
  const other = await start('other');
  const undisturbed = await watch(other.broadcast);
  await undisturbed.peer.receives('video', 10);
  expect(sites()[dying]).toEqual(['origin 1']);

  kill(servers[dying]);
  for (const { peer, closed } of [one.presenter, ...viewers]) {
    await peer.conditions.until('the end of the link', () => closed.length > 0);
    expect(closed).toMatchObject([{ code: 'media-server-unavailable' }]);
  }
  expect(one.broadcast.view()).toMatchObject({ phase: 'interrupted', interruption: { by: 'media-server' } });
  expect(shows.mediaServerAvailable).toBe(true);

  const waiting = watch(one.broadcast);
  const again = await joinAs('presenter', one.broadcast, ({ listener, ...request }) =>
    one.broadcast.resume({ ...request, listener: { ...ofPresenter, ...listener } }),
  );
  const back = [await waiting, await watch(one.broadcast)];
  await Promise.all(back.map(({ peer }) => peer.receives('video', 10)));
  expect(one.broadcast.phase).toBe('live');
  await undisturbed.peer.receives('video', 10);
  const ends = [other.presenter, undisturbed, again, ...back].flatMap(({ closed }) => closed);
  expect([...ends, ...told]).toEqual([]);
}, 60_000);
