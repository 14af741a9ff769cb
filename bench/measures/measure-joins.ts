import { Closer } from '../../server/closer.ts';
import { percentileOf } from '../figures/histogram.ts';
import { fixed, markdownTable, milliseconds, percent } from '../figures/results-table.ts';
import { LoadClient } from '../load/load-client.ts';
import { summedJoins } from '../load/loaded-show.ts';
import { type Watched, WatchedShow } from '../load/watched-show.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';

/** The joins of a crowd, and the reception of the viewers who were there before. */
export type JoinsResult = {
  newcomers: number;
  /** How many viewers were there before. */
  watching: number;
  firstVideoMs: number[];
  answerMs: number[];
  failures: string[];
  /** The reception in the seconds before the crowd, and while it joined. */
  quiet: Watched;
  crowded: Watched;
};

const windowSeconds = 5;

/** Makes `newcomers` join, within one second, a show that others already watch. */
export async function measureJoins(
  server: MeasuredServer,
  { newcomers, watching, viewersPerProcess }: { newcomers: number; watching: number; viewersPerProcess: number },
  signal: AbortSignal,
): Promise<JoinsResult> {
  const closer = new Closer();
  try {
    const show = await WatchedShow.open(server, watching, closer, signal);
    const crowds: LoadClient[] = [];
    const processes = Math.ceil(newcomers / viewersPerProcess);
    for (let index = 0; index < processes; index += 1) crowds.push(await closer.own(new LoadClient()));
    // Processes that have answered once are running, so that their start is not counted.
    await Promise.all(crowds.map((crowd) => crowd.call('report', {})));
    const { watched: quiet } = await show.during(windowSeconds, async () => {}, signal);
    const join = () =>
      Promise.all(
        crowds.map((crowd, index) => {
          const count = Math.floor((newcomers + index) / processes);
          return crowd.call('join', { target: server.target, channel: show.channel, count, perSecond: count });
        }),
      );
    const { watched: crowded, result } = await show.during(windowSeconds, join, signal);
    return { newcomers, watching, quiet, crowded, ...summedJoins(result) };
  } finally {
    await closer.close();
  }
}

/** The result as a table of one row, in Markdown. */
export function joinsTable(result: JoinsResult): string {
  const { newcomers, watching, firstVideoMs, answerMs, failures, quiet, crowded } = result;
  const spread = (times: number[]) => [0.5, 0.95, 1].map((share) => fixed(percentileOf(times, share), 0)).join(' / ');
  return markdownTable(
    [
      'joins within 1 s',
      'failures',
      'join → answer p50/p95/max ms',
      'join → first video p50/p95/max ms',
      `delivered % to the ${watching} there`,
      'their delay p99 ms before',
      'and during',
    ],
    [
      [
        `${newcomers}`,
        `${failures.length}`,
        spread(answerMs),
        spread(firstVideoMs),
        percent(crowded.delivered),
        milliseconds(quiet.delaysUs.percentile(0.99)),
        milliseconds(crowded.delaysUs.percentile(0.99)),
      ],
    ],
  );
}
