import type { PlacedAudience, PlacedJoins } from '../load/pool-audiences.ts';
import { percentileOf } from './histogram.ts';
import {
  type Column,
  circumstanceColumns,
  fixed,
  milliseconds,
  percent,
  type Result,
  ratioColumn,
  resultColumns,
  tableOf,
} from './results-table.ts';

/** The result for one number of media servers. */
export type PoolResult = Result & {
  mediaServers: number;
  /** The viewers on each media server: the origin first, then those with most. */
  viewersOn: number[];
  origin: PlacedAudience;
  edges: PlacedAudience;
  /** The viewers after 0, 1, 2 … bridges. */
  byDepth: PlacedAudience[];
  placedJoins: PlacedJoins;
};

const mediaServersColumn: Column<PoolResult> = { head: 'media servers', cell: ({ mediaServers }) => `${mediaServers}` };

/** Reception at the origin and on edges apart, and the delay that an edge adds. */
const placeColumns: readonly Column<PoolResult>[] = [
  { head: 'viewers on each, the origin first', cell: (result) => result.viewersOn.join(' + ') },
  { head: 'delivered % at the origin', cell: ({ origin, sent }) => deliveredTo(origin, sent) },
  { head: 'on edges', cell: ({ edges, sent }) => deliveredTo(edges, sent) },
  { head: 'worst viewer % at the origin', cell: ({ origin, sent }) => worstOf(origin, sent) },
  { head: 'on edges', cell: ({ edges, sent }) => worstOf(edges, sent) },
  { head: 'delay p50/p99 ms at the origin', cell: ({ origin }) => delaysOf(origin) },
  { head: 'on edges', cell: ({ edges }) => delaysOf(edges) },
  { head: 'delay p50 ms after 0, 1, 2 … bridges', cell: ({ byDepth }) => byDepth.map(medianDelay).join(', ') },
  { head: 'an edge adds p50/p99 ms', cell: (result) => `${addedDelay(result, 0.5)} / ${addedDelay(result, 0.99)}` },
];

/** Joins by where the viewer came. */
const joinColumns: readonly Column<PoolResult>[] = [
  { head: 'join → first video p50/p95/max ms at the origin', cell: ({ placedJoins }) => spread(placedJoins.origin) },
  { head: 'first on a new edge', cell: ({ placedJoins }) => spread(placedJoins.newEdge) },
  { head: 'while the edge opens', cell: ({ placedJoins }) => spread(placedJoins.openingEdge) },
  { head: 'later on an edge', cell: ({ placedJoins }) => spread(placedJoins.presentEdge) },
];

/** All tables of the pool, in Markdown, with a row for each result. */
export function poolTables(results: readonly PoolResult[]): string {
  const cost = [mediaServersColumn, ...resultColumns, ratioColumn(results, 'CPU µs/packet, first row = 1')];
  const tables = [cost, ...[placeColumns, joinColumns, circumstanceColumns].map((all) => [mediaServersColumn, ...all])];
  return tables.map((columns) => tableOf(columns, results)).join('\n\n');
}

function deliveredTo({ received }: PlacedAudience, sent: number): string {
  return percent(received.reduce((sum, packets) => sum + packets, 0) / (sent * received.length));
}

function worstOf({ received }: PlacedAudience, sent: number): string {
  return percent(received.length === 0 ? Number.NaN : Math.min(...received) / sent);
}

function delaysOf({ delaysUs }: PlacedAudience): string {
  return `${milliseconds(delaysUs.percentile(0.5))} / ${milliseconds(delaysUs.percentile(0.99))}`;
}

function medianDelay({ delaysUs }: PlacedAudience): string {
  return milliseconds(delaysUs.percentile(0.5));
}

/** How much later packets arrive over an edge, at the same percentile; a dash if there are none to compare. */
function addedDelay({ origin, edges }: PoolResult, share: number): string {
  const [near, far] = [origin.delaysUs.percentile(share), edges.delaysUs.percentile(share)];
  return milliseconds(near === null || far === null ? null : far - near);
}

/** The times, and how many they are, because viewers who open an edge are few. */
function spread(timesMs: readonly number[]): string {
  if (timesMs.length === 0) return '–';
  const times = [0.5, 0.95, 1].map((share) => fixed(percentileOf(timesMs, share), 0)).join(' / ');
  return `${times} (${timesMs.length})`;
}
