import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';
import { type PoolResult, poolTables } from './pool-tables.ts';

function audience(received: number[], delaysUs: number[]) {
  const histogram = new Histogram();
  for (const delayUs of delaysUs) histogram.record(delayUs);
  return { received, delaysUs: histogram };
}

function resultOf(changes: Partial<PoolResult>): PoolResult {
  return {
    server: 'rostrum',
    viewers: 4,
    seconds: 10,
    sent: 1_000,
    received: [1_000, 1_000, 1_000, 1_000],
    mediaCpuUs: 40_000,
    webCpuUs: 0,
    clientCpuUs: 1_000_000,
    strangerCpuUs: 0,
    residentBytes: { before: 0, during: 0 },
    firstVideoMs: [100],
    answerMs: [10],
    delaysUs: new Histogram(),
    duplicates: 0,
    keyframeRequests: 1,
    stalls: 0,
    brokenLinks: 0,
    failures: [],
    mediaServers: 1,
    viewersOn: [4],
    origin: audience([1_000, 1_000, 1_000, 1_000], [1_000, 5_000]),
    edges: audience([], []),
    byDepth: [audience([1_000, 1_000, 1_000, 1_000], [1_000, 5_000])],
    placedJoins: { origin: [70, 80], newEdge: [], openingEdge: [], presentEdge: [] },
    ...changes,
  };
}

/** The cells of the last row of each table. */
function lastRows(results: PoolResult[]): string[][] {
  return poolTables(results)
    .split('\n\n')
    .map((table) => (table.split('\n').at(-1) ?? '').split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

test('the cost of a packet is compared with the first row, and places and joins are apart', () => {
  const pool = resultOf({
    mediaServers: 2,
    mediaCpuUs: 44_000,
    viewersOn: [2, 2],
    origin: audience([1_000, 1_000], [1_000, 5_000]),
    edges: audience([999, 990], [1_500, 7_000]),
    byDepth: [audience([1_000], [1_000]), audience([999], [1_500]), audience([990], [7_000])],
    placedJoins: { origin: [70, 80], newEdge: [200], openingEdge: [], presentEdge: [60, 90] },
  });
  const [cost, places, joins, circumstances] = lastRows([resultOf({}), pool]);
  expect(cost?.slice(0, 2)).toEqual(['2', '4']);
  expect(cost?.at(-1)).toBe('1.10');
  expect(places?.slice(1, 6)).toEqual(['2 + 2', '100.00', '99.45', '100.00', '99.00']);
  // Histograms round up by a thirty-second at most.
  expect(places?.slice(6)).toEqual(['1.0 / 5.1', '1.5 / 7.0', '1.0, 1.5, 7.0', '0.5 / 1.9']);
  expect(joins?.slice(1)).toEqual(['70 / 80 / 80 (2)', '200 / 200 / 200 (1)', '–', '60 / 90 / 90 (2)']);
  expect(circumstances?.slice(0, 2)).toEqual(['2', '4']);
});

test('a single media server has no edges, and dashes in their place', () => {
  const [, places, joins] = lastRows([resultOf({})]);
  expect(places?.slice(1)).toEqual(['4', '100.00', '–', '100.00', '–', '1.0 / 5.1', '– / –', '1.0', '– / –']);
  expect(joins?.slice(1)).toEqual(['70 / 80 / 80 (2)', '–', '–', '–']);
});
