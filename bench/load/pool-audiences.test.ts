import { expect, test } from 'vitest';
import { Histogram } from '../figures/histogram.ts';
import type { PoolPlace } from '../servers/media-pool.ts';
import type { ViewerJoin } from './load-client-protocol.ts';
import { audiencesByDepth, audienceWith, mergedJoins, placedJoins, viewersOn } from './pool-audiences.ts';

const places: PoolPlace[] = [
  { pid: 1, role: 'edge', depth: 1, udpPorts: [4001, 4002] },
  { pid: 2, role: 'origin', depth: 0, udpPorts: [5001] },
  { pid: 3, role: 'none', depth: 0, udpPorts: [] },
  { pid: 4, role: 'edge', depth: 2, udpPorts: [6001] },
];

function audience(mediaPort: number | null, received: number[], delayUs: number) {
  const delaysUs = new Histogram();
  for (let packets = received.reduce((sum, each) => sum + each, 0); packets > 0; packets -= 1) delaysUs.record(delayUs);
  return { mediaPort, received, delaysUs: delaysUs.toJSON() };
}

function join(mediaPort: number | null, joinedMs: number, firstVideoMs: number | null): ViewerJoin {
  return { joinedUs: joinedMs * 1_000, answerMs: 1, firstVideoMs, mediaPort };
}

test('what viewers receive is added up by the role of their media server, from all processes of the load client', () => {
  const audiences = [
    audience(5001, [100, 90], 10),
    audience(4002, [80], 20),
    audience(6001, [70, 60], 30),
    audience(5001, [50], 12),
    audience(null, [0], 0),
  ];
  const origin = audienceWith('origin', audiences, places);
  expect(origin.received).toEqual([100, 90, 50]);
  expect(origin.delaysUs.count).toBe(240);
  expect(origin.delaysUs.percentile(1)).toBe(12);
  const edges = audienceWith('edge', audiences, places);
  expect(edges.received).toEqual([80, 70, 60]);
  expect([edges.delaysUs.percentile(0), edges.delaysUs.percentile(1)]).toEqual([20, 30]);
  expect(audiencesByDepth(audiences, places).map(({ received }) => received)).toEqual([[100, 90, 50], [80], [70, 60]]);
});

test('the media servers are counted with the origin first, and then the fullest ones', () => {
  const audiences = [
    audience(5001, [1], 1),
    audience(6001, [1, 1, 1], 1),
    audience(4001, [1], 1),
    audience(4002, [1], 1),
    audience(7, [1], 1),
  ];
  expect(viewersOn(places, audiences)).toEqual([1, 3, 2, 0]);
});

test('a join is that of the first viewer of an edge, of one who comes while it opens, or of a later one', () => {
  const joins = [
    join(4002, 2_400, 40),
    join(5001, 1_000, 50),
    join(4001, 2_000, 300),
    // Another port of the same media server: the same edge.
    join(4002, 2_100, 200),
    join(6001, 2_150, 250),
    join(4001, 2_301, 60),
    join(6001, 2_300, null),
    join(null, 2_500, null),
  ];
  expect(placedJoins(joins, places)).toEqual({
    origin: [50],
    newEdge: [300, 250],
    openingEdge: [200],
    presentEdge: [60, 40],
  });
});

test('an edge has a picture as soon as any of its viewers has one', () => {
  const joins = [join(6001, 1_000, 500), join(6001, 1_050, 100), join(6001, 1_200, 30)];
  expect(placedJoins(joins, places)).toMatchObject({ newEdge: [500], openingEdge: [100], presentEdge: [30] });
});

test('the joins of several shows are put together', () => {
  const one = placedJoins([join(5001, 1, 10), join(4001, 2, 20)], places);
  const two = placedJoins([join(4001, 3, 30)], places);
  expect(mergedJoins([one, two])).toEqual({ origin: [10], newEdge: [20, 30], openingEdge: [], presentEdge: [] });
});
