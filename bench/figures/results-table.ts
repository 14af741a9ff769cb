import type { ServerName } from '../options/bench-options.ts';
import { type Histogram, percentileOf } from './histogram.ts';

/** The result for one server with one number of viewers. */
export type Result = {
  server: ServerName;
  viewers: number;
  seconds: number;
  /** Packets that the presenter sent in the window. */
  sent: number;
  /** How many of those packets each viewer received; 0 for a viewer that failed. */
  received: number[];
  /** The viewers with a narrow downlink, and the packets that they received; those are not among `received`. */
  narrow?: { viewers: number; received: number };
  /** The CPU time of the media processes in the window, and below that of the web server and of the load client. */
  mediaCpuUs: number;
  webCpuUs: number | null;
  clientCpuUs: number;
  /** The CPU time of everything else on the machine in the window. */
  strangerCpuUs: number;
  /** Resident memory of the media processes without and with the viewers, in bytes. */
  residentBytes: { before: number; during: number };
  firstVideoMs: number[];
  answerMs: number[];
  delaysUs: Histogram;
  duplicates: number;
  keyframeRequests: number;
  stalls: number;
  brokenLinks: number;
  failures: string[];
};

const mebibyte = 2 ** 20;
/** With fewer viewers than this, garbage varies more than the memory of the viewers. */
const fewestForMemory = 20;

/** A column of a table: its head, and its cell in the row of one result. */
export type Column<Row> = { head: string; cell: (row: Row) => string };

/** The cost of a server, and how well it served its viewers. */
export const resultColumns: readonly Column<Result>[] = [
  { head: 'viewers', cell: (result) => `${result.viewers}` },
  { head: 'delivered %', cell: (result) => percent(forwardedBy(result) / (result.sent * result.viewers)) },
  { head: 'worst viewer %', cell: (result) => percent(Math.min(...result.received) / result.sent) },
  { head: 'CPU µs/packet', cell: (result) => fixed(cpuUsPerPacket(result), 1) },
  { head: 'media CPU % of a core', cell: (result) => fixed(share(result.mediaCpuUs, result), 0) },
  { head: 'memory/viewer MiB', cell: (result) => fixed(mebibytesPerViewer(result), 2) },
  { head: 'join → first video p50/p95 ms', cell: ({ firstVideoMs }) => medianAndTail(firstVideoMs) },
  {
    head: 'delay p50/p99 ms',
    cell: ({ delaysUs }) => `${milliseconds(delaysUs.percentile(0.5))} / ${milliseconds(delaysUs.percentile(0.99))}`,
  },
  { head: 'load client CPU %', cell: (result) => fixed(share(result.clientCpuUs, result), 0) },
];

/** The conditions of a result: whether the load client kept time, and how busy the machine was otherwise. */
export const circumstanceColumns: readonly Column<Result>[] = [
  { head: 'viewers', cell: (result) => `${result.viewers}` },
  { head: 'packets sent', cell: (result) => `${result.sent}` },
  {
    head: 'narrow viewers (packets/s)',
    cell: ({ narrow, seconds }) =>
      narrow === undefined || narrow.viewers === 0
        ? '–'
        : `${narrow.viewers} (${fixed(narrow.received / narrow.viewers / seconds, 0)})`,
  },
  { head: 'duplicates', cell: (result) => `${result.duplicates}` },
  { head: 'media memory MiB', cell: (result) => fixed(result.residentBytes.during / mebibyte, 0) },
  { head: 'join → answer p50/p95 ms', cell: ({ answerMs }) => medianAndTail(answerMs) },
  { head: 'keyframe requests', cell: (result) => `${result.keyframeRequests}` },
  { head: 'presenter stalls', cell: (result) => `${result.stalls}` },
  {
    head: 'web server CPU %',
    cell: (result) => fixed(result.webCpuUs === null ? null : share(result.webCpuUs, result), 0),
  },
  { head: 'strangers CPU %', cell: (result) => fixed(share(result.strangerCpuUs, result), 0) },
  { head: 'broken links', cell: (result) => `${result.brokenLinks + result.failures.length}` },
];

/** A table in Markdown with a row for each of `rows`. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return markdownTable(
    columns.map(({ head }) => head),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

/** The server of the result, where several are compared. */
export const serverColumn: Column<Result> = { head: 'server', cell: ({ server }) => server };

/**
 * The cost of a packet relative to that of the first result of Rostrum with as many viewers; a dash if there is none
 * among `results`.
 */
export function ratioColumn(results: readonly Result[], head = 'CPU µs/packet, Rostrum = 1'): Column<Result> {
  const cell = (result: Result) => {
    const rostrum = results.find(({ server, viewers }) => server === 'rostrum' && viewers === result.viewers);
    const [own, other] = [cpuUsPerPacket(result), rostrum === undefined ? null : cpuUsPerPacket(rostrum)];
    return fixed(own === null || other === null ? null : own / other, 2);
  };
  return { head, cell };
}

/** A table in Markdown, numbers aligned to the right. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---:')), ...rows.map(line)].join('\n');
}

function forwardedBy({ received }: Result): number {
  return received.reduce((sum, packets) => sum + packets, 0);
}

/** CPU time of the media processes per packet that any viewer received, in microseconds; `null` if none did. */
function cpuUsPerPacket(result: Result): number | null {
  const forwarded = forwardedBy(result) + (result.narrow?.received ?? 0);
  return forwarded === 0 ? null : result.mediaCpuUs / forwarded;
}

function mebibytesPerViewer({ viewers, residentBytes }: Result): number | null {
  return viewers < fewestForMemory ? null : (residentBytes.during - residentBytes.before) / mebibyte / viewers;
}

function medianAndTail(timesMs: readonly number[]): string {
  return `${fixed(percentileOf(timesMs, 0.5), 0)} / ${fixed(percentileOf(timesMs, 0.95), 0)}`;
}

/** The median, the 95th percentile and the largest of some times, in milliseconds. */
export function spread(timesMs: readonly number[]): string {
  return [0.5, 0.95, 1].map((share) => fixed(percentileOf(timesMs, share), 0)).join(' / ');
}

/** CPU time as a percentage of one core over the window. */
function share(cpuUs: number, { seconds }: Result): number {
  return cpuUs / seconds / 1e4;
}

/** A share as a percentage, rounded down; a dash if the divisor is zero. */
export function percent(part: number): string {
  // Two decimals, rounded down: one lost packet in a hundred thousand must not be shown as 100 %.
  return Number.isFinite(part) ? (Math.floor(part * 1e4) / 100).toFixed(2) : '–';
}

/** Microseconds as milliseconds with one decimal; a dash for `null`. */
export function milliseconds(us: number | null): string {
  return fixed(us === null ? null : us / 1000, 1);
}

/** `value` with this many decimals; a dash for `null`. */
export function fixed(value: number | null, decimals: number): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(decimals);
}
