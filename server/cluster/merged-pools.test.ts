import { expect, it } from 'vitest';
import type { PoolMemberView, PoolSiteView } from '../../lib/pool-view.ts';
import { mergePools } from './merged-pools.ts';

const member = (id: string, shows: PoolSiteView[], change: Partial<PoolMemberView> = {}): PoolMemberView => ({
  ...{ id, name: `ws://${id}`, health: 'up', drain: 'none', isSpared: false, shows },
  load: { endpoints: 99, usedCpu: 20, share: 0.3 },
  ...change,
});
const show = (channel: string, viewers: number): PoolSiteView => ({
  broadcastId: channel,
  role: 'origin',
  parent: null,
  viewers,
  channel,
});

it('a pool of several web servers has each media server once, with the shows of all', () => {
  const { members } = mergePools({ members: [member('a', [show('math', 2)]), member('b', [])] }, [
    [member('a', [show('art', 4)]), member('c', [show('music', 0)])],
    [member('a', [show('sport', 1)])],
  ]);
  expect(members.map(({ id, load, shows }) => [id, load.endpoints, shows.map(({ channel }) => channel)])).toEqual([
    ['a', 10, ['math', 'art', 'sport']],
    ['b', 0, []],
    ['c', 1, ['music']],
  ]);
  expect(members[0]?.load).toMatchObject({ usedCpu: 20, share: 0.3 });
});

it('a media server is drained when no web server has anything there', () => {
  const drained = { drain: 'drained' } as const;
  const own = { members: [member('a', [], drained), member('b', [], drained)] };
  const { members } = mergePools(own, [[member('a', [show('art', 0)], { drain: 'draining' })]]);
  expect(members.map(({ drain }) => drain)).toEqual(['draining', 'drained']);
});
