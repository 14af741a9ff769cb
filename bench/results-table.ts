import { type Histogram, percentileOf } from './histogram.ts';

/** What was measured with one number of viewers. Times of processes and memory are those of the media process. */
export type Result = {
  viewers: number;
  seconds: number;
  /** Packets that the presenter sent in the window. */
  sent: number;
  /** Packets that each viewer received of those; a viewer that failed received 0. */
  received: number[];
  mediaCpuUs: number;
  webCpuUs: number | null;
  clientCpuUs: number;
  /** What everything else on the machine used meanwhile. */
  strangerCpuUs: number;
  /** Resident memory of the media process without and with the viewers, in bytes. */
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
/** With fewer viewers than these, the comings and goings of garbage are larger than what the viewers take. */
const fewestForMemory = 20;

/** The table of all results, in Markdown. */
export function resultsTable(results: readonly Result[]): string {
  return markdownTable(
    [
      'viewers',
      'delivered %',
      'worst viewer %',
      'CPU µs/packet',
      'media CPU % of a core',
      'memory/viewer MiB',
      'join → first video p50/p95 ms',
      'delay p50/p99 ms',
      'load client CPU %',
    ],
    results.map((result) => {
      const forwarded = result.received.reduce((sum, packets) => sum + packets, 0);
      const grown = result.residentBytes.during - result.residentBytes.before;
      return [
        `${result.viewers}`,
        percent(forwarded / (result.sent * result.viewers)),
        percent(Math.min(...result.received) / result.sent),
        fixed(forwarded === 0 ? null : result.mediaCpuUs / forwarded, 1),
        fixed(share(result.mediaCpuUs, result), 0),
        fixed(result.viewers < fewestForMemory ? null : grown / mebibyte / result.viewers, 2),
        `${fixed(percentileOf(result.firstVideoMs, 0.5), 0)} / ${fixed(percentileOf(result.firstVideoMs, 0.95), 0)}`,
        `${milliseconds(result.delaysUs.percentile(0.5))} / ${milliseconds(result.delaysUs.percentile(0.99))}`,
        fixed(share(result.clientCpuUs, result), 0),
      ];
    }),
  );
}

/** What helps to judge the table: whether the load client kept time, and what else the machine was busy with. */
export function circumstancesTable(results: readonly Result[]): string {
  return markdownTable(
    [
      'viewers',
      'packets sent',
      'duplicates',
      'media memory MiB',
      'join → answer p50/p95 ms',
      'keyframe requests',
      'presenter stalls',
      'web server CPU %',
      'strangers CPU %',
      'broken links',
    ],
    results.map((result) => [
      `${result.viewers}`,
      `${result.sent}`,
      `${result.duplicates}`,
      fixed(result.residentBytes.during / mebibyte, 0),
      `${fixed(percentileOf(result.answerMs, 0.5), 0)} / ${fixed(percentileOf(result.answerMs, 0.95), 0)}`,
      `${result.keyframeRequests}`,
      `${result.stalls}`,
      fixed(result.webCpuUs === null ? null : share(result.webCpuUs, result), 0),
      fixed(share(result.strangerCpuUs, result), 0),
      `${result.brokenLinks + result.failures.length}`,
    ]),
  );
}

/** A table in Markdown, numbers aligned to the right. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---:')), ...rows.map(line)].join('\n');
}

/** CPU time as a percentage of one core over the window. */
function share(cpuUs: number, { seconds }: Result): number {
  return cpuUs / seconds / 1e4;
}

/** A share as a percentage, rounded down; a dash where there is nothing to divide by. */
export function percent(part: number): string {
  // Two decimals, rounded down: one packet lost in a hundred thousand must not read as none.
  return Number.isFinite(part) ? (Math.floor(part * 1e4) / 100).toFixed(2) : '–';
}

/** Microseconds as milliseconds with one decimal; a dash for nothing. */
export function milliseconds(us: number | null): string {
  return fixed(us === null ? null : us / 1000, 1);
}

/** With so many decimals; a dash for nothing. */
export function fixed(value: number | null, decimals: number): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(decimals);
}
